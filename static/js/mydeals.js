"use strict";
/* Single keys for lists of deals and for the forms that lose or return one. Loaded only for readers who want them. */

const TYPED = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

const isTyping = (event) =>
  event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPED);

const ENTRANCES = [":checked", "[data-key] input, button[data-key]", "textarea, input"];

const entrance = (place) =>
  place.matches("[data-row]")
    ? place.querySelector("a")
    : ENTRANCES.map((one) => place.querySelector(one)).find((found) => found !== null);

/* In a form: the focus stands in a group of answers, a digit chooses one, and the next open question is asked. */
const isAnswered = (group) => {
  const field = group.dataset.answer && document.querySelector(group.dataset.answer);
  return field ? field.value.trim() !== "" : group.querySelector(":checked") !== null;
};

const askNext = (group) => {
  const groups = [...document.querySelectorAll("[data-group]")];
  const next = groups.slice(groups.indexOf(group) + 1).find((one) => !isAnswered(one));
  if (next) entrance(next).focus();
};

const choose = (option, group) => {
  option.click();
  if (option.dataset.then) document.querySelector(option.dataset.then).focus();
  else askNext(group);
};

/* In a list: j and k go from row to row, a letter does what the row offers under it. */
const rowsOf = (list) => [...list.querySelectorAll("[data-row]")];

const step = (list, row, by) => {
  const rows = rowsOf(list);
  const next = rows[rows.indexOf(row) + by];
  if (next) next.querySelector("a").focus();
};

document.addEventListener("keydown", (event) => {
  if (isTyping(event)) return;
  const group = event.target.closest("[data-group]");
  const row = event.target.closest("[data-row]");
  const option = (group || row)?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (option) {
    event.preventDefault();
    if (group) choose(option, group);
    else option.click();
  } else if (row && (event.key === "j" || event.key === "k")) {
    event.preventDefault();
    step(row.closest("[data-list]"), row, event.key === "j" ? 1 : -1);
  }
});

/* A page opens where the first key is expected, unless it has something to say first; a phone has no keys. */
const start = matchMedia("(min-width: 861px)").matches && document.querySelector("[data-start]");
if (start && !document.querySelector("[autofocus]") && !location.hash) entrance(start)?.focus({ preventScroll: true });
