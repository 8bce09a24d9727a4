"""What contradicts itself in the tables: the product's own invariants, and the ledger against what it tells of."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from activities.models import Todo
from activities.states import TodoStatus
from deals.models import Deal, DealEvent, FollowUpCycle, HandOver
from deals.states import DealEventKind
from followups import coverage
from followups.invariants import violations
from followups.models import SweepChange
from followups.states import ChangeVerb
from tests.drills.stage import KINDS

TOLD_AS = {
    ChangeVerb.OPENED: DealEventKind.CYCLE_OPENED,
    ChangeVerb.RETURNED: DealEventKind.STATUS,
    ChangeVerb.COVERED: DealEventKind.TODO_CREATED,
}


def contradictions() -> list[str]:
    """What no moment may show, not even the one after a crash."""
    broken = [f"{violation.code}: {violation.model} {violation.id}" for violation in violations()]
    return [*broken, *_untold_changes(), *_unledgered_todos(), *_wrong_hand_overs()]


def left_undone(as_of: date) -> list[str]:
    """What a finished sweep may not leave: each staged deal in its one cycle, with its one open to-do, in somebody's
    hands."""
    return [*_wrong_cycles(), *_wrong_todos(), *(f"uncovered: cycle {pk}" for pk in _pks(coverage.uncovered(as_of))),
            *(f"nobody's: to-do {pk}" for pk in _pks(coverage.unassigned(as_of)))]  # fmt: skip


def doubles() -> int:
    """How many cycles, to-dos and events there are too many."""
    cycles = Counter(FollowUpCycle.objects.open().values_list("deal", flat=True))
    todos = Counter(Todo.objects.open().rule_made().values_list("deal", flat=True))
    events = Counter(DealEvent.objects.filter(cause__startswith="sweep:").values_list("deal", "kind"))
    return sum(count - 1 for counts in (cycles, todos, events) for count in counts.values())


def _untold_changes() -> Iterator[str]:
    """One event per change, by the run that made it; handing out is the to-do's business, not the deal's."""
    changes = Counter(
        (f"sweep:{run}", deal, cycle, TOLD_AS[ChangeVerb(verb)].value)
        for run, deal, cycle, verb in SweepChange.objects.exclude(verb=ChangeVerb.ASSIGNED).values_list(
            "run", "deal", "cycle", "verb"
        )
    )
    events = Counter(DealEvent.objects.filter(cause__startswith="sweep:").values_list("cause", "deal", "cycle", "kind"))
    yield from _differences("event", changes, events)


def _unledgered_todos() -> Iterator[str]:
    ledger = Counter(SweepChange.objects.exclude(verb=ChangeVerb.ASSIGNED).values_list("todo", flat=True))
    yield from _differences("to-do", ledger, Counter(_pks(Todo.objects.rule_made())))


def _wrong_hand_overs() -> Iterator[str]:
    returned = Counter(SweepChange.objects.filter(verb=ChangeVerb.RETURNED).values_list("deal", flat=True))
    passed = Counter(HandOver.objects.exclude(rule_code="").values_list("deal", flat=True))
    yield from _differences("hand-over", returned, passed)


def _wrong_cycles() -> Iterator[str]:
    open_cycles: dict[int, list[str]] = {}
    for deal, kind in FollowUpCycle.objects.open().values_list("deal", "kind"):
        open_cycles.setdefault(deal, []).append(kind)
    for deal, name in Deal.objects.values_list("pk", "name"):
        expected = [KINDS[name.split()[0]].value]
        if open_cycles.get(deal, []) != expected:
            yield f"deal {deal} ({name}) is in {open_cycles.get(deal)}"


def _wrong_todos() -> Iterator[str]:
    todos = Counter(Todo.objects.rule_made().filter(status=TodoStatus.OPEN).values_list("deal", flat=True))
    yield from (f"deal {deal} has {todos[deal]} open to-dos" for deal in _pks(Deal.objects.all()) if todos[deal] != 1)


def _differences(what: str, told: Counter[Any], stands: Counter[Any]) -> Iterator[str]:
    yield from (f"{what} missing: {key}" for key in (told - stands))
    yield from (f"{what} too many: {key}" for key in (stands - told))
    yield from (f"change twice: {key}" for key, count in told.items() if count > 1)


def _pks(queryset: Any) -> Iterable[int]:
    return queryset.order_by("pk").values_list("pk", flat=True)
