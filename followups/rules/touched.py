"""What has become of the changes of a run: which of them nobody has touched since (D19)."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q

from activities.models import Activity, Todo
from activities.states import TodoStatus
from deals.models import Deal, DealEvent, FollowUpCycle
from followups.models import RuleExemption, SweepChange, SweepRun
from followups.states import ChangeVerb, KeptReason, RunStatus

OPENING = (ChangeVerb.OPENED, ChangeVerb.RETURNED)
DEAL_COLUMNS = ("status", "status_entered_on", "is_owner_id", "next_approach_on")
DATES = ("original_due_on", "due_on", "effective_due_on", "committed_due_on")
INSERTED_VERSION = 1  # of a to-do that nobody has changed since it was made


class Standing:
    """The rows that a batch of changes names, as they stand now; a fixed number of queries."""

    def __init__(self, run: SweepRun, changes: Sequence[SweepChange]) -> None:
        cycle_ids = {change.cycle_id for change in changes if change.cycle_id}
        deal_ids = {change.deal_id for change in changes}
        todos = Todo.objects.filter(cycle__among=cycle_ids).order_by()
        columns = ("pk", "cycle_id", "status", "version", "assignee_id", *DATES)
        self.todos = {row["pk"]: row for row in todos.values(*columns)}
        cycles = FollowUpCycle.objects.filter(pk__among=cycle_ids).order_by()
        self.cycles: dict[int, date | None] = dict(cycles.values_list("pk", "ended_on"))
        deals = Deal.objects.filter(pk__among=deal_ids).order_by()
        self.deals = {row["pk"]: row for row in deals.values("pk", "is_followed", *DEAL_COLUMNS)}
        self.exempted = _column(RuleExemption.objects.filter(cycle__among=cycle_ids), "cycle_id")
        self.worked_on = _worked_on(run, deal_ids)
        later = SweepChange.objects.filter(cycle__among=cycle_ids, run__gt=run.pk).exclude(run__status=RunStatus.UNDONE)
        self.later = _column(later, "cycle_id")
        self.undone = _times_undone({change.todo_id for change in changes if change.todo_id})
        self.held: dict[int, set[int]] = {}
        for pk, row in self.todos.items():
            self.held.setdefault(row["cycle_id"], set()).add(pk)

    def is_gone(self, change: SweepChange) -> bool:
        """Whether an undo that was cut off has taken it back already."""
        if change.verb == ChangeVerb.ASSIGNED:
            return self._is_unassigned_again(change)
        row = self.cycles if change.verb in OPENING else self.todos
        return (change.cycle_id if change.verb in OPENING else change.todo_id) not in row

    def reason_to_keep(self, change: SweepChange) -> KeptReason | None:
        """Why the change stays; None where it can be taken back as if it had never been."""
        if change.cycle_id in self.later:
            return KeptReason.LATER_RUN
        if not self._is_todo_untouched(change):
            return KeptReason.TODO_CHANGED
        if change.verb not in OPENING:
            return None
        if self._is_cycle_touched(change):
            return KeptReason.CYCLE_CHANGED
        return KeptReason.DEAL_CHANGED if self._is_deal_touched(change) else None

    def _is_todo_untouched(self, change: SweepChange) -> bool:
        row = self.todos.get(change.todo_id or 0)
        if row is None or row["status"] != TodoStatus.OPEN or row["assignee_id"] != change.after["assignee"]:
            return False
        was_made_here = change.verb != ChangeVerb.ASSIGNED
        if was_made_here and row["version"] != INSERTED_VERSION + 2 * self.undone.get(change.todo_id or 0, 0):
            return False
        return all(row[name].isoformat() == change.after[name] for name in DATES)

    def _is_unassigned_again(self, change: SweepChange) -> bool:
        row = self.todos.get(change.todo_id or 0)
        return row is not None and row["assignee_id"] is None

    def _is_cycle_touched(self, change: SweepChange) -> bool:
        cycle_id = change.cycle_id or 0
        expected = {change.todo_id, *(pk for pk, _cycle, _assignee in change.before.get("todos", []) or [])}
        is_open = cycle_id in self.cycles and self.cycles[cycle_id] is None
        return not is_open or cycle_id in self.exempted or bool(self.held.get(cycle_id, set()) - expected)

    def _is_deal_touched(self, change: SweepChange) -> bool:
        row = self.deals[change.deal_id]
        if change.deal_id in self.worked_on or not row["is_followed"]:
            return True
        if change.verb == ChangeVerb.OPENED:
            return False
        after = change.after
        stands = row["status"], _iso(row["status_entered_on"]), row["is_owner_id"], _iso(row["next_approach_on"])
        return stands != (after["status"], after["status_entered_on"], after["is_owner"], after["next_approach_on"])


def _worked_on(run: SweepRun, deal_ids: Collection[int]) -> set[int]:
    """Deals that somebody has called, changed or closed since the run wrote to them."""
    own = DealEvent.objects.filter(deal__among=deal_ids, cause=f"sweep:{run.pk}").order_by()
    first = dict(own.values_list("deal_id").annotate(first=Min("pk")))
    by_runs = Q(cause__startswith="sweep:") | Q(cause__startswith="undo:")  # later runs are asked about by themselves
    others = DealEvent.objects.filter(deal__among=first).exclude(by_runs).order_by()
    last = others.values_list("deal_id").annotate(last=Max("pk"))
    contacts = Activity.objects.contacts().filter(deal__among=deal_ids, created_at__gt=run.started_at)
    return {deal_id for deal_id, pk in last if pk > first[deal_id]} | _column(contacts, "deal_id")


def _times_undone(todo_ids: Collection[int]) -> dict[int, int]:
    """How often a to-do was given to somebody by a run that has been undone; each time raised its version twice."""
    given = SweepChange.objects.filter(todo__among=todo_ids, verb=ChangeVerb.ASSIGNED, run__status=RunStatus.UNDONE)
    return dict(given.order_by().values_list("todo_id").annotate(times=Count("pk")))


def _column(rows: Any, name: str) -> set[int]:
    return set(rows.order_by().values_list(name, flat=True))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
