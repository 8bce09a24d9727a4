"use strict";
/* The keys of a page, read off its controls: "?" lists those in force, the palette (Ctrl+K) offers what they do. */

{
  const CONTROLS = "#main [data-press], #main [data-key], #main [aria-keyshortcuts]";
  const list = document.querySelector("[data-keys-list]");
  const isTyping = (element) => element.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  let row = null; /* the line of a list in which the reader was before he opened the palette */

  function nameOf(control) {
    if (control.ariaLabel) return control.ariaLabel;
    const shown = (control.closest("label") ?? control.labels?.[0] ?? control).cloneNode(true);
    for (const extra of shown.querySelectorAll(".kbd, .sub, .n, .opt, .req, small, input, svg")) extra.remove();
    return shown.textContent.replace(/\s+/g, " ").trim();
  }

  /* Each command once; those of a list belong to the line in which the reader stands. */
  function commands() {
    const found = new Map();
    for (const place of document.querySelectorAll(CONTROLS)) {
      const key = place.dataset.press ?? place.dataset.key ?? place.getAttribute("aria-keyshortcuts");
      const control = place.matches("label") ? place.querySelector("input") : place;
      const seen = control?.closest("label") ?? place;
      if (!control || !seen.getClientRects().length) continue;
      if (place.closest("[data-row]") && row && place.closest("[data-row]") !== row) continue;
      const name = nameOf(control);
      if (name && !found.has(name)) found.set(name, { name, key, control, isOfRow: place.closest("[data-row]") !== null });
    }
    return [...found.values()];
  }

  function shown(key) {
    return key.length === 1 ? key.toUpperCase() : key.replaceAll("Control", "Ctrl");
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function openList() {
    const here = list.querySelector("[data-keys-here]");
    here.replaceChildren(...commands().flatMap(({ name, key }) => [element("dt", "", name), element("dd", "", shown(key))]));
    here.parentElement.hidden = !here.children.length;
    list.showModal();
  }

  function run({ control }) {
    if (control.matches("textarea, select, input:not([type=radio], [type=checkbox])")) control.focus();
    else control.click();
  }

  function offer(hits) {
    const words = document.querySelector("[data-search-field]").value.trim().toLowerCase();
    const fitting = commands().filter((one) => (!one.isOfRow || row) && one.name.toLowerCase().includes(words));
    if (!fitting.length) return;
    const section = document.createElement("section");
    const lines = document.createElement("ul");
    for (const command of fitting) {
      const line = document.createElement("li");
      const button = element("button", "hit own", command.name);
      button.type = "button";
      if (list.hasAttribute("data-single-keys") || command.key.length > 1) button.append(element("span", "kbd", shown(command.key)));
      button.addEventListener("click", () => { hits.hidden = true; run(command); });
      line.append(button);
      lines.append(line);
    }
    section.append(element("h2", "gh", list.dataset.here), lines);
    if (words) hits.append(section);
    else hits.prepend(section);
    hits.hidden = false;
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.matches(".top [data-hits]")) offer(event.target);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.closest("#main")) row = event.target.closest("[data-row]");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.defaultPrevented || event.isComposing || isTyping(event.target)) return;
    if (!list.hasAttribute("data-single-keys") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    openList();
  });
  list.addEventListener("click", (event) => { if (event.target.closest("[data-keys-shut]")) list.close(); });
}
