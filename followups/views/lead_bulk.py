"""Several leads at once: give them away, set their status, plan a step; what cannot be done is listed with why."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.actions import add_todos, give_leads, set_lead_status
from followups.forms.lead_bulk import LeadsAssignForm, LeadsTodoForm
from followups.forms.lead_status import LeadsStatusForm
from followups.pages.lead import whole_leads
from followups.pages.quick_days import next_step_days
from followups.rights import rights_on_lead
from leads.models import Lead
from leads.words import lead_status_words
from people.apart import Aside, Sorted, rehearse, to_each_that_can
from people.forms import VerbForm
from people.http import Request, asked_ids, posted, way_back
from people.working_days import load_calendar

LEFT = "leads left as they were"  # session: why, by id of the lead

Verb = Callable[[list[Lead]], object]


def leads_assign(request: Request) -> HttpResponse:
    """Give the chosen leads to somebody else, with the to-dos of their owner."""
    chosen, as_of = _chosen(request), timezone.localdate()
    form = LeadsAssignForm(posted(request))

    def give(leads: list[Lead]) -> object:
        return give_leads([lead.pk for lead in leads], form.cleaned_data["owner"], by=request.user, as_of=as_of)

    return _verb(request, chosen, form, give, title=_("Change the owner"), right="followups:leads_assign")


def leads_status(request: Request) -> HttpResponse:
    """Set the status of the chosen leads, with the reason that goes with it."""
    chosen, as_of = _chosen(request), timezone.localdate()
    form = LeadsStatusForm(posted(request), leads=chosen)

    def move(leads: list[Lead]) -> object:
        return set_lead_status([form.move(lead) for lead in leads], by=request.user, as_of=as_of)

    return _verb(request, chosen, form, move, title=_("Change the status"), right="followups:lead_status")


def leads_todo(request: Request) -> HttpResponse:
    """Plan the same step for the chosen leads on one day."""
    chosen, as_of = _chosen(request), timezone.localdate()
    form = LeadsTodoForm(posted(request), as_of=as_of)

    def plan(leads: list[Lead]) -> object:
        return add_todos(form.todos(leads, request.user), by=request.user, as_of=as_of)

    chips = next_step_days(as_of, load_calendar())
    return _verb(request, chosen, form, plan, title=_("Add a to-do"), right="followups:todo_add", chips=chips)


def _chosen(request: Request) -> list[Lead]:
    found = list(whole_leads().filter(pk__in=asked_ids(request, "lead")).order_by("id"))
    if not found:
        raise Http404
    return found


def _verb(
    request: Request, chosen: list[Lead], form: VerbForm, verb: Verb, *, right: str, **context: Any
) -> HttpResponse:
    """Ask, say what would be done, do it to each that can; list what was left as it is."""
    mine, theirs = _in_reach(request, chosen, right)
    after = Sorted(mine, theirs)
    if form.is_valid():
        found = (rehearse if "preview" in request.GET else to_each_that_can)(mine, verb)
        after = Sorted(found.done, [*theirs, *found.aside])
        if "preview" not in request.GET:
            return _done(request, after)
    context |= {
        "as_of": timezone.localdate(),
        "leads": chosen,
        "form": form,
        "after": after,
        "left": _left_before(request, chosen),
        "words": lead_status_words(),
        "back_url": way_back(request, reverse("followups:leads")),
    }
    return render(request, "followups/leads_verb.html", context)


def _in_reach(request: Request, chosen: Sequence[Lead], right: str) -> tuple[list[Lead], list[Aside[Lead]]]:
    mine = [lead for lead in chosen if right in rights_on_lead(request.user, lead)]
    why = _("It belongs to somebody else; only he or his manager gives it away.")
    return mine, [Aside(lead, why) for lead in chosen if lead not in mine]


def _done(request: Request, found: Sorted[Lead]) -> HttpResponse:
    """Back to the list; where some were left as they are, the same form once more with those and the reasons."""
    number = len(found.done)
    said = ngettext("%(number)s lead has been changed.", "%(number)s leads have been changed.", number)
    if number:
        messages.success(request, said % {"number": number})
    back_url = way_back(request, reverse("followups:leads"))
    if not found.aside:
        return redirect(back_url)
    request.session[LEFT] = {str(aside.record.pk): aside.why for aside in found.aside}
    query = [*(("lead", aside.record.pk) for aside in found.aside), ("next", back_url)]
    return redirect(f"{request.path}?{urlencode(query)}")


def _left_before(request: Request, chosen: Sequence[Lead]) -> list[Aside[Lead]]:
    """What the attempt before this page left as it was; said once."""
    reasons = request.session.pop(LEFT, {}) if request.method == "GET" else {}
    return [Aside(lead, reasons[str(lead.pk)]) for lead in chosen if str(lead.pk) in reasons]
