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
from django_htmx.http import HttpResponseClientRedirect

from activities.actions import add_todos
from activities.models import Activity, Todo
from followups.actions import undo_outcome
from followups.call_panel import call_todo, panel_todo
from followups.forms.call import CallForm
from followups.pages.place import Place
from followups.pages.put_off import put_off, put_off_notes
from followups.pages.today import call_form, field_sales, panel_context, queue_context, taken_by
from followups.rights import rights_on_lead, rights_on_todo
from followups.sentences import day
from followups.shifts import with_shift
from leads.models import Lead
from leads.states import LeadStatus
from people.business_days import BusinessCalendar
from people.http import Request, posted
from people.models import User
from people.once import leave_unsent
from people.refusal import Refused
from people.verbs import within_a_mark
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


def call(request: Request, pk: int) -> HttpResponse:
    """The panel of one to-do: on a phone by itself, at a desk beside the queue. POST records the call.

    With ?outcome=appointment the questions about the meeting stand there; htmx gets these alone.
    """
    is_sent = request.method == "POST"
    now, todo = timezone.localtime(), call_todo(pk) if is_sent else panel_todo(pk)
    if todo is None:
        return _gone(request)
    if not is_sent:
        if todo.is_open and not _may_do(request, todo):
            raise PermissionDenied
        form = _form(request, todo, now)
        return _appointment(request, form) if request.htmx else _page(request, todo, form, now)
    if _is_recorded(todo, request):
        return _go_on(request)
    form = _form(request, todo, now)
    save = within_a_mark(lambda: _save(request, form, now))
    if not taken_by(todo, request.user) and form.is_valid() and form.attempt(save):
        return _go_on(request)
    return _page(request, panel_todo(pk) or todo, form, now)


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


def _queue(request: Request, now: datetime, calendar: BusinessCalendar) -> dict[str, Any]:
    """The list on the left; 404 for a call project that does not exist."""
    place = Place.of(request.GET)
    context = queue_context(request.user, place, now, put_off_notes(request.session, now.date()), calendar)
    if place.project_id is not None and context["project"] is None:
        raise Http404
    return context


def _form(
    request: Request, todo: Todo, now: datetime, calendar: BusinessCalendar | None = None, *, is_move: bool = False
) -> CallForm:
    begun = {"note": put_off_notes(request.session, now.date()).get(todo.pk, "")}
    begun |= {"outcome": asked} if (asked := request.GET.get("outcome")) else {}
    return call_form(posted(request), todo, begun, now.date(), calendar or load_calendar(), is_move=is_move)


def _save(request: Request, form: CallForm, now: datetime) -> None:
    recorded = form.save(by=request.user, now=now)
    next_on, due_on = form.cleaned_data["next_on"], form.due_on
    text, words = _("Recorded (%(outcome)s)."), {"outcome": recorded.activities[0].get_outcome_display()}
    if due_on is not None:
        text, words["day"] = _("Recorded (%(outcome)s → %(day)s)."), day(due_on)
    undo = reverse("followups:call_undo", args=[recorded.activities[0].pk]) + Place.of(request.GET).query
    asked = None if due_on == next_on else next_on
    messages.success(request, with_shift(text % words, asked, form.calendar), extra_tags=undo)


def _may_do(request: Request, todo: Todo) -> bool:
    return "followups:todo_done" in rights_on_todo(request.user, todo)


def _is_recorded(todo: Todo, request: Request) -> bool:
    """Whether this very form has been sent before: the reader himself has closed the to-do by a call."""
    return not todo.is_open and todo.closed_by_id == request.user.pk and todo.done_by_activity_id is not None


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
    place = Place.of(request.GET)
    following = request.POST.get("following", "")
    if not (following.isdecimal() and len(following) < 19):
        return reverse("followups:today") + place.query
    return reverse("followups:call", args=[int(following)]) + place.query


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
