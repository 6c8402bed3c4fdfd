// The criteria page: the text of screening.yaml, checked by the desk with every pause in typing.
import {
  Compartment, EditorState, EditorView, acceptCompletion, bracketMatching, closeBrackets, closeBracketsKeymap,
  completionKeymap, defaultKeymap, drawSelection, foldGutter, foldKeymap, highlightActiveLine,
  highlightActiveLineGutter, highlightSelectionMatches, highlightSpecialChars, history, historyKeymap,
  indentOnInput, indentWithTab, keymap, lineNumbers, lintGutter, lintKeymap, linter, search, searchKeymap,
  setDiagnostics,
} from "/static/codemirror.js";
import { protocol } from "/static/protocol.js";

const PAUSE = 120; // milliseconds without a key before the text is sent
const LOOK = 3000; // between two looks at whether the file is still the same
const BREATH = 900; // before something is said aloud: who types on is not interrupted
const AGAIN = 700; // while the records are being read
const BOM = "\ufeff";

const part = (id) => document.getElementById(id);
const page = part("editing");
const told = part("consequences");
const me = crypto.randomUUID();
// The file as it was loaded or saved: its digest and its text; and how its text is put into lines.
const file = { digest: "", text: "", mark: "", separator: "\n" };
let view;
let serial = 0;
let waiting = 0;
let asking = null;
let noticed = ""; // the digest of another file that the page has told about
let stamp = ""; // of what texts are compared with
let cut = false; // whether the desk could not answer when it was last asked

async function ask(path, sent, signal) {
  const body = sent && JSON.stringify(sent);
  const headers = { "Content-Type": "application/json", "X-Perennial-Token": page.dataset.token };
  const answer = await fetch(path, sent ? { method: "POST", body, headers, signal } : { signal });
  if (answer.headers.get("Content-Type") === "application/json") return answer.json();
  const refusal = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".trouble, main");
  throw new Error(refusal?.textContent.trim().replace(/\s+/g, " ") || `The desk answers ${answer.status}.`);
}

// ---- The text

const whole = () => file.mark + view.state.sliceDoc();
const unsaved = () => whole() !== file.text;

function load({ text, digest }, body) {
  file.digest = digest;
  file.text = text;
  file.mark = text.startsWith(BOM) ? BOM : "";
  const bare = text.slice(file.mark.length);
  // One kind of line end is the editor's own; where they are mixed, the odd ones are signs.
  file.separator = bare.includes("\r\n") && !/[^\r]\n|^\n|\r(?!\n)/.test(bare) ? "\r\n" : "\n";
  view.setState(state(body ?? bare));
  if (body !== undefined) keep();
  changed();
}

function state(doc) {
  return EditorState.create({ doc, extensions: [EditorState.lineSeparator.of(file.separator), extensions] });
}

let extensions;
const dark = new Compartment();
const darkness = matchMedia("(prefers-color-scheme: dark)");

function prepare(words) {
  const nonce = document.querySelector("meta[name=csp-nonce]").content;
  const headings = (begun) => ask(`/criteria/headings?begun=${encodeURIComponent(begun)}`);
  extensions = [
    EditorView.cspNonce.of(nonce), dark.of(EditorView.darkTheme.of(darkness.matches)),
    protocol(words, headings), lineNumbers(), foldGutter(), highlightActiveLine(), highlightActiveLineGutter(),
    highlightSpecialChars(), highlightSelectionMatches(), history(), drawSelection(), indentOnInput(),
    bracketMatching(), closeBrackets(), search({ top: true }), linter(null), lintGutter(), EditorView.lineWrapping,
    keymap.of([
      { key: "Tab", run: acceptCompletion }, ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap,
      ...lintKeymap, ...historyKeymap, ...foldKeymap, ...defaultKeymap, indentWithTab,
    ]),
    EditorView.contentAttributes.of({ "aria-label": "The screening protocol", "aria-describedby": "leave", spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => { if (update.docChanged) { keep(); changed(); } }),
  ];
  darkness.addEventListener("change", () => view.dispatch({ effects: dark.reconfigure(EditorView.darkTheme.of(darkness.matches)) }));
}

function changed() {
  page.dataset.serial = serial += 1;
  stands();
  clearTimeout(waiting);
  waiting = setTimeout(check, PAUSE);
}

// `why` what was to be saved is not.
function stands(said, why = "") {
  part("state").textContent = said ?? (unsaved() ? "Not saved" : "As saved");
  part("why").textContent = why;
  part("state").classList.toggle("unsaved", unsaved());
  part("save").disabled = false;
}

// ---- What the desk says of it

async function check() {
  asking?.abort();
  asking = new AbortController();
  const of = serial;
  const text = whole();
  const against = document.querySelector("input[name=against]:checked").value;
  let answer;
  try {
    answer = await ask("/criteria/check", { text, against, page: me, serial: of }, asking.signal);
  } catch (error) {
    if (error.name !== "AbortError") unanswered(error);
    return;
  }
  if (of !== serial) return; // of a text that is another by now
  mark(answer.problems);
  show(answer, of);
  page.dataset.answered = of;
  compare(answer.present).catch(unanswered);
}

function unanswered(error) {
  cut = true;
  const why = error instanceof TypeError ? "The desk does not answer: is it still running? Your text is kept in this browser." : error.message;
  pend(why);
  say(why);
  return why;
}

function mark(problems) {
  const bare = view.state.sliceDoc();
  const at = (offset) => (file.separator === "\n" ? offset : bare.slice(0, offset).split(file.separator).join("\n").length);
  const length = view.state.doc.length;
  const within = problems.filter(({ start }) => start >= 0);
  view.dispatch(setDiagnostics(view.state, within.map(({ severity, message, hint, start, end }) => ({
    from: Math.min(at(start), length), to: Math.min(at(end), length), severity, message: hint ? `${message}\n${hint}` : message,
  }))));
  part("problems-heading").hidden = part("problems").hidden = !problems.length;
  part("problems").replaceChildren(...problems.map((one) => listed(one, at)));
  const first = problems.find(({ severity }) => severity === "error");
  if (first) say(`Error, ${first.place}: ${first.message}. ${first.hint}`);
}

function listed({ severity, message, hint, place, start }, at) {
  const item = element("li", "", severity);
  item.append(element("strong", severity === "error" ? "Error" : "Warning"), " ");
  if (start < 0) item.append(element("code", place));
  else item.append(button(place, () => {
    view.dispatch({ selection: { anchor: Math.min(at(start), view.state.doc.length) }, scrollIntoView: true });
    view.focus();
  }));
  item.append(` ${message}`);
  if (hint) item.append(element("span", hint, "small"));
  return item;
}

function show({ state: how, html }, of) {
  const shown = how === "told" || how === "cannot";
  cut = how === "cannot"; // what stands in the way may be gone by the next look
  if (how === "reading") setTimeout(() => of === serial && check(), AGAIN);
  if (shown && told.innerHTML !== html) told.innerHTML = html;
  told.classList.toggle("former", how === "wrong");
  if (shown) told.dataset.serial = of;
  pend({
    wrong: told.hasChildNodes() ? "The text has an error. These are the consequences it had before." : "The text has an error. Once that is mended, its consequences stand here.",
    reading: "Reading the records; with many of them this takes a moment …",
  }[how] ?? "");
  if (shown) say(told.querySelector(".sum")?.textContent ?? told.textContent);
}

function pend(said) {
  part("pending").textContent = said;
  part("pending").hidden = !said;
}

let breath = 0;
function say(words) {
  const said = words.trim().replace(/\s+/g, " ");
  clearTimeout(breath);
  breath = setTimeout(() => { if (part("spoken").textContent !== said) part("spoken").textContent = said; }, BREATH);
}

// ---- Somebody else's changes

async function compare(present) {
  if (present === file.digest) {
    if (noticed) part("changed")?.remove();
    noticed = "";
    return;
  }
  if (present === noticed) return;
  const theirs = await ask("/criteria/difference", { text: whole() });
  if (theirs.digest === noticed) return; // asked for twice at once
  noticed = theirs.digest;
  if (theirs.text === whole()) { // the same was written by another hand
    Object.assign(file, { text: theirs.text, digest: theirs.digest });
    stands();
    return;
  }
  const choices = unsaved()
    ? [button("Take theirs, keep mine as a draft", () => take(theirs, false)), button("Edit theirs with mine beside", () => take(theirs, true))]
    : [button("Show it as it is now", () => take(theirs, false))];
  const what = unsaved() ? "Nothing of it is overwritten: yours is not saved." : "The text here is what it was before.";
  notify("changed", "The file was changed by somebody else.", what, choices, folded("What differs", theirs.html, true));
  say(`The file was changed by somebody else. ${what}`);
}

function take(theirs, open) {
  const mine = unsaved() ? whole() : "";
  const from = file.digest;
  noticed = "";
  part("changed")?.remove();
  load(theirs);
  if (mine) beside(mine, draftOf(from), open);
  view.focus();
}

// A text of one's own to copy from; its draft stays until it is thrown away.
function beside(text, key, open) {
  const area = element("textarea");
  area.readOnly = true;
  area.rows = 12;
  area.value = text;
  area.setAttribute("aria-label", "Your text, not saved");
  const shown = element("details", "", "mine");
  shown.open = open;
  shown.append(element("summary", "Your text, to copy from"), area);
  const away = button("Throw it away", () => { localStorage.removeItem(key); part("mine").remove(); });
  notify("mine", "Your text is kept as a draft.", "It is not in the file.", [away], shown);
}

function notify(id, heading, said, choices, more) {
  part(id)?.remove();
  const notice = element("div", "", "interrupt");
  notice.id = id;
  const words = element("p");
  words.append(element("strong", heading), ` ${said}`);
  const buttons = element("p", "", "choices");
  buttons.append(...choices);
  notice.append(words, buttons, more);
  part("notices").append(notice);
}

function folded(summary, html, open) {
  const details = element("details");
  details.open = open;
  details.innerHTML = html; // made, and escaped, by the desk
  details.prepend(element("summary", summary));
  return details;
}

const element = (name, text = "", className = "") => Object.assign(document.createElement(name), { textContent: text, className });

function button(text, press) {
  const made = element("button", text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

// ---- Saving, and what is kept until then

let saving = false;

async function save() {
  if (saving || !view) return;
  saving = true;
  try {
    await put();
  } finally {
    saving = false;
  }
}

async function put() {
  const text = whole();
  let answer;
  try {
    answer = await ask("/criteria/save", { text, digest: file.digest });
  } catch (error) {
    stands("Not saved", unanswered(error));
    return;
  }
  if (answer.state === "saved") saved(text, answer.present);
  else if (answer.state === "wrong") refused(answer.problems);
  else {
    noticed = "";
    stands("Not saved", "The file was changed by somebody else: choose whose text goes on.");
    await compare(answer.present);
    part("changed")?.scrollIntoView({ block: "center" });
  }
}

function saved(text, digest) {
  localStorage.removeItem(draftOf(file.digest));
  Object.assign(file, { text, digest });
  noticed = "";
  stands(unsaved() ? undefined : "Saved");
  keep();
  say("Saved");
  check();
}

function refused(problems) {
  mark(problems);
  const [{ place, message, hint }] = problems; // an error stands alone
  stands("Not saved", `An error, ${place}: ${[message, hint].filter(Boolean).join("; ")}`);
  part("problems").querySelector("button")?.click();
}

// By the state of the file that a text was begun from; each open page has a draft of its own.
const drafts = `criteria ${page.dataset.project} `;
const draftOf = (digest) => `${drafts}${digest} ${me}`;

function keep() {
  try {
    if (unsaved()) localStorage.setItem(draftOf(file.digest), whole());
    else localStorage.removeItem(draftOf(file.digest));
  } catch (error) {
    stands("Not saved, and this browser has no room for a draft");
  }
}

// What was not saved when a page was last open here, offered again.
async function offer() {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(drafts))) {
    const text = localStorage.getItem(key);
    if (text === file.text) { localStorage.removeItem(key); continue; }
    await offered(key, text);
  }
}

async function offered(key, text) {
  const now = key.startsWith(`${drafts}${file.digest} `);
  const id = `draft ${key}`;
  const { html } = await ask("/criteria/difference", { text });
  const away = () => part(id).remove();
  const choices = [
    now ? button("Go on with it", () => { away(); load({ text: file.text, digest: file.digest }, text.replace(BOM, "")); localStorage.removeItem(key); view.focus(); })
      : button("Put it beside", () => { away(); beside(text, key, true); }),
    button("Throw it away", () => { away(); localStorage.removeItem(key); }),
  ];
  const said = now ? "It was not saved when this page was last left." : "It was begun from another state of the file.";
  notify(id, "There is a draft of yours.", said, choices, folded("How it differs from the file", html, false));
}

// ---- Begin

async function look() {
  if (document.hidden) return;
  try {
    const now = await ask("/criteria/digest");
    await compare(now.present);
    if (cut || (stamp && now.stamp !== stamp)) check();
    cut = false;
    stamp = now.stamp;
  } catch (error) {
    unanswered(error);
  }
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    if (!event.repeat) save();
  }
});
part("save").addEventListener("click", save);
for (const choice of document.querySelectorAll("input[name=against]")) choice.addEventListener("change", check);
window.addEventListener("beforeunload", (event) => { if (view && unsaved()) event.preventDefault(); });

try {
  const [words, present] = await Promise.all([ask("/criteria/words"), ask("/criteria/text")]);
  prepare(words);
  view = new EditorView({ parent: part("editor"), state: state("") });
  load(present);
  await offer();
  setInterval(look, LOOK);
} catch (error) {
  unanswered(error);
}
