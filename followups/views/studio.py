"""The editor of a rule with its trial (SC-41), the deals behind the numbers, and publishing."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import Deal
from followups.forms.studio import StudioForm, TrialForm
from followups.lead_times import lead_times
from followups.lines import deal_lines
from followups.lists import page_of
from followups.models import Announcement, Rule
from followups.pages.trial import Trial, trial
from followups.pages.trial_deals import deals_of
from followups.rights import pages_open_to
from followups.rules.backtest import backtest
from followups.rules.publishing import discard_draft, publish, save_draft
from followups.rules.seen import mark_of_trial
from followups.rules.settings import content
from followups.rules.spec import RuleSpec
from followups.states import LimitFrom, RuleMode
from people.http import Request, posted

PAGE_SIZE = 50
LONGEST_NUMBER = 9  # digits of a version


def rule_edit(request: Request, code: str) -> HttpResponse:
    """What would happen if the rule said something else? Then keep it as a draft, or publish it."""
    rule = get_object_or_404(Rule.objects.select_related("draft"), code=code)
    form, as_of = _form(request, rule), timezone.localdate()
    is_sent = request.method == "POST" and "preview" not in request.GET
    found = trial(form.tried(), rule, as_of) if not form.is_bound or form.is_valid() else None
    if is_sent and found is not None and (done := _do(request, form, rule, found)):
        return done
    context = {"as_of": as_of, "rule": rule, "form": form, "trial": found, "rights": pages_open_to(request.user)}
    if found is not None:
        said = content(form.tried())
        context["mark"] = mark_of_trial(code, rule.version, said, by=request.user, as_of=as_of)
    return render(request, "followups/rule_edit.html", context | _around(rule), status=409 if form.conflict else 200)


def _form(request: Request, rule: Rule) -> StudioForm:
    """The editor as it was sent; opened, it begins with the draft, else with the rule, in the mode of ?mode=."""
    start = dict(rule.draft.content) if hasattr(rule, "draft") else {}
    if request.GET.get("mode") in RuleMode.values:
        start["mode"] = request.GET["mode"]
    data = posted(request)
    if data is not None and request.POST.get("pick", "").isdecimal():
        data = data.copy()
        data["value"], data["unit"], data["limit_from"] = request.POST["pick"], "day", LimitFrom.RULE.value
    return StudioForm(data, rule=rule, start=start, as_of=timezone.localdate())


def _do(request: Request, form: StudioForm, rule: Rule, found: Trial) -> HttpResponse | None:
    """Save the draft or publish; None where the form is shown again with what is wrong."""
    code, by = rule.code, request.user
    if request.POST.get("do") == "draft":
        if not form.attempt(lambda: save_draft(code=code, changed=form.changed(), by=by, **form.seen_versions())):
            return None
        messages.success(request, _("The draft has been saved. Nothing has changed yet."))
        return redirect("followups:rule_edit", code)
    publication, made = form.publication(found.figures), []
    day = timezone.localdate()
    if not form.attempt(lambda: made.append(publish(code=code, publication=publication, by=by, as_of=day))):
        return None
    messages.success(request, _("The rule has been published, and everybody is told of it."))
    return redirect("followups:announcement", made[0].pk)


def _around(rule: Rule) -> dict[str, Any]:
    """What stands beside the editor: all rules, what waits for its day, and what our own past suggests."""
    return {
        "rules": Rule.objects.select_related("draft"),
        "waiting": Announcement.objects.waiting().filter(rule=rule).first(),
        "lead_times": lead_times(timezone.localdate()),
        "back_url": reverse("followups:rules"),
    }


def draft_discard(request: Request, code: str) -> HttpResponse:
    """Throw the draft away that the page showed; the rule is as it was."""
    seen = request.POST.get("draft", "")
    if discard_draft(code=code, draft=int(seen) if seen.isdecimal() and len(seen) < LONGEST_NUMBER else 0):
        messages.success(request, _("The draft has been discarded."))
        return redirect("followups:rules")
    messages.error(request, _("Somebody has saved or discarded the draft meanwhile. Look at it before you discard it."))
    return redirect("followups:rule_edit", code)


def rule_deals(request: Request, code: str) -> HttpResponse:
    """The deals behind a number of the trial; without settings, those that the rule finds as it is (S2-24)."""
    rule, as_of = get_object_or_404(Rule, code=code), timezone.localdate()
    form = TrialForm(request.GET if "value" in request.GET else None, rule=rule, as_of=as_of)
    is_readable = not form.is_bound or form.is_valid()
    shown = deals_of(form.tried() if is_readable else rule, request.GET, as_of)
    found = Deal.objects.filter(pk__among=shown.ids).order_by(shown.clock, "id")
    context = {
        "as_of": as_of, "rule": rule, "tried": form.tried() if is_readable else rule, "shown": shown,
        "page": page_of(found, deal_lines, request.GET.get("page"), len(shown.ids)),
        "rights": pages_open_to(request.user),
    }  # fmt: skip
    return render(request, "followups/rule_deals.html", context)


def rule_backtest(request: Request, code: str) -> HttpResponse:
    """Would the rule have been right in the last 90 days, and where would it have been too early?"""
    rule, as_of = get_object_or_404(Rule, code=code), timezone.localdate()
    form = TrialForm(request.GET if "value" in request.GET else None, rule=rule, as_of=as_of)
    tried = form.tried() if not form.is_bound or form.is_valid() else rule
    test = backtest(RuleSpec.of(tried), as_of)
    page = Paginator(test.early, PAGE_SIZE).get_page(request.GET.get("page"))
    deals = Deal.objects.select_related("company").in_bulk([found.deal_id for found in page])
    context = {
        "as_of": as_of, "rule": rule, "tried": tried, "test": test, "page": page,
        "rows": [(deals[found.deal_id], found) for found in page], "rights": pages_open_to(request.user),
    }  # fmt: skip
    return render(request, "followups/rule_backtest.html", context)
