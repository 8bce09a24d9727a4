"""Giving to-dos to somebody else."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions.open_todos import claim_todos
from activities.actions.sides import Sides
from activities.models import Todo, TodoMove
from deals.models import FollowUpCycle
from people.business_days import BusinessCalendar
from people.models import User
from people.records import insert_records, save_columns
from people.refusal import refuse
from people.rows import update_rows
from people.working_days import load_calendar


@transaction.atomic
def reassign_todos(todo_ids: Sequence[int], assignee: User | None, *, by: User | None, as_of: date) -> list[Todo]:
    """Give open to-dos to one person; None leaves those of a cycle to the next sweep, which assigns them.

    Who takes a to-do of an open cycle follows the deal up from now on (`FollowUpCycle.is_owner`). A to-do that nobody
    had gets new dates with its first owner, unless promised (D17). Refused: a leaver, and a cycle's to-do for anybody
    but active inside sales (S0-21, D2); a closed to-do.
    """
    if assignee is not None and not assignee.is_active:
        refuse(_("This person does not work here any more."), field="assignee")
    todos = claim_todos(todo_ids)
    cycles = FollowUpCycle.objects.open().in_bulk({todo.cycle_id for todo in todos} - {None})
    _refuse_field(todos, assignee, cycles)
    calendar = load_calendar()
    moves = [move for todo in todos if (move := _give(todo, assignee, calendar, by, as_of))]
    save_columns(todos, {"assignee_id", "due_on", "effective_due_on", "committed_due_on"})
    insert_records(moves)
    owner_id = assignee.pk if assignee else None
    update_rows(FollowUpCycle, ("id", "is_owner_id"), [(cycle_id, owner_id) for cycle_id in cycles])
    return todos


def _refuse_field(todos: Sequence[Todo], assignee: User | None, cycles: dict[int, FollowUpCycle]) -> None:
    if assignee is None or not cycles:
        return
    sides = Sides.of([assignee.pk])
    for position, todo in enumerate(todos):
        cycle = cycles.get(todo.cycle_id or 0)
        if cycle and not sides.inside.get(assignee.pk, False):
            refuse(_("A follow-up is given to active inside sales only."), field="assignee", position=position)


def _give(
    todo: Todo, assignee: User | None, calendar: BusinessCalendar, by: User | None, as_of: date
) -> TodoMove | None:
    is_first_owner = todo.assignee_id is None and assignee is not None and todo.cycle_id is not None
    todo.assignee = assignee
    if not is_first_owner or todo.is_promised:
        return None
    before = todo.due_on
    todo.due_on = max(todo.original_due_on, as_of)
    todo.effective_due_on = todo.committed_due_on = calendar.on_or_after(todo.due_on)
    if todo.due_on == before:
        return None
    return TodoMove(todo=todo, from_on=before, to_on=todo.due_on, moved_on=as_of, moved_by=by)
