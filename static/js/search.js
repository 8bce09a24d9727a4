"use strict";
/* Search: "/" or Ctrl+K goes there, hits come while one types (htmx), arrows walk, Enter opens the first, Esc leaves. */

{
  const FIELD = "[data-search-field]";
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const hitsOf = (form) => form.parentElement.querySelector("[data-hits]");
  const formOf = (element) =>
    element.closest("[data-search]") ?? element.closest("[data-hits]")?.parentElement.querySelector("[data-search]");
  const linksOf = (form) => [...hitsOf(form).querySelectorAll(".hit")];
  const isCurrent = (form) => hitsOf(form).querySelector("[data-found]")?.dataset.found === form.elements.q.value.trim();
  let awaited = null; /* the form whose Enter came before its hits */

  function openFirst(form) {
    const [first] = linksOf(form);
    if (first) first.click();
    else HTMLFormElement.prototype.submit.call(form);
  }

  function leave(form) {
    if (!("inPage" in form.dataset)) hitsOf(form).hidden = true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.isComposing) return palette(event);
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = document.querySelector(`${FIELD}[aria-keyshortcuts]`);
    if (event.key === "/" && field && field.offsetParent && !isTyping(event.target)) {
      event.preventDefault();
      field.focus();
      field.select();
      return;
    }
    const form = formOf(event.target);
    if (form) walk(event, form);
  });

  /* Ctrl+K: the same field, which then also offers pages and actions. */
  function palette(event) {
    const field = document.querySelector(FIELD);
    if (!field?.offsetParent) return;
    event.preventDefault();
    field.focus();
    field.select();
    if (!field.value.trim()) htmx.trigger(field, "palette");
  }

  function walk(event, form) {
    const links = linksOf(form);
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      (links[next] ?? (next < 0 ? form.elements.q : links.at(-1)))?.focus();
    } else if (event.key === "Escape") {
      leave(form);
      form.elements.q.focus();
    } else if (event.key === "Enter" && event.target.matches(FIELD) && form.elements.q.value.trim()) {
      event.preventDefault();
      if (isCurrent(form)) openFirst(form);
      else awaited = form;
    }
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    if (!event.target.matches("[data-hits]")) return;
    const form = formOf(event.target);
    event.target.hidden = !event.target.querySelector(".hit, .state");
    if (awaited === form && isCurrent(form)) openFirst(form);
  });

  document.addEventListener("focusin", (event) => {
    for (const form of document.querySelectorAll("[data-search]")) {
      if (!form.contains(event.target)) leave(form);
      else if (event.target.matches(FIELD) && linksOf(form).length) hitsOf(form).hidden = false;
    }
  });
  document.addEventListener("click", (event) => {
    for (const form of document.querySelectorAll("[data-search]")) if (!form.contains(event.target)) leave(form);
  });
}
