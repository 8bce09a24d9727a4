"""Another day for a to-do. The day first asked for never changes (D17)."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions.open_todos import claim_todos
from activities.capacity import Loads
from activities.models import Todo, TodoMove
from people.business_days import BusinessCalendar
from people.models import User
from people.records import insert_records, save_columns
from people.refusal import Conflict, refuse
from people.working_days import load_calendar


@dataclass(frozen=True, slots=True)
class TodoShift:
    """A new day for one to-do. is_agreed: the customer agreed to it. version: the one its editor saw, None: nobody.

    over_cap_reason: why it goes on a day that is full.
    """

    todo_id: int
    to_on: date
    is_agreed: bool = False
    reason: str = ""
    version: int | None = None
    over_cap_reason: str = ""


@transaction.atomic
def move_todos(shifts: Sequence[TodoShift], *, by: User | None, as_of: date, heeds_limits: bool = True) -> list[Todo]:
    """Put open to-dos on other days, each with a record of the move.

    A day before as_of counts as as_of, a day off as the next business day. The committed day follows only a move the
    customer agreed to on or before it; a slip keeps the old one (D17, S1-34). Refused: a closed to-do; to a person (by)
    also a day that has passed, one above the assignee's cap without a reason, and one of his absences (S1-16).
    Conflict: the editor had seen an older version. heeds_limits: False writes down a past that happened whatever the
    caps.
    """
    todos = claim_todos([shift.todo_id for shift in shifts])
    for todo, shift in zip(todos, shifts, strict=True):
        if shift.version is not None and shift.version != todo.version:
            raise Conflict(todo)
    calendar = load_calendar()
    before = [copy(todo) for todo in todos]
    moves = [_move(todo, shift, calendar, by, as_of) for todo, shift in zip(todos, shifts, strict=True)]
    if by is not None and heeds_limits:
        _heed_limits(before, todos, shifts, by, as_of, calendar)
    save_columns(todos, {"due_on", "effective_due_on", "committed_due_on", "over_cap_reason"})
    insert_records(moves)
    return todos


def _heed_limits(
    before: Sequence[Todo], todos: Sequence[Todo], shifts: Sequence[TodoShift], by: User, as_of: date,
    calendar: BusinessCalendar,
) -> None:  # fmt: skip
    """What a person is told before he fills somebody's day; a to-do that stays on its day needs no new room."""
    for position, shift in enumerate(shifts):
        if shift.to_on < as_of:
            refuse(_("This day has passed."), field="due_on", position=position)
    moving = [n for n, todo in enumerate(todos) if todo.effective_due_on != before[n].effective_due_on]
    if not moving:
        return
    loads = Loads.around([todos[n] for n in moving], as_of, calendar)
    loads.take_off(before[n] for n in moving)
    for n in moving:
        reason = shifts[n].over_cap_reason
        is_over = loads.put_on(todos[n], reason=reason, by=by, position=n)
        todos[n].over_cap_reason = reason.strip() if is_over else ""


def _move(todo: Todo, shift: TodoShift, calendar: BusinessCalendar, by: User | None, as_of: date) -> TodoMove:
    move = TodoMove(
        todo=todo,
        from_on=todo.due_on,
        to_on=shift.to_on,
        is_agreed=shift.is_agreed,
        reason=shift.reason,
        moved_on=as_of,
        moved_by=by,
    )
    if shift.is_agreed and as_of <= todo.committed_due_on:
        todo.committed_due_on = shift.to_on
    todo.due_on = max(shift.to_on, as_of)
    todo.effective_due_on = calendar.on_or_after(todo.due_on)
    return move
