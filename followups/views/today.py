"""本日のコール (SC-01) and its call panel (SC-02): who is next and why, what came of it, what follows."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, push_url

from activities.actions import add_todos
from activities.models import Activity, Todo
from followups.actions import Recorded, undo_outcome
from followups.call_panel import panel_todo
from followups.forms.call import CallForm
from followups.pages.day_loads import DayLoad
from followups.pages.fetched import stamp_of, still_holds
from followups.pages.place import Place, following_id, id_of
from followups.pages.put_off import put_off, put_off_notes
from followups.pages.saving import Saving, Unsaved
from followups.pages.today import call_form, field_sales, following_of, panel_context, queue_context, taken_by
from followups.rights import rights_on_lead, rights_on_todo
from followups.sentences import day
from followups.shifts import with_shift
from leads.models import Lead
from leads.states import LeadStatus
from people.business_days import BusinessCalendar
from people.forms import NO
from people.http import Request, posted
from people.models import User
from people.once import leave_unsent, marking_its_forms, once
from people.refusal import Refused
from people.working_days import load_calendar


def today(request: Request) -> HttpResponse:
    """The reader's queue with the panel of the first to-do in it."""
    now, calendar = timezone.localtime(), load_calendar()
    context = _queue(request, now, calendar)
    first = context["rows"][0].pk if context["rows"] else None
    todo = panel_todo(first)
    if todo is not None:
        context |= panel_context(todo, request.user, context, _form(request, todo, now, calendar))
    return render(request, "followups/today.html", context)


@marking_its_forms
def call(request: Request, pk: int) -> HttpResponse:
    """The panel of one to-do: on a phone by itself, at a desk beside the queue. POST records the call.

    With ?outcome=appointment the questions about the meeting stand there; htmx gets these alone. For the script of the
    page there are ?part=list, and ?part=card&after=: the card as it will stand there once the call on that other to-do
    is saved.
    """
    if request.method == "POST":
        return _log(request, pk)
    now, part = timezone.localtime(), request.GET.get("part", "") if request.htmx else ""
    if part == "list":
        return _list(request, pk, now)
    stamp = stamp_of(pk, request.user, now.date(), _begun(request, pk, now)) if part == "card" else ""
    todo = panel_todo(pk)
    if todo is None:
        return _gone(request)
    if todo.is_open and not _may_do(request, todo):
        raise PermissionDenied
    form = _form(request, todo, now)
    if part == "card":
        return _card(request, form, now, stamp)
    return _appointment(request, form) if request.htmx else _page(request, todo, form, now)


def _list(request: Request, pk: int, now: datetime) -> HttpResponse:
    """The list alone, beside the panel of this to-do, and who comes after it."""
    context = _queue(request, now, load_calendar())
    beside = {"todo": Todo(pk=pk), "following": following_of(pk, context["rows"])}
    return render(request, "followups/call_list.html", context | beside)


def _card(request: Request, form: CallForm, now: datetime, stamp: str) -> HttpResponse:
    """The panel alone. stamp: as of before the to-do was read."""
    context, saved_by_then = _queue(request, now, form.calendar), id_of(request.GET.get("after", ""))
    context["rows"] = [row for row in context["rows"] if row.pk != saved_by_then]
    context |= panel_context(form.todo, request.user, context, form)
    return render(request, "followups/call_card.html", context | {"stamp": stamp})


def _log(request: Request, pk: int) -> HttpResponse:
    saving = Saving(request.user, timezone.localtime())
    try:
        with once(request, _onward(request)) as is_first:
            if is_first:
                saving.save(pk, posted(request))
    except Unsaved:
        return _unsaved(request, saving)
    except NO as error:
        if saving.form is None:
            raise
        saving.form.explain(error)
        return _unsaved(request, saving)
    if saving.recorded is None or saving.form is None:
        return _go_on(request)
    _tell(request, saving.recorded, saving.form)
    if not request.htmx:
        return _go_on(request)
    return _ahead(request, saving) or _next(request, saving.form, saving.now, saving.strip)


def _ahead(request: Request, saving: Saving) -> HttpResponse | None:
    """For a script that holds the next card already: that it may be shown. None: it has to be drawn.

    Nor may it where the coming days in it are not known to be right.
    """
    wanted, strip, as_of = following_id(request.POST), saving.strip, saving.now.date()
    if wanted is None or strip is None:
        return None
    stamp, begun = request.POST.get("fetched", ""), _begun(request, wanted, saving.now)
    if not still_holds(stamp, wanted, request.user, as_of, begun):
        return None
    answer = render(request, "followups/saved_ahead.html", {"loads": strip, "as_of": as_of})
    return push_url(answer, _address(request, wanted))


def _next(request: Request, saved: CallForm, now: datetime, strip: list[DayLoad] | None) -> HttpResponse:
    """For the script of the page: the list as it is now with the next panel, and the address that shows the same."""
    context = _queue(request, now, saved.calendar, strip)
    wanted = following_id(request.POST)
    named = panel_todo(wanted) if wanted is not None else None
    is_alone = named is not None and named.is_open and _may_do(request, named)
    first = context["rows"][0].pk if context["rows"] else None
    todo = named if is_alone else panel_todo(first)
    if todo is not None:
        begun = {"note": _begun(request, todo.pk, now)}
        form = call_form(None, todo, begun, now.date(), saved.calendar, effects=saved.effects)
        context |= panel_context(todo, request.user, context, form)
    answer = render(request, "followups/saved.html", context | {"is_alone": is_alone})
    return push_url(answer, _address(request, wanted if is_alone else None))


def _unsaved(request: Request, saving: Saving) -> HttpResponse:
    if saving.todo is None or saving.form is None:
        return _gone(request)
    return _page(request, panel_todo(saving.todo.pk) or saving.todo, saving.form, saving.now)


def call_move(request: Request, pk: int) -> HttpResponse:
    """多忙→日を改める: another day for the to-do, without a call."""
    now, todo = timezone.localtime(), panel_todo(pk)
    if todo is None:
        return _gone(request)
    form = _form(request, todo, now, is_move=True)
    if not taken_by(todo, request.user) and form.is_valid() and form.attempt(lambda: form.move(by=request.user)):
        asked = form.cleaned_data["next_on"]
        text = _("Put off until %(day)s.") % {"day": day(form.calendar.on_or_after(asked))}
        messages.success(request, with_shift(text, asked, form.calendar))
        return _go_on(request)
    return _page(request, panel_todo(pk) or todo, form, now)


def call_skip(request: Request, pk: int) -> HttpResponse:
    """後で: to the end of today's queue; dates stay as they are."""
    todo = get_object_or_404(Todo.objects.select_related("assignee"), pk=pk)
    if not _may_do(request, todo):
        raise PermissionDenied
    put_off(request.session, todo.pk, request.POST.get("note", ""), timezone.localdate())
    leave_unsent(request)
    return _go_on(request)


def call_undo(request: Request, pk: int) -> HttpResponse:
    """元に戻す: take back the call that the reader has just recorded (D25)."""
    recorded, place = get_object_or_404(Activity, pk=pk, owner=request.user), Place.of(request.GET)
    todo_id = Todo.objects.filter(done_by_activity=recorded).values_list("pk", flat=True).first()
    now = timezone.localtime()
    try:
        undo_outcome(recorded.pk, now=timezone.now(), by=request.user, as_of=now.date())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(reverse("followups:today") + place.query)
    messages.success(request, _("Taken back."))
    back = reverse("followups:call", args=[todo_id]) if todo_id else reverse("followups:today")
    return redirect(back + place.query)


def call_lead(request: Request, pk: int) -> HttpResponse:
    """Open the panel for a lead: on its to-do that is due first and the reader's to do, else on one made for today."""
    lead = get_object_or_404(Lead.objects.select_related("contact", "owner"), pk=pk)
    if "followups:call_lead" not in rights_on_lead(request.user, lead):
        raise PermissionDenied
    planned = Todo.objects.open().filter(lead=lead).select_related("assignee").order_by("effective_due_on", "id")
    todo = next((one for one in planned if _may_do(request, one)), None)
    try:
        todo = todo or _todo_for_today(lead, request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("followups:lead", pk)
    return redirect(reverse("followups:call", args=[todo.pk]) + "?tab=new")


def _todo_for_today(lead: Lead, user: User) -> Todo:
    """Done as soon as it is made, so it is not held against the day's cap."""
    todo = Todo(
        lead=lead, contact=lead.contact, contact_text="" if lead.contact_id else lead.name, assignee=user,
        subject=_("First call") if lead.status == LeadStatus.NEW else _("Call"), created_by=user,
        original_due_on=timezone.localdate(),
    )  # fmt: skip
    return add_todos([todo], by=None, as_of=timezone.localdate())[0]


def _queue(
    request: Request, now: datetime, calendar: BusinessCalendar, strip: list[DayLoad] | None = None
) -> dict[str, Any]:
    """The list on the left; 404 for a call project that does not exist."""
    place = Place.of(request.GET)
    context = queue_context(request.user, place, now, put_off_notes(request.session, now.date()), calendar, strip)
    if place.project_id is not None and context["project"] is None:
        raise Http404
    return context


def _form(
    request: Request, todo: Todo, now: datetime, calendar: BusinessCalendar | None = None, *, is_move: bool = False
) -> CallForm:
    begun = {"note": _begun(request, todo.pk, now)}
    begun |= {"outcome": asked} if (asked := request.GET.get("outcome")) else {}
    return call_form(posted(request), todo, begun, now.date(), calendar or load_calendar(), is_move=is_move)


def _begun(request: Request, todo_id: int, now: datetime) -> str:
    """The note that was begun before the to-do was put off; '' for any other."""
    return put_off_notes(request.session, now.date()).get(todo_id, "")


def _tell(request: Request, recorded: Recorded, form: CallForm) -> None:
    next_on, due_on = form.cleaned_data["next_on"], form.due_on
    text, words = _("Recorded (%(outcome)s)."), {"outcome": recorded.activities[0].get_outcome_display()}
    if due_on is not None:
        text, words["day"] = _("Recorded (%(outcome)s → %(day)s)."), day(due_on)
    undo = reverse("followups:call_undo", args=[recorded.activities[0].pk]) + Place.of(request.GET).query
    asked = None if due_on == next_on else next_on
    messages.success(request, with_shift(text % words, asked, form.calendar), extra_tags=undo)


def _may_do(request: Request, todo: Todo) -> bool:
    return "followups:todo_done" in rights_on_todo(request.user, todo)


def _gone(request: Request) -> HttpResponse:
    """A to-do that was deleted while its panel stood open, as the undoing of a run does: the note is not lost."""
    if request.method != "POST":
        raise Http404
    context = {"note": request.POST.get("note", "").strip(), "onward": _onward(request)}
    return render(request, "followups/call_gone.html", context, status=410)


def _go_on(request: Request) -> HttpResponse:
    """To the next to-do; a script that saves without leaving the page is told where to go."""
    url = _onward(request)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _onward(request: Request) -> str:
    """The next to-do of the queue, as the form knew it; without one the queue itself."""
    return _address(request, following_id(request.POST))


def _address(request: Request, todo_id: int | None) -> str:
    path = reverse("followups:today") if todo_id is None else reverse("followups:call", args=[todo_id])
    return path + Place.of(request.GET).query


def _appointment(request: Request, form: CallForm) -> HttpResponse:
    field = field_sales(form, form.as_of, form.calendar)
    context = {"form": form, "todo": form.todo, "as_of": form.as_of, "field_sales": field}
    return render(request, "followups/_call_appointment.html", context)


def _page(request: Request, todo: Todo, form: CallForm, now: datetime) -> HttpResponse:
    context = _queue(request, now, form.calendar)
    context |= panel_context(todo, request.user, context, form)
    is_late = request.method == "POST" and (context["taken"] or form.conflict)
    context["is_alone"] = True
    return render(request, "followups/today.html", context, status=409 if is_late else 200)
