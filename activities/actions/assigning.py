"""Giving to-dos to somebody else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions.open_todos import claim_todos, lock_deals
from activities.actions.sides import Sides
from activities.capacity import Loads, NoRoom
from activities.models import Todo, TodoMove
from deals.models import FollowUpCycle
from people.business_days import BusinessCalendar
from people.models import User
from people.records import insert_records, lock, save_columns
from people.refusal import refuse
from people.rows import update_rows
from people.working_days import load_calendar


@dataclass(frozen=True, slots=True)
class Given:
    """The ids of the to-dos that were given away, and those that stayed, each with why."""

    done: list[int]
    refused: list[tuple[int, str]]


@transaction.atomic
def reassign_todos(todo_ids: Sequence[int], assignee: User | None, *, by: User | None, as_of: date) -> list[Todo]:
    """Give open to-dos to one person; None leaves those of a cycle to the next sweep, which assigns them.

    Who takes a to-do of an open cycle follows the deal up from now on (`FollowUpCycle.is_owner`). A to-do that nobody
    had gets new dates with its first owner, unless promised (D17). Refused: a leaver, and a cycle's to-do for anybody
    but active inside sales (S0-21, D2); a closed to-do. His caps are not asked; `give_todos` does.
    """
    _refuse_leaver(assignee)
    todos = claim_todos(todo_ids)
    cycle_ids = _open_cycles(todos)
    for todo in _not_his_to_follow(todos, assignee, cycle_ids):
        refuse(_inside_only(), field="assignee", position=todos.index(todo))
    calendar = load_calendar()
    _save([(todo, _give(todo, assignee, calendar, by, as_of)) for todo in todos], assignee, cycle_ids)
    return todos


@transaction.atomic
def give_todos(
    todo_ids: Sequence[int], assignee: User | None, *, over_cap_reason: str = "", by: User, as_of: date
) -> Given:
    """What a person does to many: give away each open to-do that can be given, promises first; the others stay.

    As `reassign_todos`, and the days of who takes them are heeded: none on which he is away, and above his cap only
    with a reason from somebody who may override (S1-16). Refused as a whole: a leaver.
    """
    _refuse_leaver(assignee)
    lock_deals(Todo.objects.filter(pk__among=todo_ids).order_by().values_list("deal_id", flat=True))
    found, closed = lock(Todo.objects.all(), todo_ids), _("Somebody has closed this to-do already.")
    refused = {pk: closed for pk in todo_ids if pk not in found or not found[pk].is_open}
    todos = [found[pk] for pk in todo_ids if pk not in refused]
    cycle_ids = _open_cycles(todos)
    refused |= {todo.pk: _inside_only() for todo in _not_his_to_follow(todos, assignee, cycle_ids)}
    going = sorted((t for t in todos if t.pk not in refused), key=lambda t: (not t.is_promised, t.pk))
    coming = [todo for todo in going if assignee is not None and todo.assignee_id != assignee.pk]
    calendar = load_calendar()
    given = [(todo, _give(todo, assignee, calendar, by, as_of)) for todo in going]
    refused |= _without_room(coming, Loads.around(coming, as_of, calendar), over_cap_reason, by)
    _save([(todo, move) for todo, move in given if todo.pk not in refused], assignee, cycle_ids)
    return Given([pk for pk in todo_ids if pk not in refused], list(refused.items()))


def _refuse_leaver(assignee: User | None) -> None:
    if assignee is not None and not assignee.is_active:
        refuse(_("This person does not work here any more."), field="assignee")


def _inside_only() -> str:
    return _("A follow-up is given to active inside sales only.")


def _open_cycles(todos: Sequence[Todo]) -> set[int]:
    return set(FollowUpCycle.objects.open().in_bulk({todo.cycle_id for todo in todos} - {None}))


def _not_his_to_follow(todos: Sequence[Todo], assignee: User | None, cycle_ids: Collection[int]) -> list[Todo]:
    """To-dos of open cycles, where he is not active inside sales."""
    followed = [todo for todo in todos if todo.cycle_id in cycle_ids]
    if assignee is None or not followed or Sides.of([assignee.pk]).inside.get(assignee.pk, False):
        return []
    return followed


def _without_room(todos: Sequence[Todo], loads: Loads, reason: str, by: User) -> dict[int, str]:
    """Which of them his days do not hold, by id with why; the reason stays on those that it was needed for."""
    refused = {}
    for todo in todos:
        try:
            is_over = loads.put_on(todo, reason=reason, by=by)
        except NoRoom as no_room:
            refused[todo.pk] = str(no_room)
        else:
            todo.over_cap_reason = reason.strip() if is_over else ""
    return refused


def _save(given: Sequence[tuple[Todo, TodoMove | None]], assignee: User | None, cycle_ids: Collection[int]) -> None:
    todos = [todo for todo, _move in given]
    save_columns(todos, {"assignee_id", "due_on", "effective_due_on", "committed_due_on", "over_cap_reason"})
    insert_records([move for _todo, move in given if move is not None])
    owner_id, own_ids = assignee.pk if assignee else None, {todo.cycle_id for todo in todos}
    update_rows(FollowUpCycle, ("id", "is_owner_id"), [(pk, owner_id) for pk in cycle_ids if pk in own_ids])


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
