// Words chosen in the text of a study: by mouse, or sentence by sentence with a keyboard.
// Places are counted in code points of a passage, as the tables count; strings here count UTF-16.
"use strict";

const passages = () => [...document.querySelectorAll(".passage")];
const points = (text) => Array.from(text).length;
const card = { target: "#card", select: "#card", swap: "outerHTML" };
let walk = null; // while sentences are chosen: the passage, its sentences, the first and the last

// The offset in code points at which a range boundary stands in a passage; marks do not count.
function offset(passage, node, at) {
  const before = document.createRange();
  before.setStart(passage, 0);
  before.setEnd(node, at);
  return points(before.toString());
}

// The text node and the UTF-16 offset in it at so many code points of a passage.
function boundary(passage, at) {
  const nodes = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT);
  let left = at, last = null;
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const signs = Array.from(node.data);
    if (left <= signs.length) return [node, signs.slice(0, left).join("").length];
    left -= signs.length;
    last = node;
  }
  return [last, last.data.length];
}

// The passage that holds all of a selection; one that ends before the next one's first word counts.
function holding(range) {
  const of = (node) => (node.nodeType === 1 ? node : node.parentElement).closest(".passage");
  const start = of(range.startContainer);
  if (!start) return null;
  if (of(range.endContainer) !== start) {
    const rest = range.cloneRange();
    rest.setStart(start, start.childNodes.length);
    if (rest.toString().trim()) return null;
    range.setEnd(start, start.childNodes.length);
  }
  return start;
}

// What is selected, as whole words: section, start and end; null if it is not within one passage.
function chosen() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const passage = holding(range);
  if (!passage) return null;
  const signs = Array.from(passage.textContent);
  const word = (sign) => sign !== undefined && /[\p{L}\p{N}\p{M}]/u.test(sign);
  let start = offset(passage, range.startContainer, range.startOffset);
  let end = offset(passage, range.endContainer, range.endOffset);
  while (start < end && /\s/.test(signs[start])) start += 1;
  while (start < end && /\s/.test(signs[end - 1])) end -= 1;
  if (start === end) return null;
  while (word(signs[start]) && word(signs[start - 1])) start -= 1;
  while (word(signs[end - 1]) && word(signs[end])) end += 1;
  return { section: passage.dataset.section, start, end };
}

// Put what is chosen into the form that is open, as far as it is filled in, or into a new one.
function take(place) {
  const study = document.getElementById("study");
  const form = document.querySelector("#card form.fill");
  const values = new URLSearchParams(form ? new FormData(form) : { s: study.dataset.now, form: "add" });
  for (const name of ["token", "digest", "quote", "placed", "action"]) values.delete(name);
  for (const [name, value] of Object.entries(place)) values.set(name, value);
  document.getSelection().removeAllRanges();
  htmx.ajax("GET", `/evidence/${study.dataset.pmid}?${values}`, card);
}

function begin() {
  const now = document.querySelector(".passage mark.now");
  const passage = now?.closest(".passage") ?? passages()[0];
  if (!passage) return;
  stand(passage, 0);
  const at = now ? offset(passage, now, 0) : 0;
  walk.from = walk.to = Math.max(0, walk.sentences.findIndex(([, end]) => end > at));
  told("Choose a sentence: arrows move, Shift and an arrow take in more, Enter takes, Esc leaves.");
  if (document.activeElement !== document.body) document.activeElement.blur();
  show();
}

function stand(passage, at) {
  const sentences = passage.dataset.sentences.split(" ").filter(Boolean).map((one) => one.split("-").map(Number));
  const index = at < 0 ? sentences.length - 1 : at;
  walk = { passage, sentences, from: index, to: index };
}

function show() {
  const { passage, sentences, from, to } = walk;
  const selection = document.getSelection();
  const [first, last] = [sentences[from][0], sentences[to][1]];
  selection.setBaseAndExtent(...boundary(passage, first), ...boundary(passage, last));
  passage.scrollIntoView({ block: "nearest" });
  const box = selection.getRangeAt(0).getBoundingClientRect();
  if (box.bottom > innerHeight - 80 || box.top < 0) scrollBy(0, box.top - innerHeight / 3);
}

function step(by, more) {
  if (more) {
    walk.to = Math.min(Math.max(walk.to + by, walk.from), walk.sentences.length - 1);
  } else if (walk.sentences[walk.to + by]) {
    walk.from = walk.to = walk.to + by;
  } else {
    const next = passages()[passages().indexOf(walk.passage) + by];
    if (next?.dataset.sentences) stand(next, by < 0 ? -1 : 0);
  }
  show();
  told(document.getSelection().toString());
}

function leave() {
  walk = null;
  told("");
}

// While sentences are chosen, no other key does anything.
document.addEventListener("keydown", (event) => {
  if (!walk || event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift") return;
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  event.preventDefault();
  event.stopImmediatePropagation();
  if (by) step(by, event.shiftKey);
  else if (event.key === "Enter") {
    const [section, start, end] = [walk.passage.dataset.section, walk.sentences[walk.from][0], walk.sentences[walk.to][1]];
    leave();
    take({ section, start, end });
  } else if (event.key === "Escape" || event.key === "Tab") {
    leave();
    document.getSelection().removeAllRanges();
    document.querySelector("#card h2").focus();
  }
}, true);

// Until the page has answered, keys would still judge the statement before.
let asked = false;
document.addEventListener("htmx:beforeRequest", () => { asked = true; });
for (const failed of ["htmx:sendAbort", "htmx:swapError"]) {
  document.addEventListener(failed, () => { asked = false; });
}

// An answer that is no page of this study is told in the card, which stays with all that was typed.
document.addEventListener("htmx:beforeRequest", () => document.getElementById("unanswered")?.remove());
document.addEventListener("htmx:beforeSwap", (event) => {
  const { status, responseText } = event.detail.xhr;
  const answer = parsed(responseText);
  if (answer.getElementById("study")) return;
  event.detail.shouldSwap = false;
  told(""); // it is told in the card
  complain(answer.querySelector(".trouble")?.textContent || `The desk answers ${status}.`);
  if (status === 403) renew();
});
document.addEventListener("htmx:sendError", () => {
  told(""); // it is told here
  complain("The desk does not answer: is it still running?");
});

function complain(why) {
  asked = false;
  const trouble = document.createElement("div");
  trouble.id = "unanswered";
  trouble.className = "trouble";
  trouble.setAttribute("role", "alert");
  for (const said of [why.trim().replace(/\s+/g, " "), "What you typed still stands here; sent again, nothing is written twice."]) {
    trouble.appendChild(document.createElement("p")).textContent = said;
  }
  document.getElementById("card").prepend(trouble);
  trouble.scrollIntoView({ block: "nearest" });
}


// A browser that was let in anew, as the same person, may send what it has: its forms learn so.
async function renew() {
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok && parsed(await answer.text());
  if (!page || page.querySelector(".who")?.textContent !== document.querySelector(".who")?.textContent) return;
  document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
  const token = page.querySelector("#card input[name=token]")?.value;
  if (token) for (const field of document.querySelectorAll("input[name=token]")) field.value = token;
  if (document.getElementById("unanswered")) {
    document.getElementById("unanswered").remove();
    complain("This browser has been let in again: send it once more.");
  }
}

for (const kind of ["keydown", "click"]) {
  document.addEventListener(kind, (event) => {
    if (!asked || event.key === "Tab" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(".bar")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}

// Esc in a field goes back to the statement; there it leaves the form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest("#card input, #card textarea, #card select")) {
    event.stopImmediatePropagation();
    document.querySelector("#card h2").focus();
  }
}, true);

// What is selected is taken; with nothing selected a key begins the choice of sentences.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-choose]")) return;
  const place = chosen();
  const walking = event.detail === 0 || event.target.closest("button");
  if (!place && !walking) return; // a click opens the empty form
  event.preventDefault();
  event.stopPropagation();
  if (place) take(place);
  else begin();
}, true);

// Pressing what takes the selection does not undo it.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-choose]")) event.preventDefault();
});

// With a form open, words that are selected become its quote.
document.addEventListener("pointerup", (event) => {
  if (walk) leave();
  if (!event.target.closest(".text") || !document.querySelector("#card form.fill")) return;
  setTimeout(() => { const place = chosen(); if (place) take(place); });
});

// A quote that is clicked is judged now; where several stand one over the other, the next of them.
document.addEventListener("click", (event) => {
  const mark = event.target.closest("mark.quoted");
  if (!mark || !document.getSelection().isCollapsed || document.querySelector("#card form.fill")) return;
  const of = mark.dataset.of.split(" ");
  const now = of.indexOf(document.getElementById("study").dataset.now);
  document.getElementById(`s-${of[(now + 1) % of.length]}`).click();
});

// Typed words have no place until they are looked for.
document.addEventListener("input", (event) => {
  if (event.target.id !== "quote") return;
  for (const name of ["start", "end"]) event.target.form.elements[name].value = "";
});

// What is new is where one goes on.
document.addEventListener("htmx:afterSettle", (event) => {
  asked = false;
  const refused = document.querySelector("#study .trouble");
  const field = document.querySelector("#card [aria-invalid]");
  const form = document.querySelector("#card form.fill");
  (field ?? (form ? form.elements.factor : document.querySelector("#card h2"))).focus({ preventScroll: true });
  if (refused) refused.scrollIntoView({ block: "nearest" });
  else if (innerWidth < 900) document.getElementById("card").scrollIntoView({ block: "nearest" });
  else document.querySelector("mark.now")?.scrollIntoView({ block: "nearest" });
  const kept = document.querySelector("#study .kept");
  if (kept && event.target.id === "study") kept.replaceChildren(...kept.childNodes); // so that it is read out
});
