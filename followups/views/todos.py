"""The list of to-dos (SC-03), and what can be done with them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import Completion, add_todos, cancel_todos, complete_todos, move_todos
from activities.models import Todo
from activities.states import ListPage
from deals.models import Deal
from followups.agenda import grouped, span_sizes
from followups.capacity import load_beside, open_calls, own_call
from followups.deal_page import whole_deals
from followups.filters import TodoFilter
from followups.forms.todo_done import TodoDoneForm
from followups.forms.todos import CancelForm, MoveForm, TodoForm
from followups.lines import todo_lines
from followups.lists import TODO_ORDER, page_of, todo_rows
from followups.one_by_one import Outcome, one_by_one
from followups.pages.lead import whole_leads
from followups.pages.quick_days import next_step_days
from followups.pages.unset import Unset
from followups.rights import pages_open_to, rights_on_todo
from followups.shifts import with_shift
from followups.views.reassigning import reassign_page
from followups.views.selection import Selection
from leads.models import Lead
from people.forms import VerbForm
from people.http import Request, asked_id, asked_ids, posted, way_back
from people.models import User
from people.refusal import refuse
from people.working_days import load_calendar


def todos(request: Request) -> HttpResponse:
    """Open to-dos in the order of their days, in the groups 遅延, 今日, 今週, 来週, 以降; and what has none, 未設定."""
    as_of = timezone.localdate()
    chosen = TodoFilter(request.GET, queryset=Todo.objects.open(), request=request, as_of=as_of)
    is_unset = request.GET.get("when") == "unset"
    found = chosen.qs.none() if is_unset else chosen.qs.order_by(*TODO_ORDER)
    unset = Unset(chosen.assignee_id or request.user.pk)
    counts = span_sizes(chosen.whole, as_of) | {"unset": unset.count}
    count = 0 if is_unset else counts.get(request.GET.get("when", ""), counts["all"])
    page = page_of(found, todo_lines, request.GET.get("page"), count)
    context = {
        "as_of": as_of,
        "filter": chosen,
        "counts": counts,
        "page": page,
        "groups": grouped(page, counts, as_of),
        "rights": pages_open_to(request.user),
        "calls": open_calls(request.user),
        "load": load_beside(request.user, chosen.assignee_id, as_of),
        "own_call": own_call(request.user),
    } | (unset.rows() if is_unset and counts["unset"] else {})
    return render(request, "followups/todos.html", context)


def todo_add(request: Request) -> HttpResponse:
    """A new to-do for the deal named by ?deal=, or the lead named by ?lead=."""
    as_of, about = timezone.localdate(), _about(request)
    form = TodoForm(posted(request), about=about, by=request.user)
    kind = "lead" if isinstance(about, Lead) else "deal"
    back_url = way_back(request, reverse(f"followups:{kind}", args=[about.pk]))
    if form.is_valid() and form.attempt(lambda: add_todos([form.todo()], by=request.user, as_of=as_of)):
        asked = form.cleaned_data["original_due_on"]
        messages.success(request, with_shift(_("The to-do has been added."), asked, load_calendar()))
        return redirect(back_url)
    context = {
        "as_of": as_of,
        "title": _("Add a to-do"),
        "verb": _("Add the to-do"),
        kind: about,
        "form": form,
        "chips": next_step_days(as_of, load_calendar()),
        "back_url": back_url,
    }
    return render(request, "followups/todo_form.html", context)


def _about(request: Request) -> Deal | Lead:
    lead_id = asked_id(request, "lead")
    if lead_id is not None:
        return get_object_or_404(whole_leads(), pk=lead_id)
    return get_object_or_404(whole_deals(), pk=asked_id(request, "deal"))


def todo_done(request: Request, pk: int) -> HttpResponse:
    """The to-do is done; what comes next? (D7)"""
    as_of = timezone.localdate()
    todo = get_object_or_404(todo_rows(Todo.objects.all()), pk=pk)
    if "followups:todo_done" not in rights_on_todo(request.user, todo):
        raise PermissionDenied
    form = TodoDoneForm(posted(request), deal=todo.deal, initial={"next_subject": todo.subject})
    if form.is_valid() and form.attempt(lambda: form.save(todo, by=request.user, as_of=as_of)):
        text = with_shift(_("The to-do is done."), form.cleaned_data["next_due_on"], load_calendar())
        return _done(request, [todo], text)
    chips = next_step_days(as_of, load_calendar())
    return _verb_page(request, form, [todo], title=_("Complete the to-do"), verb=_("Done"), chips=chips, asks_next=True)


def todo_move(request: Request) -> HttpResponse:
    """Put the chosen to-dos on another day."""
    as_of, chosen = timezone.localdate(), _chosen(request, "followups:todo_move")
    form = MoveForm(posted(request), initial={"version": chosen[0].version})
    if form.is_valid() and form.attempt(lambda: move_todos(form.shifts(chosen), by=request.user, as_of=as_of)):
        text = with_shift(_("The to-do has been moved."), form.cleaned_data["to_on"], load_calendar())
        return _done(request, chosen, text)
    chips = next_step_days(as_of, load_calendar())
    return _verb_page(request, form, chosen, title=_("Reschedule"), verb=_("Reschedule"), chips=chips)


def todo_cancel(request: Request) -> HttpResponse:
    """Close the chosen to-dos with a reason."""
    as_of, chosen = timezone.localdate(), _chosen(request, "followups:todo_cancel")
    form, ids = CancelForm(posted(request)), [todo.pk for todo in chosen]
    if form.is_valid() and form.attempt(
        lambda: cancel_todos(ids, form.cleaned_data["cancel_reason"], by=request.user, as_of=as_of)
    ):
        return _done(request, chosen, _("The to-do has been cancelled."))
    return _verb_page(request, form, chosen, title=_("Cancel the to-do"), verb=_("Cancel the to-do"))


def todo_assign(request: Request) -> HttpResponse:
    """Give the chosen to-dos to somebody else, after a look at his days."""
    chosen = _chosen(request, "followups:todo_assign")
    selection = Selection(ListPage.TODOS, [todo.pk for todo in chosen], False, "")
    return reassign_page(request, selection, _back(request, chosen))


def todo_complete(request: Request) -> HttpResponse:
    """Complete the chosen to-dos at once; one whose follow-up would be left without a next step stays open (D7)."""
    as_of, chosen = timezone.localdate(), _chosen(request, "followups:todo_complete")
    form = VerbForm(posted(request))
    if form.is_valid():
        outcome = one_by_one(chosen, lambda todo: _complete(todo, request.user, as_of))
        return _told(request, chosen, outcome, _("The to-do is done."))
    return _verb_page(request, form, chosen, title=_("Complete the to-dos"), verb=_("Done"))


def _complete(todo: Todo, by: User, as_of: date) -> None:
    if complete_todos([Completion(todo.pk)], by=by, as_of=as_of).bare_cycle_ids:
        refuse(_("The follow-up needs a next step first: complete it by itself."))


def _told(request: Request, chosen: list[Todo], outcome: Outcome, text: str) -> HttpResponse:
    """Say what was done and, one by one, what could not be."""
    if outcome.done:
        messages.success(request, text if len(chosen) == 1 else f"{text} ({outcome.done}/{len(chosen)})")
    for todo, why in outcome.refused:
        messages.error(request, f"{todo.subject}: {why}")
    return redirect(_back(request, chosen))


def _chosen(request: Request, right: str) -> list[Todo]:
    """The to-dos named by ?todo=…&todo=…; 404 without any, 403 where one is out of the reader's reach."""
    found = list(todo_rows(Todo.objects.filter(pk__in=asked_ids(request, "todo"))))
    if not found:
        raise Http404
    if any(right not in rights_on_todo(request.user, todo) for todo in found):
        raise PermissionDenied
    return found


def _done(request: Request, chosen: list[Todo], text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect(_back(request, chosen))


def _back(request: Request, chosen: list[Todo]) -> str:
    deals = {todo.deal_id for todo in chosen}
    deal_id = deals.pop() if len(deals) == 1 else None
    return way_back(request, reverse("followups:deal", args=[deal_id]) if deal_id else reverse("followups:todos"))


def _verb_page(request: Request, form: VerbForm, chosen: list[Todo], **context: Any) -> HttpResponse:
    context |= {
        "as_of": timezone.localdate(),
        "form": form,
        "todos": chosen,
        "back_url": _back(request, chosen),
    }
    return render(request, "followups/todo_verb.html", context, status=409 if form.conflict else 200)
