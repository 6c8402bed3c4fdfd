// The screening page: the list of reasons, the note, and that nothing is answered unseen.
"use strict";

const UNSEEN = 250; // milliseconds in which nobody has read a record that has just come
let shown = performance.now();
const sitting = (element) => element.closest("#sitting");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "sitting" || event.target.id === "sitting") shown = performance.now();
});

// A page that was loaded, or that the browser kept, is as new as a record that was swapped in.
addEventListener("pageshow", () => { shown = performance.now(); });

// A click that follows a key or another click this soon was meant for the record before.
document.addEventListener("click", (event) => {
  if (!sitting(event.target)) return;
  const button = event.target.closest("button[name], [data-opens]");
  if (button && (event.detail > 1 || performance.now() - shown < UNSEEN)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens], [data-closes], [data-goes]");
  if (!button) return;
  if (button.dataset.opens) document.getElementById(button.dataset.opens).showModal();
  else if (button.dataset.goes) document.getElementById(button.dataset.goes).focus();
  else button.closest("dialog").close();
});

// A row is one line: Enter ends the note as Escape does, and neither answers.
document.addEventListener("keydown", (event) => {
  if (!event.target.matches("[data-leave]") || !["Escape", "Enter"].includes(event.key)) return;
  event.preventDefault();
  document.getElementById("record").focus();
});
