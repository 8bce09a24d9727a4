"""What an absence does to a person's to-dos, and where those could go (S1-14, M-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from activities.actions import TodoShift
from activities.capacity import Loads, StripDay
from activities.models import Todo
from activities.querysets import TodoQuerySet
from followups.capacity import people_looked_after
from followups.lists import todo_rows
from people.business_days import DAY
from people.models import Absence, User
from people.querysets import UserQuerySet
from people.states import Role
from people.working_days import load_calendar


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """One to-do and the day it would go to, with that day's load afterwards; None: no room for sixty days."""

    todo: Todo
    to: StripDay | None


def people_to_excuse(reader: User) -> UserQuerySet:
    """Whose absences the reader may enter: his own, a manager's people, everybody for an admin."""
    active: UserQuerySet = User.objects.active().order_by("kana", "name", "id")
    if reader.has_role(Role.OPS_ADMIN):
        return active
    return active.filter(pk__in=[reader.pk, *people_looked_after(reader).values_list("pk", flat=True)])


def todos_within(absence: Absence, as_of: date) -> TodoQuerySet:
    """His open to-dos that are to be done on days on which he is away; what is overdue is to be done today."""
    today = load_calendar().on_or_after(as_of)
    if absence.ends_on < today:
        return Todo.objects.none()
    his = todo_rows(Todo.objects.open().filter(assignee=absence.user, effective_due_on__lte=absence.ends_on))
    return his.filter(effective_due_on__gte=absence.starts_on) if absence.starts_on > today else his


def plan_moves(todos: Sequence[Todo], as_of: date) -> list[PlannedMove]:
    """Each to-do on the next business day on which its person is there and has room, promises first."""
    loads = Loads.around(todos, as_of, load_calendar())
    first = sorted(todos, key=lambda todo: (not todo.is_promised, todo.effective_due_on, todo.pk))
    return [PlannedMove(todo, _place(loads, todo, todo.effective_due_on)) for todo in first]


def plan_relief(todos: Sequence[Todo], loads: Loads) -> list[PlannedMove]:
    """Each to-do, in the order given, on a later day of its person with room. The loads then hold the plan."""
    plan = [PlannedMove(todo, _place(loads, todo, loads.day_filled(todo.effective_due_on) + DAY)) for todo in todos]
    loads.take_off(move.todo for move in plan if move.to)
    return plan


def _place(loads: Loads, todo: Todo, start: date) -> StripDay | None:
    """Where it goes, from that day on; the place is taken."""
    if todo.assignee_id is None:
        return None
    day = next(iter(loads.better_days(todo.assignee_id, start, 1)), None)
    if day is None:
        return None
    if todo.project_id not in loads.idle_projects:
        loads.counts[todo.assignee_id, day] += 1
    return loads.on(todo.assignee_id, day)


def shifts_of(plan: Sequence[PlannedMove], reason: str) -> list[TodoShift]:
    """The plan as moves; nobody has asked the customer, so what he was promised stays as it was (D17)."""
    return [TodoShift(move.todo.pk, move.to.day, reason=reason) for move in plan if move.to]
