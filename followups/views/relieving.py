"""To-dos of a crowded day on their person's next days with room: shown first, then done (S1-25)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.actions import move_todos
from activities.capacity import Loads
from activities.models import Todo
from followups.absences import PlannedMove, plan_relief, shifts_of
from followups.forms.absences import MovePlanForm
from followups.lists import todo_rows
from followups.rights import rights_on_todo
from people.http import Request, asked_ids, posted, way_back
from people.working_days import load_calendar


def todo_relieve(request: Request) -> HttpResponse:
    """Take the chosen to-dos off their day; what was promised to a customer stays."""
    as_of = timezone.localdate()
    chosen = list(todo_rows(Todo.objects.open().filter(pk__in=asked_ids(request, "todo"))))
    if not chosen:
        raise Http404
    if any(
        todo.assignee_id is None or "followups:todo_move" not in rights_on_todo(request.user, todo) for todo in chosen
    ):
        raise PermissionDenied
    todos = [todo for todo in chosen if not todo.is_promised]
    plan = plan_relief(todos, Loads.around(todos, as_of, load_calendar()))
    context: dict[str, Any] = {"person": chosen[0].assignee, "promised": len(chosen) - len(todos)}
    context["back_url"] = way_back(request, reverse("followups:todos"))
    return plan_page(request, plan, _("Taken off a crowded day"), context)


def plan_page(request: Request, plan: Sequence[PlannedMove], why: str, context: dict[str, Any]) -> HttpResponse:
    """Show where each to-do would go, and move them once exactly that was seen. context: person and back_url."""
    as_of, form = timezone.localdate(), MovePlanForm(posted(request), plan=plan)
    moved: list[Todo] = []
    if form.is_valid() and form.is_confirmed():
        shifts = shifts_of(plan, why)
        if form.attempt(lambda: moved.extend(move_todos(shifts, by=request.user, as_of=as_of))):
            text = ngettext("%(n)d to-do has been moved.", "%(n)d to-dos have been moved.", len(moved))
            messages.success(request, text % {"n": len(moved)})
            return redirect(context["back_url"])
    context |= {"as_of": as_of, "plan": plan, "form": form, "count": sum(1 for move in plan if move.to)}
    return render(request, "followups/absence_move.html", context)
