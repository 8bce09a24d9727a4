"""The rules as sentences (SC-40), and the history of their runs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.forms.rules import RunForm
from followups.models import Rule, SweepRun
from followups.pages.rules import rules_page
from followups.rights import pages_open_to
from followups.rules import preview_undo, sweep, undo_sweep
from followups.rules.asked import ask, give_up_silent
from followups.rules.settings import change_rule
from followups.run_filters import ChangeFilter, RunFilter
from followups.run_light import run_light
from followups.states import RuleMode, RunStatus
from people.http import Request, posted
from people.refusal import Refused

PAGE_SIZE = 50


def rules(request: Request) -> HttpResponse:
    """Which rules are at work, and what did they do last?"""
    context = rules_page(timezone.localdate(), timezone.now())
    return render(request, "followups/rules.html", context | {"rights": pages_open_to(request.user)})


def rule_pause(request: Request, code: str) -> HttpResponse:
    """Pause a rule: no run heeds it. It is switched on by publishing it, after its trial has been seen."""
    rule = get_object_or_404(Rule, code=code)
    change_rule(rule=rule, changes={"mode": RuleMode.OFF.value}, by=request.user, as_of=timezone.localdate())
    messages.success(request, _("%(rule)s is paused. No run acts on it.") % {"rule": rule.name})
    return redirect("followups:rules")


def sweep_now(request: Request) -> HttpResponse:
    """Run the rules, as beat and `manage.py sweep` do, after showing what they would do; as of an earlier day too."""
    today = timezone.localdate()
    form = RunForm(posted(request) or request.GET or None, as_of=today)
    chosen = form.day()
    if request.method == "POST" and chosen:
        give_up_silent(timezone.now())
        return redirect("followups:run_progress", ask(by=request.user, as_of=chosen).pk)
    preview = sweep(as_of=chosen, dry_run=True) if chosen and form.is_bound else None
    context = {"as_of": today, "form": form, "chosen": chosen, "preview": preview}
    return render(request, "followups/sweep_now.html", context | {"back_url": reverse("followups:rules")})


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
    as_of = timezone.localdate()
    found = SweepRun.objects.select_related("started_by")
    chosen = RunFilter(request.GET, queryset=found, request=request, as_of=as_of)
    context = {
        "as_of": as_of,
        "filter": chosen,
        "page": Paginator(chosen.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "light": run_light(as_of, timezone.now()),
        "rights": pages_open_to(request.user),
    }
    return render(request, "followups/runs.html", context)


def run(request: Request, pk: int) -> HttpResponse:
    """One run with every change and the evidence for it; how far it is, while the page that asked for it waits."""
    found = get_object_or_404(SweepRun.objects.select_related("started_by"), pk=pk)
    if found.finished_at is None and SweepRun.objects.asked_for().filter(pk=pk).exists():
        return redirect("followups:run_progress", pk)
    chosen = ChangeFilter(request.GET, queryset=found.changes.select_related("deal__company"), request=request)
    page = Paginator(chosen.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"as_of": timezone.localdate(), "run": found, "filter": chosen, "page": page}
    context["suggested"] = sum(rule.get("suggested", 0) for rule in found.summary.get("rules", {}).values())
    has_changes = bool(found.summary.get("changes")) or (found.status == RunStatus.FAILED and page.paginator.count)
    stands = found.status in (RunStatus.DONE, RunStatus.FAILED)
    context["rights"] = rights = pages_open_to(request.user)
    context["is_undoable"] = stands and has_changes and "followups:run_undo" in rights
    return render(request, "followups/run.html", context)
