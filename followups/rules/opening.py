"""A deal that a rule matches enters a cycle, with its to-do; with a return rule it goes back to IS."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Max

from activities.models import Todo
from activities.states import TodoOrigin, TodoStatus
from deals.actions import touch_follow_ups
from deals.models import Deal, DealEvent, FollowUpCycle, HandOver
from deals.states import DealEventKind, DealStatus, HandOverDirection
from followups.models import RuleExemption, SweepChange
from followups.rules.matching import matching
from followups.rules.spec import RuleSpec
from followups.rules.step import Ledger, Step, by_key, locked_deals, pass_over_leavers
from followups.states import TODO_SUBJECTS, ChangeVerb
from people.business_days import DAY
from people.rows import insert_rows, update_rows


@dataclass(slots=True, kw_only=True)
class Opening(Step):
    """One deal, the rule that matches it, and what the rule saw."""

    rule: RuleSpec
    status: str
    version: int
    clock_from: date
    entered_on: date
    contact_id: int | None
    fs_owner_id: int | None
    is_owner_id: int | None
    status_entered_on: date
    next_approach_on: date | None
    bantc_count: int
    product_id: int | None = None
    closed_todos: list[int] = field(default_factory=list)

    @property
    def rule_label(self) -> str:
        return self.rule.code

    def evidence(self, as_of: date) -> dict[str, Any]:
        """The numbers of the sentence that explains the to-do; they re-derive from the clock day.

        product and wins only where limits differ by product: '' and 0 say that this one has the rule's own.
        """
        limit = self.rule.limit_of(self.product_id)
        facts = {
            "basis": self.rule.basis,
            "status": self.status,
            "from": self.clock_from.isoformat(),
            "age_days": (as_of - self.clock_from).days,
            "limit": limit.value,
            "unit": limit.unit,
            "entered_on": self.entered_on.isoformat(),
            "as_of": as_of.isoformat(),
        }
        return facts | {"product": limit.product, "wins": limit.wins} if self.rule.product_limits else facts


def find_openings(rule: RuleSpec, as_of: date, promises_until: date) -> Iterator[Opening]:
    """Deals that meet the rule on as_of, outside cycles and promises; exemptions are for the caller (D14, C-35).

    promises_until: the last day of a promise that still keeps a deal out of the rules.
    """
    freed: dict[int, date] | None = None
    columns = (
        "pk", "status", "version", rule.clock, "last_contact_on", "first_visit_on", "promise_passed_on", "contact_id",
        "fs_owner_id", "is_owner_id", "status_entered_on", "next_approach_on", "budget", "authority", "needs",
        "timeframe", "competitor", "product",
    )  # fmt: skip
    for row in matching(rule, as_of, promises_until).order_by().values_list(*columns):
        (
            deal_id, status, version, clock_from, contacted_on, visited_on, promise_on, contact, fs, inside, since,
            approach, *bantc, product,
        ) = row  # fmt: skip
        if freed is None:  # a quiet night never asks
            freed = _exemption_ends(rule, as_of)
        waits = (day + DAY for day in (promise_on, freed.get(deal_id)) if day is not None)
        entered_on = max([rule.limit_of(product).reached_on(clock_from), *waits])
        yield Opening(
            deal_id=deal_id, rule=rule, status=status, version=version, clock_from=clock_from, entered_on=entered_on,
            original_on=rule.due_from(rule.base_day(entered_on, contacted_on, visited_on)), may_level=True,
            owners=() if rule.is_by_load else (inside,), contact_id=contact, fs_owner_id=fs, is_owner_id=inside,
            status_entered_on=since, next_approach_on=approach, bantc_count=sum(map(bool, bantc)), product_id=product,
        )  # fmt: skip


def _exemption_ends(rule: RuleSpec, as_of: date) -> dict[int, date]:
    """The last day of the exemptions from this rule that have run out, per deal: it held only after them (D12)."""
    ended = RuleExemption.objects.filter(expires_on__lt=as_of, revoked_on__isnull=True, rule_code__in=["", rule.code])
    return dict(ended.order_by().values_list("deal_id").annotate(last=Max("expires_on")))


def write_openings(batch: Sequence[Opening], ledger: Ledger) -> list[Opening]:
    """Open the cycles of one rule's deals; gives back those that still met the rule. One transaction around it."""
    rule = batch[0].rule
    pass_over_leavers(batch)
    claimed_ids = _claim(rule, batch, ledger.as_of)
    claimed = [opening for opening in batch if opening.deal_id in claimed_ids]
    if not claimed:
        return []
    cycles = _insert_cycles(rule, claimed)
    if len(cycles) != len(claimed):
        raise IntegrityError(f"{len(claimed) - len(cycles)} deals are marked as free and have an open cycle")
    closed = _supersede_leftovers(claimed, ledger)
    todos = _insert_todos(rule, claimed, cycles, ledger)
    moved = _take_over_todos(claimed, cycles) if rule.returns else {}
    _insert_events(rule, claimed, cycles, ledger)
    for opening in claimed:
        opening.closed_todos = closed.get(opening.deal_id, [])
    _insert_changes(rule, claimed, cycles, todos, moved, ledger)
    return claimed


def _claim(rule: RuleSpec, batch: Sequence[Opening], as_of: date) -> set[int]:
    planned = {opening.deal_id: (opening.version, opening.clock_from) for opening in batch}
    still = locked_deals(planned).known(as_of).filter(rule.condition(as_of))
    # What somebody has changed since the plan was made is left to the next sweep, so nobody's work is written over.
    claimed = {pk for pk, *seen in still.values_list("pk", "version", rule.clock) if tuple(seen) == planned[pk]}
    if not rule.returns:
        # The rule's own condition once more, in the statement that acts on it (D21).
        Deal.objects.filter(rule.condition(as_of), pk__among=claimed).update(is_followed=True)
        return claimed
    columns = ("id", "status", "status_entered_on", "is_followed", "is_owner_id", "next_approach_on")
    rows = [
        (o.deal_id, DealStatus.RETURNED_TO_IS.value, as_of, True, o.assignee_id or o.is_owner_id, o.original_on)
        for o in batch
        if o.deal_id in claimed
    ]
    return set(update_rows(Deal, columns, rows, expressions=["version = t.version + 1"], guard="NOT t.is_followed"))


def _insert_cycles(rule: RuleSpec, claimed: Sequence[Opening]) -> dict[int, int]:
    last = FollowUpCycle.objects.filter(deal__among=[o.deal_id for o in claimed]).order_by()
    numbers = dict(last.values_list("deal_id").annotate(last=Max("number")))
    columns = ("deal_id", "number", "entered_on", "is_owner_id", "next_approach_on", "approach_contact_id")
    rows = [
        (
            o.deal_id,
            numbers.get(o.deal_id, 0) + 1,
            o.entered_on,
            o.assignee_id,
            o.original_on if rule.returns else None,
            o.contact_id,
        )
        for o in claimed
    ]
    constants = {
        "kind": rule.cycle_kind.value,
        "rule_code": rule.code,
        "rule_version": rule.version,
        "has_open_todo": True,
        "has_default_approach_date": rule.returns,
    }
    inserted = insert_rows(
        FollowUpCycle, columns, rows, constants=constants, returning=("id", "deal_id"), skip_conflicts=True
    )
    touch_follow_ups([o.deal_id for o in claimed], min(o.entered_on for o in claimed))
    return by_key(inserted)


def _insert_todos(rule: RuleSpec, claimed: Sequence[Opening], cycles: dict[int, int], ledger: Ledger) -> dict[int, int]:
    columns = (
        "deal_id", "cycle_id", "contact_id", "assignee_id", "original_due_on", "due_on", "effective_due_on",
        "committed_due_on",
    )  # fmt: skip
    rows = [
        (
            o.deal_id, cycles[o.deal_id], o.contact_id, o.assignee_id, o.original_on, *o.placement.dates,
        )
        for o in claimed
    ]  # fmt: skip
    constants = {
        "subject": TODO_SUBJECTS[rule.cycle_kind],
        "origin": TodoOrigin.RULE.value,
        "rule_code": rule.code,
        "rule_version": rule.version,
        "step": 1,
        "created_on": ledger.as_of,
    }
    return by_key(insert_rows(Todo, columns, rows, constants=constants, returning=("id", "deal_id")))


def _supersede_leftovers(claimed: Sequence[Opening], ledger: Ledger) -> dict[int, list[int]]:
    """Close rule-made to-dos that an earlier, ended cycle of these deals left open: one to-do per follow-up."""
    leftovers = Todo.objects.open().rule_made().filter(deal__among=[o.deal_id for o in claimed]).order_by("pk")
    found = list(leftovers.select_for_update(no_key=True).values_list("pk", "deal_id"))
    Todo.objects.filter(pk__among=[pk for pk, _deal_id in found]).update(
        status=TodoStatus.SUPERSEDED, closed_on=ledger.as_of, closed_cause=ledger.cause, version=F("version") + 1
    )
    closed: dict[int, list[int]] = {}
    for pk, deal_id in found:
        closed.setdefault(deal_id or 0, []).append(pk)
    return closed


def _take_over_todos(claimed: Sequence[Opening], cycles: dict[int, int]) -> dict[int, list[list[int | None]]]:
    """Open to-dos of FS stay and go with the deal: cycle and assignee become those of the return (D8)."""
    heirs = {o.deal_id: o.assignee_id for o in claimed}
    todos = Todo.objects.open().exclude(origin=TodoOrigin.RULE).filter(deal__among=heirs).order_by("pk")
    found = list(todos.select_for_update(no_key=True).values_list("pk", "deal_id", "cycle_id", "assignee_id"))
    rows = [(pk, cycles[deal_id], heirs[deal_id]) for pk, deal_id, _cycle, _assignee in found if deal_id is not None]
    update_rows(Todo, ("id", "cycle_id", "assignee_id"), rows, expressions=["version = t.version + 1"])
    before: dict[int, list[list[int | None]]] = {}
    for pk, deal_id, cycle_id, assignee_id in found:
        if deal_id is not None:
            before.setdefault(deal_id, []).append([pk, cycle_id, assignee_id])
    return before


def _insert_events(rule: RuleSpec, claimed: Sequence[Opening], cycles: dict[int, int], ledger: Ledger) -> None:
    constants: dict[str, Any] = {
        "kind": (DealEventKind.STATUS if rule.returns else DealEventKind.CYCLE_OPENED).value,
        "to_status": DealStatus.RETURNED_TO_IS.value if rule.returns else "",
        "happened_on": ledger.as_of,
        "cause": ledger.cause,
        "detail": f"{rule.code} v{rule.version}",
    }
    rows = [(o.deal_id, cycles[o.deal_id], o.status if rule.returns else "") for o in claimed]
    insert_rows(DealEvent, ("deal_id", "cycle_id", "from_status"), rows, constants=constants)
    if not rule.returns:
        return
    passed_on = {
        "direction": HandOverDirection.TO_IS.value,
        "rule_code": rule.code,
        "rule_version": rule.version,
        "handed_on": ledger.as_of,
    }
    hand_overs = [(o.deal_id, o.fs_owner_id, o.assignee_id or o.is_owner_id, o.bantc_count) for o in claimed]
    insert_rows(HandOver, ("deal_id", "from_user_id", "to_user_id", "bantc_count"), hand_overs, constants=passed_on)


def _insert_changes(
    rule: RuleSpec,
    claimed: Sequence[Opening],
    cycles: dict[int, int],
    todos: dict[int, int],
    moved: dict[int, list[list[int | None]]],
    ledger: Ledger,
) -> None:
    constants = {
        "run_id": ledger.run.pk,
        "verb": (ChangeVerb.RETURNED if rule.returns else ChangeVerb.OPENED).value,
        "rule_code": rule.code,
        "rule_version": rule.version,
    }
    rows = [
        (
            o.deal_id, cycles[o.deal_id], todos[o.deal_id], _before(o, moved.get(o.deal_id, [])),
            _after(o, ledger.as_of), o.evidence(ledger.as_of),
        )
        for o in claimed
    ]  # fmt: skip
    columns = ("deal_id", "cycle_id", "todo_id", "before", "after", "evidence")
    insert_rows(SweepChange, columns, rows, constants=constants)


def _before(opening: Opening, moved: list[list[int | None]]) -> dict[str, Any]:
    before: dict[str, Any] = {"is_followed": False, "open_todos": opening.closed_todos}
    if opening.rule.returns:
        before |= {
            "status": opening.status,
            "status_entered_on": opening.status_entered_on.isoformat(),
            "is_owner": opening.is_owner_id,
            "next_approach_on": opening.next_approach_on.isoformat() if opening.next_approach_on else None,
            "todos": moved,
        }
    return before


def _after(opening: Opening, as_of: date) -> dict[str, Any]:
    after: dict[str, Any] = {"is_followed": True, "assignee": opening.assignee_id, **opening.dates()}
    if opening.rule.returns:
        after |= {
            "status": DealStatus.RETURNED_TO_IS.value,
            "status_entered_on": as_of.isoformat(),
            "is_owner": opening.assignee_id or opening.is_owner_id,
            "next_approach_on": opening.original_on.isoformat(),
        }
    return after
