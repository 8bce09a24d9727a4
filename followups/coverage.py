"""The proof in numbers: is every open cycle in hand? (D15, D20). The sweep, the page and the reports count here."""

from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Value, When

from activities.models import Todo
from deals.models import Deal, FollowUpCycle
from deals.states import OPEN_STATUSES, CycleKind
from followups.models import Rule, RuleExemption
from followups.states import CoverageState
from people.read_once import read_once


def cycles_open(as_of: date) -> dict[str, int]:
    """Open cycles per kind entered on or before as_of, of deals known by then; every kind is there, if with 0."""
    kinds = standing(as_of).order_by().values_list("kind").annotate(count=Count("*"))  # "*": the index alone answers
    return dict.fromkeys(CycleKind.values, 0) | dict(kinds)


def standing(as_of: date) -> QuerySet[FollowUpCycle]:
    """Open cycles entered on or before as_of, of deals known by then (D11): those whose sum is cycles_open.

    The same rows as `open_on`, but later deals are looked for first (there are hardly ever any), which spares joining
    every deal.
    """
    cycles = FollowUpCycle.objects.open().filter(entered_on__lte=as_of)
    later = Deal.objects.later(as_of).order_by()
    are_any = read_once(f"later than {as_of}", later.exists)
    return cycles.exclude(deal__in=later.values("pk")) if are_any else cycles


def uncovered(as_of: date) -> QuerySet[FollowUpCycle]:
    """Open cycles with neither an open dated to-do nor an unexpired exemption: 0 after every sweep (D13, D15)."""
    exemption = RuleExemption.objects.unexpired(as_of).filter(cycle=OuterRef("pk"))
    return FollowUpCycle.objects.open_on(as_of).filter(~Exists(exemption), has_open_todo=False)


def unassigned(as_of: date) -> QuerySet[Todo]:
    """Open to-dos of that day's open cycles that nobody has (D15)."""
    return Todo.objects.unassigned().filter(
        cycle__ended_on__isnull=True, cycle__entered_on__lte=as_of, deal__known_on__lte=as_of
    )


def unruled(as_of: date) -> QuerySet[Deal]:
    """Live deals in statuses that no rule in auto or suggest names: ルール対象外 (D20)."""
    named = read_once("statuses that rules name", _named)
    return Deal.objects.known(as_of).filter(status__in=[status for status in OPEN_STATUSES if status not in named])


def _named() -> set[str]:
    return {status for statuses in Rule.objects.speaking().values_list("statuses", flat=True) for status in statuses}


def exempted(as_of: date) -> QuerySet[RuleExemption, int]:
    """Ids of the cycles that an unexpired exemption leaves without a to-do on that day (D13)."""
    return (
        RuleExemption.objects.unexpired(as_of).filter(cycle__isnull=False).order_by().values_list("cycle_id", flat=True)
    )


def late(as_of: date) -> QuerySet[Todo, int]:
    """Ids of the cycles with an open to-do whose effective due date lies before as_of."""
    return Todo.objects.overdue(as_of).filter(cycle__isnull=False).order_by().values_list("cycle_id", flat=True)


def nobodys() -> QuerySet[Todo, int]:
    """Ids of the cycles with an open to-do that nobody has."""
    return Todo.objects.unassigned().order_by().values_list("cycle_id", flat=True)


def bare() -> QuerySet[FollowUpCycle, int]:
    """Ids of the open cycles without an open to-do."""
    return FollowUpCycle.objects.open().filter(has_open_todo=False).order_by().values_list("pk", flat=True)


def troubled_ids(as_of: date) -> QuerySet[Any]:
    """Ids of all cycles that can be in another state than in hand, each by a partial index."""
    return exempted(as_of).union(bare(), nobodys(), late(as_of))


def with_state(cycles: QuerySet[FollowUpCycle], as_of: date) -> QuerySet[Any]:
    """The cycles with their `state` in the proof bar: the first of CoverageState that applies (D15)."""
    state = Case(
        When(pk__in=exempted(as_of), then=Value(CoverageState.EXEMPT)),
        When(has_open_todo=False, then=Value(CoverageState.UNCOVERED)),
        When(pk__in=nobodys(), then=Value(CoverageState.UNASSIGNED)),
        When(pk__in=late(as_of), then=Value(CoverageState.OVERDUE)),
        default=Value(CoverageState.IN_HAND),
    )
    return cycles.annotate(state=state)
