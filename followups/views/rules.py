"""The rules as sentences (SC-40), and the history of their runs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.forms.rules import RuleForm
from followups.models import Rule, SweepRun
from followups.pages.rules import rules_page
from followups.rights import pages_open_to
from followups.rules import preview_undo, sweep, undo_sweep
from followups.rules.settings import change_rule
from followups.run_light import run_light
from people.http import Request, posted
from people.refusal import Refused

PAGE_SIZE = 50


def rules(request: Request) -> HttpResponse:
    """Which rules are at work, and what did they do last?"""
    context = rules_page(timezone.localdate(), timezone.now())
    return render(request, "followups/rules.html", context | {"rights": pages_open_to(request.user)})


def rule_edit(request: Request, code: str) -> HttpResponse:
    """Change the mode and the limit of a rule; what it said before is kept as a version."""
    rule = get_object_or_404(Rule, code=code)
    form = RuleForm(posted(request), rule=rule)
    if form.is_valid() and form.attempt(lambda: change_rule(rule=rule, changes=form.changes(), by=request.user)):
        messages.success(request, _("The rule has been saved. It acts from the next run on."))
        return redirect("followups:rules")
    context = {"rule": rule, "title": rule.name, "form": form, "back_url": reverse("followups:rules")}
    return render(request, "followups/rule_form.html", context)


def sweep_now(request: Request) -> HttpResponse:
    """Run the rules as of today, as beat and `manage.py sweep` do, and show what was done."""
    summary = sweep(as_of=timezone.localdate(), by=request.user)
    messages.success(request, _("The rules have run: %(changes)s changes.") % summary)
    return redirect("followups:run", summary["run"])


def run_undo(request: Request, pk: int) -> HttpResponse:
    """What an undo of the run would take back and what it would leave, and the button that does it (D19)."""
    found, as_of = get_object_or_404(SweepRun, pk=pk), timezone.localdate()
    if request.method != "POST":
        context = {"as_of": as_of, "run": found, "preview": preview_undo(found), "shown": PAGE_SIZE}
        return render(request, "followups/run_undo.html", context | {"shown_slice": f":{PAGE_SIZE}"})
    try:
        undone = undo_sweep(pk, by=request.user, as_of=as_of, keep_rules="keep_rules" in request.POST)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("followups:run", pk)
    text = ngettext("%(n)s change has been taken back.", "%(n)s changes have been taken back.", undone.restored)
    messages.success(request, text % {"n": f"{undone.restored:,}"})
    return redirect("followups:run", pk)


def runs(request: Request) -> HttpResponse:
    """What ran, when, and what it changed."""
    found = SweepRun.objects.select_related("started_by")
    as_of = timezone.localdate()
    context = {
        "as_of": as_of,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "light": run_light(as_of, timezone.now()),
        "rights": pages_open_to(request.user),
    }
    return render(request, "followups/runs.html", context)


def run(request: Request, pk: int) -> HttpResponse:
    """One run with every change and the evidence for it."""
    found = get_object_or_404(SweepRun.objects.select_related("started_by"), pk=pk)
    changes = found.changes.select_related("deal__company")
    page = Paginator(changes, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"as_of": timezone.localdate(), "run": found, "page": page, "rights": pages_open_to(request.user)}
    return render(request, "followups/run.html", context)
