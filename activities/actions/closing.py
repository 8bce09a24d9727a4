"""How to-dos end: done, cancelled or superseded; and back again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from activities.actions.members import follow_todos
from activities.actions.open_todos import claim_todos, refresh_has_open_todo
from activities.models import Todo
from activities.states import CancelReason, TodoStatus
from people.models import User
from people.records import save_columns
from people.refusal import refuse
from people.verbs import all_or_nothing

_CLOSING = {"status", "closed_on", "closed_by_id", "closed_cause", "cancel_reason", "done_by_activity_id"}


@dataclass(frozen=True, slots=True)
class Completion:
    """One to-do done. on: None is the day of the verb. activity_id: what it was done by, where that is known.

    by: who did it, where several people's to-dos are closed at once; None is who calls the verb.
    """

    todo_id: int
    on: date | None = None
    activity_id: int | None = None
    by: User | None = None


class Closed(NamedTuple):
    """The to-dos that were closed, and the open cycles that have none now: ask for the next step (D7, S0-52)."""

    todos: list[Todo]
    bare_cycle_ids: list[int]


@all_or_nothing
def complete_todos(
    completions: Sequence[Completion], *, by: User | None, as_of: date, cause: str = "user",
    has_deals: bool = False, held: Mapping[int, Todo] | None = None, marks_later: bool = False,
) -> Closed:  # fmt: skip
    """Mark to-dos as done. has_deals: their deals are locked already; held: and these to-dos. marks_later:
    the caller makes the marks of their cycles true, and asks then which are left bare. Refused: one that is closed.
    """
    todos = claim_todos([completion.todo_id for completion in completions], has_deals=has_deals, held=held)
    for todo, completion in zip(todos, completions, strict=True):
        todo.done_by_activity_id = completion.activity_id
        _close(todo, TodoStatus.DONE, completion.on or as_of, completion.by or by, cause)
    return _save(todos, marks_later=marks_later)


@all_or_nothing
def cancel_todos(
    todo_ids: Sequence[int], reason: CancelReason, *, by: User | None, as_of: date, cause: str = "user"
) -> Closed:
    """Close to-dos that will not be done, and say why. Refused: one that is closed already, an unknown reason."""
    if reason not in CancelReason.values:
        refuse(_("Choose why the to-do is cancelled."), field="cancel_reason")
    todos = claim_todos(todo_ids)
    for todo in todos:
        todo.cancel_reason = CancelReason(reason).value
        _close(todo, TodoStatus.CANCELLED, as_of, by, cause)
    return _save(todos)


@all_or_nothing
def supersede_todos(causes: Mapping[int, str], *, by: User | None, as_of: date) -> list[Todo]:
    """Close the open rule-made to-dos of cycles that ended, cycle id → cause; promised and manual ones stay (D7).

    The deals must be locked. The mark of the cycles is kept right.
    """
    if not causes:
        return []
    found = Todo.objects.open().rule_made().filter(cycle__in=causes).order_by("pk").select_for_update(no_key=True)
    todos = list(found)
    for todo in todos:
        _close(todo, TodoStatus.SUPERSEDED, as_of, by, causes[todo.cycle_id or 0])
    _save(todos)
    return todos


@all_or_nothing
def overtake_todos(todo_ids: Sequence[int], *, by: User | None, as_of: date, cause: str) -> Closed:
    """Close to-dos that something else has made needless. Refused: one that is closed already."""
    todos = claim_todos(todo_ids)
    for todo in todos:
        _close(todo, TodoStatus.SUPERSEDED, as_of, by, cause)
    return _save(todos)


@all_or_nothing
def reopen_todos(todo_ids: Collection[int]) -> list[Todo]:
    """Open closed to-dos again with the dates they had; one that is open stays as it is.

    One made by a rule whose follow-up has ended, or has its next to-do by now, is superseded by that.
    """
    todos = claim_todos(sorted(todo_ids), is_open=False)
    next_one = Todo.objects.open().rule_made().filter(cycle=OuterRef("cycle"))
    closed = Todo.objects.filter(pk__in=todo_ids).exclude(status=TodoStatus.OPEN)
    overtaken = closed.rule_made().filter(Q(cycle__ended_on__isnull=False) | Exists(next_one))
    overtaken_ids = list(overtaken.values_list("pk", flat=True))
    Todo.objects.filter(pk__in=overtaken_ids).update(
        status=TodoStatus.SUPERSEDED, cancel_reason="", done_by_activity=None, version=F("version") + 1
    )
    closed.exclude(pk__in=overtaken_ids).update(
        status=TodoStatus.OPEN,
        closed_on=None,
        closed_by=None,
        closed_cause="",
        cancel_reason="",
        done_by_activity=None,
        version=F("version") + 1,
    )
    refresh_has_open_todo({todo.cycle_id for todo in todos})
    follow_todos(todos)
    return todos


def _close(todo: Todo, status: TodoStatus, on: date, by: User | None, cause: str) -> None:
    todo.status, todo.closed_on, todo.closed_by, todo.closed_cause = status.value, on, by, cause


def _save(todos: Sequence[Todo], *, marks_later: bool = False) -> Closed:
    save_columns(todos, _CLOSING)
    follow_todos(todos)
    bare_ids = [] if marks_later else refresh_has_open_todo({todo.cycle_id for todo in todos})
    return Closed(list(todos), bare_ids)
