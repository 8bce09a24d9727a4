"use strict";
/* Comfort on top of pages that work without it. Everything is delegated, so parts swapped in by htmx behave alike. */

const TOAST_MS = 10_000;

/* Ctrl+Enter (Cmd+Enter) saves from anywhere in a form, except while a Japanese word is being converted. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest("form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest("[data-toast]").remove();

  /* A quick answer writes its value into a field: a date, or words of an earlier record. */
  const fill = event.target.closest("[data-fill]");
  if (!fill) return;
  const field = document.querySelector(fill.dataset.fill);
  field.value = fill.dataset.value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
});

/* The browser's calendar beside a day that is typed. */
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-pick]") || !event.target.value) return;
  const field = document.querySelector(event.target.dataset.pick);
  field.value = event.target.value.replaceAll("-", "/");
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

/* One box selects every row of its form. */
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-select-all]")) return;
  const boxes = event.target.closest("form").querySelectorAll("tbody input[type=checkbox]");
  for (const box of boxes) box.checked = event.target.checked;
});

/* A toast leaves after ten seconds, not while somebody reads or tabs through it. */
function letToastsLeave() {
  for (const toast of document.querySelectorAll("[data-toast]")) {
    let timer = 0;
    const leave = () => { timer = setTimeout(() => toast.remove(), TOAST_MS); };
    const stay = () => clearTimeout(timer);
    for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stay);
    for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, leave);
    leave();
  }
}
letToastsLeave();
document.addEventListener("saved", letToastsLeave); /* the answer of a save brings its own */
