"""The first to-do of a cycle that a verb opened, by the same desk as the sweep's (D6, D8, D15, D16)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from activities.actions import refresh_has_open_todo
from activities.models import Todo
from activities.states import TodoOrigin
from deals.models import Deal, FollowUpCycle
from deals.states import CycleKind
from followups.desk import Desk
from followups.states import LOSS_CODE, RETURN_CODE, TODO_SUBJECTS
from people.models import User
from people.records import insert_records
from people.rows import update_rows

_CODES = {CycleKind.LOST: LOSS_CODE, CycleKind.RETURNED: RETURN_CODE}


@dataclass(frozen=True, slots=True)
class Start:
    """A cycle that has just begun. asked_for: the day of its first step. wanted_id: who was asked for by name."""

    deal: Deal
    cycle: FollowUpCycle
    asked_for: date
    wanted_id: int | None = None

    @property
    def owners(self) -> tuple[int | None, ...]:
        """Who gets it before anybody else, if he is active inside sales."""
        return self.wanted_id, self.cycle.is_owner_id, self.deal.is_owner_id


def begin(
    starts: Sequence[Start], *, by: User | None, as_of: date, cause: str, leaves_todo_to_sweep: bool = False
) -> None:
    """Give each cycle its person and its first to-do; the deal's other open to-dos go with it to that person (D8).

    leaves_todo_to_sweep: an import's losses get theirs from the next sweep, which levels the backlog as a whole (D6);
    to-dos that go with the deal find a person all the same. The deals are locked; deal and cycle instances learn of
    their person.
    """
    taken = _open_todos([start.deal.pk for start in starts])
    former = {todo.cycle_id for todos in taken.values() for todo in todos}
    ordered = sorted(starts, key=lambda start: (start.asked_for, start.deal.pk))  # as levelling goes (D16)
    served = [start for start in ordered if start.deal.pk in taken] if leaves_todo_to_sweep else ordered
    if not served:
        return
    desk = Desk.load(as_of)
    todos = [first_todo(start, desk, by, as_of) for start in served]
    update_rows(FollowUpCycle, ("id", "is_owner_id"), [(start.cycle.pk, start.cycle.is_owner_id) for start in served])
    if not leaves_todo_to_sweep:
        insert_records(todos)
    _take_over(taken, {start.deal.pk: start.cycle for start in served})
    refresh_has_open_todo({start.cycle.pk for start in served} | former)


def _open_todos(deal_ids: Collection[int]) -> dict[int, list[Todo]]:
    """The open to-dos that people made on these deals, by deal, locked; rule-made ones ended with their cycle."""
    todos = Todo.objects.open().exclude(origin=TodoOrigin.RULE).filter(deal__in=deal_ids).order_by("pk")
    found: dict[int, list[Todo]] = {}
    for todo in todos.select_for_update(no_key=True):
        found.setdefault(todo.deal_id or 0, []).append(todo)
    return found


def _take_over(taken: Mapping[int, Sequence[Todo]], cycles: Mapping[int, FollowUpCycle]) -> None:
    rows = [
        (todo.pk, cycles[deal_id].pk, cycles[deal_id].is_owner_id) for deal_id, todos in taken.items() for todo in todos
    ]
    update_rows(Todo, ("id", "cycle_id", "assignee_id"), rows, expressions=["version = t.version + 1"])


def first_todo(start: Start, desk: Desk, by: User | None, as_of: date, *, step: int = 1) -> Todo:
    """The unsaved to-do of a cycle for whom the desk finds, on the day with room; the cycle learns of its person."""
    cycle, deal = start.cycle, start.deal
    cycle.is_owner_id = desk.assign(*start.owners)
    may_level = cycle.has_default_approach_date or start.asked_for < as_of
    placement = desk.place(cycle.is_owner_id, start.asked_for, may_level=may_level)
    is_text = bool(cycle.approach_contact_text)
    return Todo(
        subject=TODO_SUBJECTS[CycleKind(cycle.kind)],
        origin=TodoOrigin.RULE,
        rule_code=_CODES.get(CycleKind(cycle.kind)) or cycle.rule_code or RETURN_CODE,
        step=step,
        deal=deal,
        cycle=cycle,
        contact_id=cycle.approach_contact_id or (None if is_text else deal.contact_id),
        contact_text=cycle.approach_contact_text,
        hook=cycle.hook,
        assignee_id=cycle.is_owner_id,
        original_due_on=start.asked_for,
        due_on=placement.due_on,
        effective_due_on=placement.effective_on,
        committed_due_on=placement.committed_on,
        created_on=as_of,
        created_by=by,
    )
