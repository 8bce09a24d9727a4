"use strict";
/* Keys of the queue and the call panel. Without this script every control works by itself. Saving puts another list and
   another panel in their places, so both are looked up when they are needed. */

{
  const keys = document.querySelector("#keys");
  const TYPED = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";

  const split = () => document.querySelector(".split");
  const panel = () => document.querySelector("#call");

  /* What a day means for the strip, and what the chosen person has on that day. */
  function showDay() {
    if (!panel()) return;
    const chosen = panel().querySelector("[name=when]:checked");
    const typed = panel().querySelector("[name=next_due_on]").value;
    const day = !chosen ? "" : chosen.value === "date" ? typed : chosen.value.slice(-10);
    for (const cell of panel().querySelectorAll(".days > *")) cell.classList.toggle("on", cell.dataset.day === day);
    const days = [...panel().querySelectorAll(".days:not(.theirs) > *")];
    const place = days.findIndex((cell) => cell.dataset.day === day);
    if (place < 0) return;
    for (const one of panel().querySelectorAll("[data-counts]")) one.textContent = one.dataset.counts.split(" ")[place];
  }

  /* A result brings its usual next step, until somebody has chosen one. */
  function offerDefault(result) {
    if (panel().dataset.chosen || result.value === "appointment") return;
    const wanted = result.dataset.default || (result.classList.contains("asks-none") ? "none" : "");
    for (const choice of panel().querySelectorAll("[name=when]")) choice.checked = choice.value === wanted;
    showDay();
  }

  /* What the result makes of a lead, in words, for whoever wants something else. */
  function tellStatus(result) {
    const asTheResultSays = panel().querySelector("[name=lead_status] option[value='']");
    if (asTheResultSays && result.dataset.becomes) asTheResultSays.textContent = result.dataset.becomes;
  }

  /* Nothing follows a lead that is no target, unless somebody has chosen a day. */
  function endWith(status) {
    if (status === "out_of_target" && !panel().dataset.chosen) panel().querySelector("#when-none").checked = true;
  }

  function press(control) {
    if (control.matches("[type=checkbox]")) control.checked = !control.checked;
    else if (control.matches("[type=radio]")) control.checked = true;
    else if (control.matches("a")) { control.click(); return; }
    else if (control.matches("[data-press=s]")) { control.click(); return; }
    else { control.focus(); return; }
    control.focus({ preventScroll: true });
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function step(by) {
    const rows = [...split().querySelectorAll("a.q")];
    const held = rows.indexOf(document.activeElement);
    const at = held < 0 ? rows.findIndex((row) => row.ariaCurrent) : held;
    const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (row) row.focus();
  }

  function opensKeys() { if (!keys.open) keys.showModal(); }

  const MOVES = {
    j: () => step(1),
    k: () => step(-1),
    h: () => panel()?.querySelector("[name=next_time]").focus(),
    z: () => document.querySelector("[data-undo]")?.click(),
    "?": opensKeys,
  };

  function answersTo(event) {
    if (!split().hasAttribute("data-keys") || event.isComposing || event.keyCode === 229) return false;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
    return split().contains(event.target) && !event.target.matches(TYPED);
  }

  document.addEventListener("keydown", (event) => {
    if (!answersTo(event)) return;
    if (event.key === "Enter") {
      if (event.target !== panel() && !event.target.matches("[type=radio], [type=checkbox]")) return;
      event.preventDefault();
      panel()?.requestSubmit();
      return;
    }
    const key = event.key.toLowerCase();
    const control = panel()?.querySelector(`[data-press="${CSS.escape(key)}"]`);
    const move = MOVES[key];
    if (!control && !move) return;
    event.preventDefault();
    if (move) move(); else press(control);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-open]")) opensKeys();
    if (event.target.closest("[data-keys-close]")) keys.close();
    const copied = event.target.closest("[data-copy]");
    if (copied) navigator.clipboard?.writeText(copied.dataset.copy);
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.closest("#call")) return;
    if (field.name === "outcome") { offerDefault(field); tellStatus(field); }
    if (field.name === "lead_status") endWith(field.value);
    if (field.name === "when") {
      panel().dataset.chosen = "yes";
      if (field.dataset.then) panel().querySelector(field.dataset.then).focus();
    }
    if (["when", "next_due_on"].includes(field.name)) showDay();
  });
  document.addEventListener("htmx:load", showDay); /* who of field sales, fetched for an appointment */

  /* A panel that has just come, with the page or after a call was saved: the keys work in it, and it is read out. */
  function begin() {
    const shown = panel() ?? split().querySelector(".focus");
    const known = panel()?.querySelector("[name=outcome]:checked");
    if (known) tellStatus(known);
    if (panel()?.querySelector("[name=when]:checked")) { panel().dataset.chosen = "yes"; showDay(); }
    (shown.querySelector("[autofocus]") ?? shown).focus({ preventScroll: true });
  }

  document.addEventListener("saved", begin);
  if (panel()) begin();
}
