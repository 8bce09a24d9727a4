"""Why a row that refers to a record tells that somebody has worked with the record, or that it goes along with it."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Count, Model, Q

from activities.models import Activity, PersonDay, Todo, TodoMove
from activities.states import TodoOrigin, TodoStatus
from deals.models import DealEvent, FollowUpCycle, HandOver
from followups.models import Delivery, Notice, ReturnWarning, Suggestion, SweepChange
from followups.states import ChangeVerb, RunStatus
from intake.states import StaysBecause
from intake.undoing.columns import Held
from leads.models import LeadEvent

# What the machine wrote, as an event names its maker.
_BY_MACHINE = ("import:", "import-undo:", "sweep:", "undo:")

Judge = Callable[[Held], StaysBecause | None]  # None: the row goes with the record


def _along(_row: Held) -> StaysBecause | None:
    return None


def _event(row: Held) -> StaysBecause | None:
    return None if row["by_id"] is None and row["cause"].startswith(_BY_MACHINE) else StaysBecause.CHANGED


def _hand_over(row: Held) -> StaysBecause | None:
    return None if row["by_id"] is None else StaysBecause.CHANGED


def _todo(row: Held) -> StaysBecause | None:
    """The to-do of a rule goes while nobody has worked on it."""
    if row["is_imported"]:
        return StaysBecause.LATER_IMPORT
    is_of_rule = row["origin"] == TodoOrigin.RULE and row["status"] == TodoStatus.OPEN
    return None if is_of_rule else StaysBecause.WORKED


def _cycle(row: Held) -> StaysBecause | None:
    return None if row["rule_code"] and row["ended_on"] is None else StaysBecause.CHANGED


def _activity(row: Held) -> StaysBecause | None:
    return StaysBecause.LATER_IMPORT if row["is_imported"] else StaysBecause.CONTACTED


def _move(row: Held) -> StaysBecause | None:
    return StaysBecause.WORKED if row["moved_by_id"] is not None else None


def _suggestion(row: Held) -> StaysBecause | None:
    return StaysBecause.CHANGED if row["accepted_by_id"] is not None else None


_JUDGES: dict[type[Model], Judge] = {
    SweepChange: _along, ReturnWarning: _along, Notice: _along, Delivery: _along, PersonDay: _along,
    DealEvent: _event, LeadEvent: _event, HandOver: _hand_over, Todo: _todo, FollowUpCycle: _cycle,
    Activity: _activity, TodoMove: _move, Suggestion: _suggestion,
}  # fmt: skip


def judged(model: type[Model], column: str, row: Held) -> StaysBecause | None:
    """Why a record stays to which this row of another table refers by the column; None: the row goes with it."""
    if column not in OF_ITS_RECORD.get(model, {column}):
        return StaysBecause.USED
    judge: Any = _JUDGES.get(model)
    return judge(row) if judge else StaysBecause.USED if hasattr(model, "external_id") else StaysBecause.CHANGED


def worked_on(todo_ids: Collection[int]) -> set[int]:
    """To-dos of rules that a person has changed: their version is higher than the runs of the rules have made it."""
    given = SweepChange.objects.filter(todo__among=list(todo_ids), verb=ChangeVerb.ASSIGNED).order_by()
    taken = Count("pk", filter=Q(run__status=RunStatus.UNDONE))
    raised = {pk: n + back for pk, n, back in given.values_list("todo_id").annotate(n=Count("pk"), back=taken)}
    versions = Todo.objects.filter(pk__among=list(todo_ids)).order_by().values_list("pk", "version")
    return {pk for pk, version in versions if version > 1 + raised.get(pk, 0)}


# A row of these goes with what it tells of, not with whom else it names.
OF_ITS_RECORD: dict[type[Model], frozenset[str]] = {
    DealEvent: frozenset({"deal_id"}),
    LeadEvent: frozenset({"lead_id"}),
    HandOver: frozenset({"deal_id"}),
    SweepChange: frozenset({"deal_id"}),
    FollowUpCycle: frozenset({"deal_id"}),
    Todo: frozenset({"deal_id", "cycle_id"}),
    TodoMove: frozenset({"todo_id"}),
    Suggestion: frozenset({"deal_id"}),
}
