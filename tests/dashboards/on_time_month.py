"""July 2025 as domain.md E.5 tells it: nine to-dos, moved and closed by the product's own verbs."""

from datetime import date

from activities.actions import Completion, TodoShift, cancel_todos, complete_todos, move_todos
from activities.models import Todo
from activities.states import CancelReason
from people.models import User
from people.states import Role
from tests.dashboards.rows import person, stagnant, todo

AS_OF = date(2025, 7, 31)


def july(day: int) -> date:
    return date(2025, 7, day)


def build_july() -> User:
    """The nine to-dos of E.5, all held by one person."""
    staff = person("佐藤", Role.IS)
    t1 = made("T1", staff, 4)
    t2 = made("T2", staff, 5, effective_due_on=july(7), committed_due_on=july(7))
    t3, t4 = made("T3", staff, 10), made("T4", staff, 10)
    made("T5", staff, 22)
    t6 = made("T6", staff, 21, effective_due_on=july(22), is_promised=True)
    t7 = made("T7", staff, 15)
    made("T8", staff, 31)
    t9 = made("T9", staff, 16)
    moved(t3, 18, staff, on=9, is_agreed=True, reason="お客様の希望")
    moved(t4, 25, staff, on=11, is_agreed=True, reason="連絡が遅れた")
    moved(t9, 24, staff, on=15, reason="会議が重なった")
    for row, day in ((t1, 4), (t2, 7), (t3, 18), (t4, 25), (t6, 22), (t9, 24)):
        complete_todos([Completion(row.pk)], by=staff, as_of=july(day))
    cancel_todos([t7.pk], CancelReason.DUPLICATE, by=staff, as_of=july(15))
    return staff


def made(name: str, staff: User, day: int, **fields: object) -> Todo:
    return todo(stagnant(name, july(1)), july(day), staff, **fields)


def moved(row: Todo, to: int, by: User, *, on: int, is_agreed: bool = False, reason: str = "") -> None:
    move_todos([TodoShift(row.pk, july(to), is_agreed=is_agreed, reason=reason)], by=by, as_of=july(on))
