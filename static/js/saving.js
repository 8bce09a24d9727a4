"use strict";
/* Saving a call without leaving the page first: where the network or the server fails, everything typed stays and the
   next press tries again. The number of the form sees to it that one call is written, however often it is sent. */

{
  const form = document.querySelector("[data-stays]");
  const lost = form?.querySelector("[data-lost]");

  function fail() {
    delete form.dataset.sent;
    lost.hidden = false;
    lost.focus();
  }

  /* What was refused comes as a page of its own, as it does without a script. */
  function sendPlainly(action) {
    form.action = action;
    HTMLFormElement.prototype.submit.call(form);
  }

  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sent) return; /* one form, one row: the second press waits for the first answer */
    form.dataset.sent = "yes";
    lost.hidden = true;
    const action = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action;
    const headers = { "HX-Request": "true", "HX-Current-URL": form.action };
    let answer;
    try {
      answer = await fetch(action, { method: "POST", body: new FormData(form), headers, redirect: "manual" });
    } catch {
      fail();
      return;
    }
    const next = answer.headers.get("HX-Redirect");
    if (next) location.assign(next);
    else if (answer.status >= 500) fail();
    else sendPlainly(action);
  });
}
