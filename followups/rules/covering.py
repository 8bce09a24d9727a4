"""Cover: every open cycle without an open to-do or an exemption gets one, in every mode (D13, D14)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from activities.models import Todo
from activities.states import TodoOrigin
from deals.models import DealEvent, FollowUpCycle
from deals.states import CycleKind, DealEventKind
from followups.coverage import uncovered
from followups.models import SweepChange
from followups.rules.spec import RuleSpec
from followups.rules.step import Ledger, Step, by_key, lock_deals, pass_over_leavers
from followups.states import LOSS_CODE, RETURN_CODE, TODO_SUBJECTS, ChangeVerb
from people.rows import insert_rows, update_rows


@dataclass(slots=True, kw_only=True)
class Covering(Step):
    """One open cycle that lacks a to-do."""

    cycle_id: int
    kind: str
    rule_code: str
    rule_version: int | None
    entered_on: date
    reason_code: str | None
    contact_id: int | None
    contact_text: str
    hook: str
    cycle_owner_id: int | None

    @property
    def rule_label(self) -> str:
        return self.rule_code

    def evidence(self, as_of: date) -> dict[str, Any]:
        """The numbers of the sentence that explains the to-do."""
        return {
            "kind": self.kind,
            "entered_on": self.entered_on.isoformat(),
            "reason": self.reason_code,
            "asked_for": self.original_on.isoformat(),
            "as_of": as_of.isoformat(),
        }


_COLUMNS = (
    "pk", "deal_id", "kind", "rule_code", "rule_version", "entered_on", "reason__code", "next_approach_on",
    "has_default_approach_date", "approach_contact_id", "approach_contact_text", "hook", "is_owner_id",
    "deal__is_owner_id", "deal__contact_id",
)  # fmt: skip


def find_coverings(as_of: date, rules: dict[str, RuleSpec]) -> Iterator[Covering]:
    """Open cycles of that day with neither an open to-do nor an unexpired exemption; reads a partial index (D21)."""
    for row in uncovered(as_of).order_by().values_list(*_COLUMNS):
        yield _covering(row, as_of, rules)


def _covering(row: tuple[Any, ...], as_of: date, rules: dict[str, RuleSpec]) -> Covering:
    (
        cycle_id, deal_id, kind, rule_code, rule_version, entered_on, reason_code, approach_on, is_default, contact_id,
        contact_text, hook, cycle_owner_id, deal_owner_id, deal_contact_id,
    ) = row  # fmt: skip
    rule = rules.get(rule_code)
    code = LOSS_CODE if kind == CycleKind.LOST else rule_code or RETURN_CODE
    asked_for = approach_on or (rule.due_from(entered_on) if rule else entered_on)
    return Covering(
        deal_id=deal_id, cycle_id=cycle_id, kind=kind, rule_code=code, rule_version=rule_version,
        entered_on=entered_on, reason_code=reason_code, original_on=asked_for,
        # Only what nobody chose is moved for room: a default, or a day that has already passed (D16).
        may_level=is_default or approach_on is None or asked_for < as_of,
        owners=(cycle_owner_id, None if rule and rule.is_by_load else deal_owner_id),
        contact_id=contact_id or (None if contact_text else deal_contact_id), contact_text=contact_text, hook=hook,
        cycle_owner_id=cycle_owner_id,
    )  # fmt: skip


def write_coverings(batch: Sequence[Covering], ledger: Ledger) -> list[Covering]:
    """Make the to-dos; gives back the cycles that still lacked one. One transaction around it."""
    lock_deals(batch)
    pass_over_leavers(batch)
    guard = "t.ended_on IS NULL AND NOT t.has_open_todo"
    rows = [(covering.cycle_id, True, covering.assignee_id) for covering in batch]
    columns = ("id", "has_open_todo", "is_owner_id")
    claimed_ids = set(update_rows(FollowUpCycle, columns, rows, kept_where_null=["is_owner_id"], guard=guard))
    claimed = [covering for covering in batch if covering.cycle_id in claimed_ids]
    if claimed:
        steps = _next_steps(claimed)
        todos = _insert_todos(claimed, steps, ledger)
        _insert_events(claimed, ledger)
        _insert_changes(claimed, todos, steps, ledger)
    return claimed


def _next_steps(claimed: Sequence[Covering]) -> dict[int, int]:
    """1 + the highest step of the cycle over all rules (D14)."""
    made = Todo.objects.filter(cycle__among=[c.cycle_id for c in claimed], step__isnull=False).order_by()
    last = dict(made.values_list("cycle_id").annotate(last=Max("step")))
    return {c.cycle_id: last.get(c.cycle_id, 0) + 1 for c in claimed}


def _insert_todos(claimed: Sequence[Covering], steps: dict[int, int], ledger: Ledger) -> dict[int, int]:
    columns = (
        "deal_id", "cycle_id", "step", "subject", "rule_code", "rule_version", "contact_id", "contact_text", "hook",
        "assignee_id", "original_due_on", "due_on", "effective_due_on", "committed_due_on",
    )  # fmt: skip
    rows = [
        (
            c.deal_id, c.cycle_id, steps[c.cycle_id], TODO_SUBJECTS[CycleKind(c.kind)], c.rule_code, c.rule_version,
            c.contact_id, c.contact_text, c.hook, c.assignee_id, c.original_on, *c.placement.dates,
        )
        for c in claimed
    ]  # fmt: skip
    constants = {"origin": TodoOrigin.RULE.value, "created_on": ledger.as_of}
    return by_key(insert_rows(Todo, columns, rows, constants=constants, returning=("id", "cycle_id")))


def _insert_events(claimed: Sequence[Covering], ledger: Ledger) -> None:
    constants = {"kind": DealEventKind.TODO_CREATED.value, "happened_on": ledger.as_of, "cause": ledger.cause}
    rows = [(c.deal_id, c.cycle_id, c.rule_code) for c in claimed]
    insert_rows(DealEvent, ("deal_id", "cycle_id", "detail"), rows, constants=constants)


def _insert_changes(claimed: Sequence[Covering], todos: dict[int, int], steps: dict[int, int], ledger: Ledger) -> None:
    columns = ("deal_id", "cycle_id", "todo_id", "rule_code", "rule_version", "before", "after", "evidence")
    rows = [
        (
            c.deal_id, c.cycle_id, todos[c.cycle_id], c.rule_code, c.rule_version,
            {"has_open_todo": False, "cycle_owner": c.cycle_owner_id},
            {
                "has_open_todo": True, "cycle_owner": c.assignee_id or c.cycle_owner_id, "assignee": c.assignee_id,
                "step": steps[c.cycle_id], **c.dates(),
            },
            c.evidence(ledger.as_of),
        )
        for c in claimed
    ]  # fmt: skip
    insert_rows(SweepChange, columns, rows, constants={"run_id": ledger.run.pk, "verb": ChangeVerb.COVERED.value})
