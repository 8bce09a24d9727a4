"use strict";
/* Saving a call without leaving the page: the answer brings the list and the next card, which take the place of the old
   ones. Where the network or the server fails, everything typed stays and the next press tries again. The number of the
   form sees to it that one call is written, however often it is sent. */

{
  const NARROW = matchMedia("(max-width: 860px)");

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
    split.querySelector("a.q[aria-current]")?.scrollIntoView({ block: "nearest" });
    if (NARROW.matches) scrollTo(0, 0);
    told().replaceChildren(...(answer.querySelector(".toasts")?.children ?? []));
    document.querySelector("#main > .refusals")?.remove();
    document.title = split.dataset.title;
    htmx.process(split);
    document.dispatchEvent(new CustomEvent("saved"));
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
    let answer, text;
    try {
      answer = await fetch(action, { method: "POST", body: new FormData(form), headers, redirect: "manual" });
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
      show(new DOMParser().parseFromString(text, "text/html"));
    } else if (answer.status >= 500) fail(form);
    else sendPlainly(form, action);
  });

  /* Back and forth among the cards: each is drawn anew, for a colleague may have called meanwhile. */
  addEventListener("popstate", () => location.reload());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  if (document.querySelector("[data-stays]")) told();
}
