"""Leads (SC-21, SC-22): which lead has no next step, and what has happened to this one?"""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import set_lead_status
from followups.forms.lead_status import LeadStatusForm
from followups.lead_filters import LeadFilter
from followups.pages.lead import lead_page, todos_of_lead, true_status, whole_leads
from followups.pages.lead_list import Census, lead_rows
from followups.pages.quick_days import next_step_days
from followups.rights import pages_open_to
from followups.timeline_kinds import Shown
from leads.actions import LeadMove
from leads.models import Lead
from leads.querysets import LeadQuerySet
from leads.states import LeadStatus
from leads.words import lead_status_words
from people.http import Request, list_file, way_back
from people.refusal import Refused
from people.working_days import load_calendar

PAGE_SIZE = 50
CHUNK = 2000  # rows of a file that are held in memory at a time


def leads(request: Request) -> HttpResponse:
    """All leads in the order of the way, those whose status is not true first."""
    chosen = LeadFilter(request.GET, as_of=timezone.localdate(), request=request)
    page = Paginator(lead_rows(chosen.qs), PAGE_SIZE).get_page(request.GET.get("page"))
    census, words = Census.of(chosen.whole), lead_status_words()
    context = {
        "as_of": chosen.as_of,
        "filter": chosen,
        "page": page,
        "views": census.views(),
        "statuses": [(said, census.count(status=code)) for code, said in words.items()],
        "chosen_words": words.get(chosen.chosen["status"]),
        "chosen": chosen.chosen,
        "groups": census.groups(page, words, **chosen.chosen),
        "words": words,
        "rights": pages_open_to(request.user),
    }
    return render(request, "followups/leads.html", context)


def leads_file(request: Request) -> HttpResponseBase:
    """Exactly the rows of the list, all of them, as a file."""
    chosen = LeadFilter(request.GET, as_of=timezone.localdate(), request=request)
    header = [
        _("Lead"), _("Company"), _("Lead status"), _("In this status since"), _("Nurturing reason"), _("Lead source"),
        _("Created on"), _("Owner"), _("Last contact"), _("Next to-do"), _("Due"), _("Phone"), _("E-mail"),
    ]  # fmt: skip
    return list_file(request, f"leads-{chosen.as_of:%Y-%m-%d}", header, lambda: _file_rows(lead_rows(chosen.qs)))


def _file_rows(found: LeadQuerySet) -> Iterator[list[object]]:
    words = lead_status_words()
    for lead in found.iterator(chunk_size=CHUNK):
        todo = next(iter(lead.open_todos), None)  # type: ignore[attr-defined]
        yield [
            lead.name,
            lead.company and lead.company.name,
            words[lead.status].label,
            lead.status_entered_on,
            lead.nurturing_reason and lead.nurturing_reason.label,
            lead.source and lead.source.name,
            lead.created_on,
            lead.owner and lead.owner.name,
            lead.last_on,  # type: ignore[attr-defined]
            todo and todo.subject,
            todo and todo.effective_due_on,
            lead.phone,
            lead.email,
        ]


def lead(request: Request, pk: int) -> HttpResponse:
    """Who is this, what was said, and what comes next?"""
    found = get_object_or_404(whole_leads(), pk=pk)
    context = lead_page(found, request.user, timezone.localdate(), Shown.of(request.GET))
    if "followups:lead_status" in context["rights"] and found.status != LeadStatus.MEETING_WON:
        context |= {"form": LeadStatusForm(lead=found), "chips": next_step_days(timezone.localdate(), load_calendar())}
    return render(request, "followups/lead.html", context)


def lead_true(request: Request, pk: int) -> HttpResponse:
    """One press: the nurturing status becomes the one that is true to the to-dos; the reason stays."""
    found = get_object_or_404(Lead, pk=pk)
    status = true_status(found, has_next=bool(todos_of_lead(found)))
    if not status:
        raise Http404
    move = LeadMove(found.pk, LeadStatus(status), found.nurturing_reason_id)
    _say(request, lambda: set_lead_status([move], by=request.user, as_of=timezone.localdate()))
    return redirect(way_back(request, reverse("followups:lead", args=[pk])))


def _say(request: Request, verb: Any) -> None:
    try:
        verb()
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The status has been changed."))
