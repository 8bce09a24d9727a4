"""記録する (SC-02, plain): choose what it is about, then write down what happened and what comes next."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Todo
from activities.states import ActivityKind
from deals.models import Deal, FollowUpCycle
from followups.deal_page import cycles_of, todos_of, whole_deals
from followups.forms.log import LOGGED_KINDS, LogForm
from followups.lists import deal_rows, deals_to_work_on
from followups.pages.lead import todos_of_lead, whole_leads
from followups.pages.quick_days import next_step_days
from followups.rights import rights_on_todo
from followups.shifts import with_shift
from leads.models import Lead
from leads.search import matching
from people.http import Request, asked_id, posted
from people.working_days import load_calendar

OFFERED = 20  # deals to choose from; whoever looks for another one types its name


def log_call(request: Request) -> HttpResponse:
    """Log an activity on ?deal= or ?lead=; ?todo= is a to-do it does, ?kind= the kind of activity."""
    about, as_of = _about(request), timezone.localdate()
    if about is None:
        return _choose(request)
    in_reach = _in_reach(request, about)
    due = [todo for todo in in_reach if _is_meant(request, todo, as_of)]
    cycles = cycles_of(about) if isinstance(about, Deal) else []
    proposed = {"occurred_at": timezone.localtime(), "done": due, "contact": _whom(about, due, cycles)}
    proposed["meeting_fs"] = about.fs_owner_id if isinstance(about, Deal) else None
    form = LogForm(posted(request), about=about, kind=_kind(request), in_reach=in_reach, initial=proposed)
    name = "lead" if isinstance(about, Lead) else "deal"
    back_url = reverse(f"followups:{name}", args=[about.pk])
    if form.is_valid() and form.attempt(lambda: form.save(by=request.user, as_of=as_of)):
        messages.success(request, with_shift(_("Recorded."), form.cleaned_data["next_due_on"], load_calendar()))
        return redirect(back_url)
    context = {"as_of": as_of, name: about, "back_url": back_url, "due": due, "cycle": next(iter(cycles), None)}
    return render(request, "followups/log.html", context | _form_context(form))


def _form_context(form: LogForm) -> dict[str, Any]:
    chips = next_step_days(timezone.localdate(), load_calendar())
    return {"form": form, "kind": form.kind, "kinds": LOGGED_KINDS, "chips": chips}


def _in_reach(request: Request, about: Deal | Lead) -> list[Todo]:
    todos = todos_of_lead(about) if isinstance(about, Lead) else todos_of(about)
    return [todo for todo in todos if "followups:todo_done" in rights_on_todo(request.user, todo)]


def _about(request: Request) -> Deal | Lead | None:
    """The deal or lead of the address; None where it names none yet."""
    lead_id, deal_id = asked_id(request, "lead"), asked_id(request, "deal")
    if lead_id is not None:
        return get_object_or_404(whole_leads(), pk=lead_id)
    return get_object_or_404(whole_deals(), pk=deal_id) if deal_id is not None else None


def _choose(request: Request) -> HttpResponse:
    """Which deal or lead is it about? What the words find, else the deals in which the reader has something to do."""
    words = request.GET.get("q", "").replace("\x00", "").strip()
    is_found = matching(words) | matching(words, "company__") | matching(words, "contact__")
    deals = deal_rows(Deal.objects.filter(is_found) if words else deals_to_work_on(request.user))[:OFFERED]
    leads = whole_leads().filter(is_found).order_by("name", "id")[:OFFERED] if words else []
    context = {"as_of": timezone.localdate(), "words": words, "deals": deals, "leads": leads, "kind": _kind(request)}
    return render(request, "followups/log_deal.html", context)


def _is_meant(request: Request, todo: Todo, as_of: date) -> bool:
    """The to-do named by ?todo=; where none is named, the reader's own that are due."""
    if "todo" in request.GET:
        return todo.pk == asked_id(request, "todo")
    return todo.assignee_id == request.user.pk and todo.effective_due_on <= as_of


def _whom(about: Deal | Lead, due: list[Todo], cycles: list[FollowUpCycle]) -> int | None:
    """Who is called: the person of the to-do, else of the open follow-up, else of the deal or lead."""
    named = [todo.contact_id for todo in due] + [cycle.approach_contact_id for cycle in cycles if cycle.is_open]
    return next((pk for pk in named if pk), about.contact_id)


def _kind(request: Request) -> ActivityKind:
    wanted = request.GET.get("kind", ActivityKind.CALL)
    if wanted not in LOGGED_KINDS:
        raise Http404
    return ActivityKind(wanted)
