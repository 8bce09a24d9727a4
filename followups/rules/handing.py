"""Hand out: an open to-do of a cycle that nobody has gets its first owner and new dates (D15, D17)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.models import Todo
from deals.models import FollowUpCycle
from deals.states import CycleKind
from followups.coverage import unassigned
from followups.desk import Desk, Placement
from followups.models import SweepChange
from followups.rules.spec import RuleSpec
from followups.rules.step import Ledger, Step, lock_deals, pass_over_leavers
from followups.states import ChangeVerb
from people.rows import insert_rows, update_rows


@dataclass(slots=True, kw_only=True)
class Handing(Step):
    """One to-do without a person."""

    todo_id: int
    cycle_id: int
    rule_code: str
    rule_version: int | None
    is_promised: bool
    former: Placement
    created_on: date
    cycle_owner_id: int | None

    @property
    def rule_label(self) -> str:
        return self.rule_code

    def settle(self, desk: Desk) -> None:
        """Choose the person and the day; a promised day stays as it was agreed."""
        self.assignee_id = desk.assign_in_cycle(self.cycle_id, *self.owners)
        if self.is_promised:
            self.placement = self.former
        else:
            # Not before it was made, should the clock have been set back since.
            asked_for = max(self.original_on, self.created_on)
            self.placement = desk.place(self.assignee_id, asked_for, may_level=self.may_level)


_COLUMNS = (
    "pk", "deal_id", "cycle_id", "rule_code", "rule_version", "is_promised", "original_due_on", "due_on",
    "effective_due_on", "committed_due_on", "cycle__kind", "cycle__has_default_approach_date", "cycle__is_owner_id",
    "deal__is_owner_id", "step", "created_on",
)  # fmt: skip


def find_handings(as_of: date, rules: dict[str, RuleSpec]) -> Iterator[Handing]:
    """Open to-dos of that day's open cycles that nobody has; reads a partial index (D21)."""
    for row in unassigned(as_of).order_by().values_list(*_COLUMNS):
        yield _handing(row, as_of, rules)


def _handing(row: tuple[Any, ...], as_of: date, rules: dict[str, RuleSpec]) -> Handing:
    (
        todo_id, deal_id, cycle_id, rule_code, rule_version, is_promised, original_on, due_on, effective_on,
        committed_on, kind, is_default, cycle_owner_id, deal_owner_id, step,
        created_on,
    ) = row  # fmt: skip
    rule = rules.get(rule_code)
    by_rule = step is not None and (is_default or kind == CycleKind.STAGNANT)
    return Handing(
        deal_id=deal_id, todo_id=todo_id, cycle_id=cycle_id, rule_code=rule_code, rule_version=rule_version,
        is_promised=is_promised, original_on=original_on, may_level=by_rule or original_on < as_of,
        former=Placement(due_on, effective_on, committed_on, is_levelled=False), created_on=created_on,
        cycle_owner_id=cycle_owner_id,
        owners=(cycle_owner_id, None if rule and rule.is_by_load else deal_owner_id),
    )  # fmt: skip


def write_handings(batch: Sequence[Handing], ledger: Ledger) -> list[Handing]:
    """Give the to-dos to their people; gives back those that were still nobody's. One transaction around it."""
    lock_deals(batch)
    pass_over_leavers(batch)
    columns = ("id", "assignee_id", "due_on", "effective_due_on", "committed_due_on")
    rows = [(h.todo_id, h.assignee_id, *h.placement.dates) for h in batch if h.assignee_id is not None]
    guard = "t.status = 'open' AND t.assignee_id IS NULL"
    claimed_ids = set(update_rows(Todo, columns, rows, expressions=["version = t.version + 1"], guard=guard))
    claimed = [handing for handing in batch if handing.todo_id in claimed_ids]
    owners = {h.cycle_id: h.assignee_id for h in reversed(claimed) if h.cycle_owner_id is None}
    update_rows(FollowUpCycle, ("id", "is_owner_id"), owners.items(), guard="t.is_owner_id IS NULL")
    _insert_changes(claimed, ledger)
    return claimed


def _insert_changes(claimed: Sequence[Handing], ledger: Ledger) -> None:
    columns = ("deal_id", "cycle_id", "todo_id", "rule_code", "rule_version", "before", "after", "evidence")
    rows = [
        (
            h.deal_id, h.cycle_id, h.todo_id, h.rule_code, h.rule_version,
            {"assignee": None, "cycle_owner": h.cycle_owner_id, **h.dates(h.former)},
            {"assignee": h.assignee_id, "cycle_owner": h.cycle_owner_id or h.assignee_id, **h.dates()},
            {"asked_for": h.original_on.isoformat(), "as_of": ledger.as_of.isoformat()},
        )
        for h in claimed
    ]  # fmt: skip
    insert_rows(SweepChange, columns, rows, constants={"run_id": ledger.run.pk, "verb": ChangeVerb.ASSIGNED.value})
