"""記録する (SC-02, plain): choose the deal, then write down what happened and what comes next."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Todo
from activities.states import ActivityKind
from deals.models import Deal, FollowUpCycle
from followups.deal_page import cycles_of, todos_of, whole_deals
from followups.forms.log import LOGGED_KINDS, LogForm
from followups.lists import deal_rows, deals_to_work_on
from followups.quick_days import next_step_days
from followups.rights import rights_on_todo
from people.http import Request, asked_id, posted
from people.working_days import load_calendar

OFFERED = 20  # deals to choose from; whoever looks for another one types its name


def log_call(request: Request) -> HttpResponse:
    """Log an activity on the deal named by ?deal=; ?todo= is a to-do it does, ?kind= the kind of activity."""
    pk = asked_id(request, "deal")
    if pk is None:
        return _choose_deal(request)
    as_of, now = timezone.localdate(), timezone.localtime()
    deal, kind = get_object_or_404(whole_deals(), pk=pk), _kind(request)
    in_reach = [todo for todo in todos_of(deal) if "followups:todo_done" in rights_on_todo(request.user, todo)]
    due = [todo for todo in in_reach if _is_meant(request, todo, as_of)]
    cycles = cycles_of(deal)
    proposed = {"occurred_at": now, "done": due, "contact": _whom(deal, due, cycles), "meeting_fs": deal.fs_owner_id}
    form = LogForm(posted(request), deal=deal, kind=kind, in_reach=in_reach, initial=proposed)
    if form.is_valid() and form.attempt(lambda: form.save(by=request.user, as_of=as_of)):
        messages.success(request, _("Recorded."))
        return redirect("followups:deal", deal.pk)
    context = {"as_of": as_of, "deal": deal, "due": due, "form": form, "kind": kind, "kinds": LOGGED_KINDS}
    context |= {"chips": next_step_days(as_of, load_calendar()), "cycle": cycles[0] if cycles else None}
    return render(request, "followups/log.html", context)


def _choose_deal(request: Request) -> HttpResponse:
    """Which deal is it about? By name, else those in which the reader has something to do."""
    words = request.GET.get("q", "").replace("\x00", "").strip()
    found = deal_rows(Deal.objects.matching(words) if words else deals_to_work_on(request.user))[:OFFERED]
    context = {"as_of": timezone.localdate(), "words": words, "deals": found, "kind": _kind(request)}
    return render(request, "followups/log_deal.html", context)


def _is_meant(request: Request, todo: Todo, as_of: date) -> bool:
    """The to-do named by ?todo=; where none is named, the reader's own that are due."""
    if "todo" in request.GET:
        return todo.pk == asked_id(request, "todo")
    return todo.assignee_id == request.user.pk and todo.effective_due_on <= as_of


def _whom(deal: Deal, due: list[Todo], cycles: list[FollowUpCycle]) -> int | None:
    """Who is called: the person of the to-do, else of the open follow-up, else of the deal."""
    named = [todo.contact_id for todo in due] + [cycle.approach_contact_id for cycle in cycles if cycle.is_open]
    return next((pk for pk in named if pk), deal.contact_id)


def _kind(request: Request) -> ActivityKind:
    wanted = request.GET.get("kind", ActivityKind.CALL)
    if wanted not in LOGGED_KINDS:
        raise Http404
    return ActivityKind(wanted)
