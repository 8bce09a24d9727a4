"""本日のコール (SC-01) and its call panel (SC-02): who is next and why, what came of it, what follows."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import add_todos
from activities.models import Activity, Todo
from followups.actions import undo_outcome
from followups.call_panel import panel_todos
from followups.forms.call import CallForm
from followups.put_off import put_off, put_off_notes
from followups.queue import leads_to_start
from followups.rights import rights_on_todo
from followups.sentences import day
from followups.today_page import Place, call_form, panel_context, queue_context, taken_by
from people.http import Request, posted
from people.once import leave_unsent
from people.refusal import Refused


def today(request: Request) -> HttpResponse:
    """The reader's queue with the panel of the first to-do in it."""
    now, place = timezone.localtime(), Place.of(request.GET)
    context = queue_context(request.user, place, now, put_off_notes(request.session, now.date()))
    first = context["rows"][0].pk if context["rows"] else None
    todo = panel_todos().filter(pk=first).first() if first else None
    if todo is not None:
        context |= panel_context(todo, request.user, context, _form(request, todo, now))
    return render(request, "followups/today.html", context)


def call(request: Request, pk: int) -> HttpResponse:
    """The panel of one to-do: on a phone by itself, at a desk beside the queue. POST records the call."""
    now, todo = timezone.localtime(), get_object_or_404(panel_todos(), pk=pk)
    if request.method != "POST":
        if todo.is_open and not _may_do(request, todo):
            raise PermissionDenied
        return _page(request, todo, _form(request, todo, now), now)
    if _is_recorded(todo, request):
        return redirect(_onward(request))
    form = _form(request, todo, now)
    is_free = not taken_by(todo, request.user) and _may_do(request, todo)
    if is_free and form.is_valid() and form.attempt(lambda: _save(request, form, now)):
        return redirect(_onward(request))
    return _page(request, panel_todos().get(pk=pk), form, now)


def call_move(request: Request, pk: int) -> HttpResponse:
    """多忙→日を改める: another day for the to-do, without a call."""
    now, todo = timezone.localtime(), get_object_or_404(panel_todos(), pk=pk)
    form = _form(request, todo, now, is_move=True)
    is_free = not taken_by(todo, request.user) and _may_do(request, todo)
    if is_free and form.is_valid() and form.attempt(lambda: form.move(by=request.user)):
        messages.success(request, _("Put off until %(day)s.") % {"day": day(form.cleaned_data["next_on"])})
        return redirect(_onward(request))
    return _page(request, panel_todos().get(pk=pk), form, now)


def call_skip(request: Request, pk: int) -> HttpResponse:
    """後で: to the end of today's queue; dates stay as they are."""
    todo = get_object_or_404(Todo, pk=pk)
    put_off(request.session, todo.pk, request.POST.get("note", ""), timezone.localdate())
    leave_unsent(request)
    return redirect(_onward(request))


def call_undo(request: Request, pk: int) -> HttpResponse:
    """元に戻す: take back the call that the reader has just recorded (D25)."""
    recorded = get_object_or_404(Activity, pk=pk, owner=request.user)
    todo_id = Todo.objects.filter(done_by_activity=recorded).values_list("pk", flat=True).first()
    now = timezone.localtime()
    try:
        undo_outcome(recorded.pk, now=timezone.now(), by=request.user, as_of=now.date())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("followups:today")
    messages.success(request, _("Taken back."))
    return redirect("followups:call", todo_id) if todo_id else redirect("followups:today")


def call_lead(request: Request, pk: int) -> HttpResponse:
    """The first call of a new lead: give it its to-do for today and open the panel."""
    lead = get_object_or_404(leads_to_start(request.user), pk=pk)
    as_of = timezone.localdate()
    whom = "" if lead.contact_id else lead.name
    first = Todo(
        lead=lead, contact=lead.contact, contact_text=whom, subject=_("First call"), original_due_on=as_of,
        assignee=request.user,
    )  # fmt: skip
    add_todos([first], by=request.user, as_of=as_of)
    return redirect(reverse("followups:call", args=[first.pk]) + "?tab=new")


def _form(request: Request, todo: Todo, now: datetime, *, is_move: bool = False) -> CallForm:
    note = put_off_notes(request.session, now.date()).get(todo.pk, "")
    return call_form(posted(request), todo, note, now.date(), is_move=is_move)


def _save(request: Request, form: CallForm, now: datetime) -> None:
    recorded = form.save(by=request.user, now=now)
    next_on, words = form.cleaned_data["next_on"], {"outcome": recorded.activities[0].get_outcome_display()}
    text = _("Recorded (%(outcome)s).")
    if next_on is not None:
        text, words["day"] = _("Recorded (%(outcome)s → %(day)s)."), day(next_on)
    undo = reverse("followups:call_undo", args=[recorded.activities[0].pk])
    messages.success(request, text % words, extra_tags=undo)


def _may_do(request: Request, todo: Todo) -> bool:
    return "followups:todo_done" in rights_on_todo(request.user, todo)


def _is_recorded(todo: Todo, request: Request) -> bool:
    """Whether this very form has been sent before: the reader himself has closed the to-do by a call."""
    return not todo.is_open and todo.closed_by_id == request.user.pk and todo.done_by_activity_id is not None


def _onward(request: Request) -> str:
    """The next to-do of the queue, as the form knew it; without one the queue itself."""
    place = Place.of(request.GET)
    following = request.POST.get("following", "")
    if not (following.isdecimal() and len(following) < 19):
        return reverse("followups:today") + place.query
    return reverse("followups:call", args=[int(following)]) + place.query


def _page(request: Request, todo: Todo, form: CallForm, now: datetime) -> HttpResponse:
    context = queue_context(request.user, Place.of(request.GET), now, put_off_notes(request.session, now.date()))
    context |= panel_context(todo, request.user, context, form)
    is_late = request.method == "POST" and (context["taken"] or form.conflict)
    context["is_alone"] = True
    return render(request, "followups/today.html", context, status=409 if is_late else 200)
