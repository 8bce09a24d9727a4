"""Would the rule have been right? Its limit held against the last 90 days of history (P5, wireframe 8)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from activities.models import Activity
from deals.models import Deal, DealEvent, FollowUpCycle
from deals.states import DealEventKind
from followups.rules.limits import Limit
from followups.rules.spec import RuleSpec
from followups.states import Basis
from people.business_days import DAY

TESTED = timedelta(days=90)
ANSWER = timedelta(days=14)  # who answers within them would have answered anyway

Days = Mapping[int, Sequence[date]]


@dataclass(frozen=True, slots=True)
class Found:
    """A deal that reached the limit on `on`. answered_on: the first response in the fourteen days after it, or None."""

    deal_id: int
    on: date
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class BackTest:
    """What the rule would have found from first to last; every day of it has been followed by fourteen others."""

    first_on: date
    last_on: date
    found: Sequence[Found]

    @property
    def early(self) -> list[Found]:
        """Found too early: the customer answered anyway."""
        return [one for one in self.found if one.answered_on]

    @property
    def rate(self) -> float | None:
        """Share of too early in percent; None without any."""
        return round(100 * len(self.early) / len(self.found), 1) if self.found else None


def backtest(rule: RuleSpec, as_of: date) -> BackTest:
    """Hold the limit against what was recorded; five queries, six where products have limits of their own.

    A deal is judged by its status on that day where its history tells it, else by today's, and left out while another
    rule or a person had it in follow-up. Promises and exemptions of the past are not looked at.
    """
    last_on = as_of - ANSWER
    first_on = last_on - TESTED + DAY
    starts = _starts(rule, as_of)
    limits = _limits(rule, starts)
    reached = [(pk, on) for pk, days in starts.items() for on in _reached(limits[pk], days, first_on, last_on)]
    candidates = {pk for pk, _on in reached}
    statuses, busy = _statuses(candidates), _busy(candidates, rule.code)
    standing = [
        (pk, on) for pk, on in reached
        if statuses.on(pk, on) in rule.statuses and not any(a < on and (b is None or b >= on) for a, b in busy[pk])
    ]  # fmt: skip
    answers = _answers({pk for pk, _on in standing}, first_on, as_of)
    found = [Found(pk, on, _first_within(answers.get(pk, ()), on)) for pk, on in standing]
    return BackTest(first_on, last_on, sorted(found, key=lambda one: (one.on, one.deal_id)))


def _starts(rule: RuleSpec, as_of: date) -> Days:
    """The days from which the clock of each deal ran, in their order."""
    oldest = min(rule.cutoffs(as_of - ANSWER - TESTED)) - DAY
    if rule.basis == Basis.STATUS_DWELL:
        moves = DealEvent.objects.filter(kind=DealEventKind.STATUS, happened_on__range=(oldest, as_of))
        rows: Any = moves.order_by().values_list("deal_id", "happened_on")
    else:
        touches = Activity.objects.contacts() if rule.basis == Basis.NO_ACTIVITY else Activity.objects.responses()
        rows = touches.filter(deal__isnull=False, occurred_on__range=(oldest, as_of)).order_by()
        rows = rows.values_list("deal_id", "occurred_on").distinct()
    days: defaultdict[int, set[date]] = defaultdict(set)
    for pk, day in rows:
        days[pk].add(day)
    column = {Basis.NO_ACTIVITY: "last_contact_on", Basis.NO_RESPONSE: "last_response_on"}.get(Basis(rule.basis))
    silent = Deal.objects.filter(status__in=rule.statuses, status_entered_on__gte=oldest)
    silent = silent.filter(**{f"{column}__isnull": True}) if column else silent
    for pk, day in silent.order_by().values_list("pk", "status_entered_on"):
        days[pk].add(day)
    return {pk: sorted(found) for pk, found in days.items()}


def _limits(rule: RuleSpec, ids: Collection[int]) -> Mapping[int, Limit]:
    """The limit of each deal; asks for the products only where they differ."""
    if not rule.product_limits:
        return dict.fromkeys(ids, rule.own)
    products = Deal.objects.filter(pk__among=ids).order_by().values_list("pk", "product")
    return {pk: rule.limit_of(product) for pk, product in products}


def _reached(limit: Limit, days: Sequence[date], first_on: date, last_on: date) -> Iterator[date]:
    for n, day in enumerate(days):
        on = limit.reached_on(day)
        following = days[n + 1] if n + 1 < len(days) else None
        if first_on <= on <= last_on and (following is None or following > on):
            yield on


@dataclass(frozen=True, slots=True)
class _Statuses:
    """The statuses of deals over time: changes by day, and today's."""

    moves: Mapping[int, Sequence[tuple[date, str, str]]]
    today: Mapping[int, str]

    def on(self, pk: int, day: date) -> str:
        """The status with which the deal went into that day."""
        moves = self.moves.get(pk, ())
        before = bisect_right(moves, day - DAY, key=lambda move: move[0])
        if before:
            return moves[before - 1][2]
        return moves[0][1] if moves else self.today[pk]


def _statuses(ids: Collection[int]) -> _Statuses:
    moves: defaultdict[int, list[tuple[date, str, str]]] = defaultdict(list)
    events = DealEvent.objects.filter(kind=DealEventKind.STATUS, deal__among=ids).order_by("happened_on", "id")
    for pk, day, was, is_now in events.values_list("deal_id", "happened_on", "from_status", "to_status"):
        moves[pk].append((day, was, is_now))
    return _Statuses(moves, dict(Deal.objects.filter(pk__among=ids).order_by().values_list("pk", "status")))


def _busy(ids: Collection[int], code: str) -> defaultdict[int, list[tuple[date, date | None]]]:
    """From when to when each deal was in a follow-up that this rule did not begin."""
    spans: defaultdict[int, list[tuple[date, date | None]]] = defaultdict(list)
    cycles = FollowUpCycle.objects.filter(deal__among=ids).exclude(rule_code=code).order_by()
    for pk, begun_on, ended_on in cycles.values_list("deal_id", "entered_on", "ended_on"):
        spans[pk].append((begun_on, ended_on))
    return spans


def _answers(ids: Collection[int], first_on: date, as_of: date) -> Days:
    days: defaultdict[int, list[date]] = defaultdict(list)
    answers = Activity.objects.responses().filter(deal__among=ids, occurred_on__range=(first_on, as_of))
    for pk, day in answers.order_by("occurred_on").values_list("deal_id", "occurred_on"):
        days[pk or 0].append(day)
    return days


def _first_within(days: Sequence[date], on: date) -> date | None:
    return next((day for day in days if on < day <= on + ANSWER), None)
