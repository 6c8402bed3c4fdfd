// What every page of the desk does: keys that press the button they name, and answers that refuse.
"use strict";

const told = (text) => { document.getElementById("told").textContent = text; };
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
const writing = (element) => element.closest("input, textarea, select, [contenteditable], .cm-editor");

// A key presses what carries it in data-key, unless somebody is writing or a dialog is open.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || writing(event.target)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const named = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  const within = document.querySelector("dialog[open]") ?? document;
  const found = named.find((one) => within.contains(one) && !one.disabled && one.checkVisibility());
  if (!found) return;
  event.preventDefault();
  found.click();
});

// A note that is typed outlives the way to other pages, in this tab, until an answer writes it.
const draft = (of) => ["note", document.querySelector(".bar .who")?.textContent, of].join(" ");
document.addEventListener("input", ({ target }) => {
  if (target.dataset.draft) sessionStorage.setItem(draft(target.dataset.draft), target.value);
});
function recall() {
  for (const done of document.querySelectorAll("[data-written]")) {
    sessionStorage.removeItem(draft(done.dataset.written));
    delete done.dataset.written; // what is typed from now on is another note
  }
  for (const note of document.querySelectorAll("[data-draft]")) {
    note.value = sessionStorage.getItem(draft(note.dataset.draft)) ?? note.value;
  }
}
recall();
document.addEventListener("htmx:afterSettle", recall);

// An answer that refuses (a text beside its status) is shown in its place all the same; a whole page
// that has no such place is told instead, so that what stands there, with all that was typed, stays.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status < 400) return;
  const page = parsed(xhr.responseText);
  const fits = !/^\s*<!doctype/i.test(xhr.responseText) || page.getElementById(target.id);
  event.detail.shouldSwap = Boolean(fits);
  if (fits) return;
  const why = page.querySelector(".trouble")?.textContent ?? `The desk answers ${xhr.status}.`;
  told(why.trim().replace(/\s+/g, " "));
});
document.addEventListener("htmx:sendError", () => {
  told("The desk does not answer: is it still running? What you did last is not kept.");
});
