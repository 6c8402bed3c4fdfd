// The language of screening.yaml: where the queries stand in it, their colours, and what completes.
import {
  Decoration, HighlightStyle, RangeSetBuilder, ViewPlugin, autocompletion, snippetCompletion,
  syntaxHighlighting, tags, yaml,
} from "/static/codemirror.js";

const KEY = /^(\s*(?:-\s+)?)([\w-]+):(?=\s|$)\s*/;
const HEADER = /^[|>][-+0-9]*\s*(?:#.*)?$/; // of a text that fills the lines below
const PIECE = /("[^"]*"?)|(\[[^\[\]\n]*\]?)|\b(AND|OR|NOT|NEAR\/\d+)\b|(#[\w-]+)|(\*)/g;
const CLASSES = ["phrase", "tag", "operator", "block", "star"].map((name) => `query-${name}`);
const MARKS = CLASSES.map((name) => Decoration.mark({ class: name }));

// Every key with its section, its indent, and where its value begins and ends.
function* keys(doc) {
  let section = "";
  for (let number = 1; number <= doc.lines; number += 1) {
    const line = doc.line(number);
    const key = KEY.exec(line.text);
    if (!key) continue;
    const indent = key[1].length;
    const rest = line.text.slice(key[0].length);
    if (!indent) section = key[2];
    const above = indent ? section : "";
    let last = number;
    if (HEADER.test(rest) || asks(above, key[2])) {
      while (last < doc.lines && deeper(doc.line(last + 1).text, indent)) last += 1;
    }
    const from = HEADER.test(rest) ? line.to : line.from + key[0].length;
    yield { section: above, name: key[2], from, to: doc.line(last).to };
    number = last;
  }
}

const asks = (section, name) => section === "blocks" || (section === "criteria" && name === "query");
const deeper = (text, indent) => !text.trim() || /^\s*/.exec(text)[0].length > indent;
const queries = (doc) => [...keys(doc)].filter(({ section, name }) => asks(section, name));

function coloured(view) {
  const builder = new RangeSetBuilder();
  const within = view.visibleRanges;
  for (const { from, to } of queries(view.state.doc)) {
    if (!within.some((seen) => from <= seen.to && seen.from <= to)) continue;
    for (const piece of view.state.doc.sliceString(from, to).matchAll(PIECE)) {
      const kind = piece.slice(1).findIndex((group) => group !== undefined);
      builder.add(from + piece.index, from + piece.index + piece[0].length, MARKS[kind]);
    }
  }
  return builder.finish();
}

const colours = ViewPlugin.fromClass(
  class {
    constructor(view) { this.decorations = coloured(view); }
    update(update) {
      if (update.docChanged || update.viewportChanged) this.decorations = coloured(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const yamlColours = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), class: "yaml-key" },
  { tag: tags.comment, class: "yaml-comment" },
  { tag: [tags.punctuation, tags.separator, tags.special(tags.string)], class: "yaml-sign" },
]);

// What `words` (of the server) and the text itself offer at the cursor; `headings(begun)` asks.
const completing = (words, headings) => async (context) => {
  const { state, pos } = context;
  const query = queries(state.doc).find(({ from, to }) => from <= pos && pos <= to);
  return query ? ofQuery(context, query, words, headings) : ofKeys(context, words);
};

async function ofQuery(context, query, words, headings) {
  const { doc } = context.state;
  const before = doc.sliceString(query.from, context.pos);
  if (before.split('"').length % 2 === 0) return ofPhrase(context, headings);
  const tag = context.matchBefore(/\[[\w:\/ -]*/);
  if (tag) {
    const options = words.tags.map(([label, detail], at) => ({ label, detail, type: "tag", apply: closed, boost: 50 - at }));
    return { from: tag.from + 1, options, validFor: /^[\w:\/ -]*$/ };
  }
  const block = context.matchBefore(/#[\w-]*/);
  if (block) return { from: block.from + 1, options: blocks(doc), validFor: /^[\w-]*$/ };
  const operator = context.matchBefore(/\b[A-Z]{2}[A-Z\/\d]*/);
  if (!operator && !context.explicit) return null;
  const options = Object.entries(words.operators).map(([label, detail]) => ({ label, detail, type: "operator" }));
  return { from: operator?.from ?? context.pos, options };
}

// A tag's name with the bracket behind it, unless that is there.
function closed(view, { label }, from, to) {
  const after = view.state.sliceDoc(to, to + 1) === "]" ? 1 : 0;
  view.dispatch({ changes: { from, to: to + after, insert: `${label}]` }, selection: { anchor: from + label.length + 1 }, userEvent: "input.complete" });
}

const blocks = (doc) => [...keys(doc)]
  .filter(({ section }) => section === "blocks")
  .map(({ name, from, to }) => ({ label: name, detail: doc.sliceString(from, to).trim().slice(0, 40), type: "block" }));

// Within "…"[mh] and its like, the headings that begin so.
async function ofPhrase(context, headings) {
  const phrase = context.matchBefore(/"[^"\n]*/);
  const rest = context.state.doc.lineAt(context.pos);
  const after = rest.text.slice(context.pos - rest.from);
  if (!phrase || !/^[^"]*"\[(?:mh|mesh|majr|mj)/i.test(after)) return null;
  const found = await headings(phrase.text.slice(1));
  if (context.aborted) return null;
  return { from: phrase.from + 1, to: context.pos + after.indexOf('"'), options: found.map((label) => ({ label, type: "heading" })), filter: false };
}

function ofKeys(context, words) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const section = /^\s|^-/.test(before) ? sectionAt(context.state.doc, line.number) : "";
  const known = words.keys[section];
  const value = /^\s*(?:-\s+)?([\w-]+):\s+(?:.*[\[,]\s*)?([^\[,#]*)$/.exec(before);
  if (value) {
    const values = (words.keys[section]?.[value[1]]?.values ?? []).map((label) => ({ label, type: "value" }));
    return values.length ? { from: context.pos - value[2].length, options: values, validFor: /^[^\[,#]*$/ } : null;
  }
  const key = /^\s*(?:-\s+)?([\w-]*)$/.exec(before);
  if (!known || !key || !(key[1] || context.explicit)) return null;
  const options = Object.entries(known).map(([name, { is }]) => ({ label: name, info: is, type: "key", apply: `${name}: ` }));
  if (section === "criteria" && !key[1] && !before.includes("-")) options.push(NEW);
  return { from: context.pos - key[1].length, options, validFor: /^[\w-]*$/ };
}

const NEW = snippetCompletion(
  "- id: ${X}\n  action: ${exclude}\n  label: ${question}\n  reason: ${reason}\n  query: |\n    ${}",
  { label: "a new criterion", type: "key" },
);

function sectionAt(doc, number) {
  for (let above = number - 1; above > 0; above -= 1) {
    const found = /^([\w-]+):/.exec(doc.line(above).text);
    if (found) return found[1];
  }
  return "";
}

// All of it as extensions of an editor.
export const protocol = (words, headings) => [
  yaml(), colours, syntaxHighlighting(yamlColours),
  autocompletion({ override: [completing(words, headings)], icons: false, maxRenderedOptions: 10 }),
];
