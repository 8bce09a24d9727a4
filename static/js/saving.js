"use strict";
/* Saving a call without leaving the page. While the person is on the phone the next card is fetched and kept; where the
   answer of the save says that it still holds, it is shown at once, and the list is fetched anew behind it. Otherwise the
   answer brings the list and the next card, which take the place of the old ones. Where the network or the server fails,
   everything typed stays and the next press tries again. The number of the form sees to it that one call is written,
   however often it is sent. */

{
  const NARROW = matchMedia("(max-width: 860px)");
  const GLANCE_MS = 1000; /* a card that is merely looked at on the way to another one fetches nothing */

  let ahead = null; /* the next card, and the form that stood there when it was fetched */
  let waiting = 0;

  const panel = () => document.querySelector("#call[data-stays]");
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  function fail(form) {
    const lost = form.querySelector("[data-lost]");
    delete form.dataset.sent;
    lost.hidden = false;
    lost.focus();
  }

  /* What was refused comes as a page of its own, as it does without a script. */
  function sendPlainly(form, action) {
    form.action = action;
    HTMLFormElement.prototype.submit.call(form);
  }

  /* The place that is read out when something comes into it: it must have been there before. */
  function told() {
    const known = document.querySelector("#main > .toasts");
    if (known) return known;
    const made = document.createElement("div");
    made.className = "toasts";
    made.setAttribute("role", "status");
    document.querySelector("#main").prepend(made);
    return made;
  }

  /* The list stays where it was scrolled to, with the card's row in sight. */
  function show(answer) {
    const split = answer.querySelector(".split");
    const old = document.querySelector(".split");
    const scrolled = old.querySelector(".queue").scrollTop;
    old.replaceWith(split);
    split.querySelector(".queue").scrollTop = scrolled;
    begin(split, answer);
    lookAhead();
  }

  function begin(split, answer) {
    split.querySelector("a.q[aria-current]")?.scrollIntoView({ block: "nearest" });
    if (NARROW.matches) scrollTo(0, 0);
    told().replaceChildren(...(answer.querySelector(".toasts")?.children ?? []));
    document.querySelector("#main > .refusals")?.remove();
    document.title = split.dataset.title;
    htmx.process(split);
    document.dispatchEvent(new CustomEvent("saved"));
  }

  /* The card that was kept; the coming days in it count what the save has just made. */
  function showAhead(next, answer) {
    const split = document.querySelector(".split");
    next.card.querySelector(".days").replaceWith(answer.querySelector(".days"));
    strike(next.behind.action, next.card.action);
    next.behind.replaceWith(next.card);
    split.classList.add("alone");
    split.dataset.title = next.title;
    begin(split, answer);
    refresh();
  }

  /* A number in words: 3件 becomes 2件. */
  function add(node, by) {
    if (node) node.textContent = node.textContent.replace(/\d+/, (number) => Number(number) + by);
  }

  /* The row of the saved call goes; what is counted beyond it comes with the list. */
  function strike(saved, next) {
    const rowOf = (address) => [...queue.querySelectorAll("a.q")].find((row) => row.href === address);
    const queue = document.querySelector("#queue");
    const row = rowOf(saved);
    rowOf(next)?.setAttribute("aria-current", "true");
    if (!row) return;
    const rows = row.closest("ul");
    const heading = rows.previousElementSibling;
    const shown = queue.querySelector(".seg [aria-current] .n");
    add(shown, -1);
    if (heading.matches(".late")) {
      const late = queue.querySelector("[data-tab=late] .n");
      if (late !== shown) add(late, -1);
    }
    add(queue.querySelector("[data-done]"), 1);
    add(heading.querySelector(".n"), -1);
    row.closest("li").remove();
    if (!rows.children.length) { heading.remove(); rows.remove(); }
  }

  /* A part of the page, fetched in the background; null where there is none, for whatever reason. */
  async function fetched(address, asked) {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual" });
      return answer.ok ? parsed(await answer.text()) : null;
    } catch {
      return null;
    }
  }

  /* The list as it is now: a next step may fall on today, and colleagues work too. */
  async function refresh() {
    const form = panel();
    const part = await fetched(form.action, { part: "list" });
    if (form !== panel() || form.dataset.sent) return;
    const list = part?.querySelector("#queue");
    if (list) {
      const old = document.querySelector("#queue");
      const held = old.contains(document.activeElement) ? document.activeElement.href : undefined;
      const [top, isOpen] = [old.scrollTop, old.querySelector("details.done")?.open];
      old.replaceWith(list);
      list.scrollTop = top;
      if (isOpen) list.querySelector("details.done")?.setAttribute("open", "");
      if (held) [...list.querySelectorAll("a")].find((link) => link.href === held)?.focus({ preventScroll: true });
      form.querySelector("[data-onward]").replaceWith(part.querySelector("[data-onward]"));
      htmx.process(list);
    }
    lookAhead();
  }

  function lookAhead() {
    clearTimeout(waiting);
    waiting = setTimeout(keepNext, GLANCE_MS);
  }

  async function keepNext() {
    const behind = panel();
    const address = behind?.querySelector("[data-onward]")?.dataset.card;
    if (!address || behind.dataset.sent || !behind.getClientRects().length) return;
    const part = await fetched(address, { part: "card", after: behind.dataset.todo });
    const found = part?.querySelector("[data-fetched]");
    if (!found || behind !== panel()) return;
    ahead = { behind, card: found.querySelector("form"), title: found.dataset.title, stamp: found.dataset.stamp };
    behind.dataset.ahead = ahead.card.dataset.todo;
  }

  /* What was fetched for this form and for the one that it names as the next. */
  function keptFor(form) {
    const named = form.querySelector("[name=following]").value;
    return ahead?.behind === form && ahead.card.dataset.todo === named ? ahead : null;
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-stays]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.sent) return; /* one form, one row: the second press waits for the first answer */
    form.dataset.sent = "yes";
    form.querySelector("[data-lost]").hidden = true;
    const action = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action;
    const headers = { "HX-Request": "true", "HX-Current-URL": form.action };
    const body = new FormData(form);
    const next = keptFor(form);
    if (next) body.set("fetched", next.stamp);
    let answer, text;
    try {
      answer = await fetch(action, { method: "POST", body, headers, redirect: "manual" });
      text = await answer.text();
    } catch {
      fail(form);
      return;
    }
    const elsewhere = answer.headers.get("HX-Redirect");
    const shown = answer.headers.get("HX-Push-Url");
    if (elsewhere) location.assign(elsewhere);
    else if (shown) {
      history.pushState(null, "", shown);
      const said = parsed(text);
      if (said.querySelector(".split")) show(said);
      else showAhead(next, said);
    } else if (answer.status >= 500) fail(form);
    else sendPlainly(form, action);
  });

  /* Back and forth among the cards: each is drawn anew, for a colleague may have called meanwhile. */
  addEventListener("popstate", () => location.reload());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("pagehide", () => clearTimeout(waiting));
  if (panel()) { told(); lookAhead(); }
}
