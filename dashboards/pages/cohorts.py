"""Follow-ups told by the month in which they began: how many, and how many came back within how many days."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache, reduce
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth

from dashboards.reports import Asked
from dashboards.reports.dimensions import Grain
from dashboards.reports.reopportunity import COMBINED, DIMENSIONS, is_mature, matures_on, steps
from dashboards.reports.report import rate
from followups.cohort_days import cohort_rows, kept_cohorts, uncounted_cohorts
from people.business_days import add_months
from people.composed import composed_once, rows_of
from people.prepared import prepared


@dataclass(frozen=True, slots=True)
class Tally:
    """How many began; how many of them came back within each step (the window last); how many so far."""

    began: int = 0
    hits: tuple[int, ...] = ()
    ever: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        hits = tuple(map(sum, zip(self.hits, other.hits, strict=True))) if self.hits and other.hits else None
        return Tally(self.began + other.began, hits or self.hits or other.hits, self.ever + other.ever)

    @property
    def numerator(self) -> int:
        """Came back within the window."""
        return self.hits[-1] if self.hits else 0

    @property
    def rate(self) -> float | None:
        """In percent of those that began; None where none did."""
        return rate(self.numerator, self.began)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What began in one month with the same kind, lost reason and change trigger."""

    month: date
    kind: str
    reason: str | None
    trigger: str
    tally: Tally


def summed(groups: Iterable[Group]) -> Tally:
    """All of them together."""
    return reduce(Tally.__add__, (group.tally for group in groups), Tally())


def groups_of(view: str, beside: Collection[str], asked: Asked, days: int) -> tuple[list[Group], list[Group]]:
    """The follow-ups of the view, and the cycles of the kinds `beside`, of the question's period; two queries.

    What is narrowed to nobody in particular comes from the counts per day, with the rows of days that have changed.
    """
    tallies: defaultdict[tuple[bool, date, str, str | None, str], Tally] = defaultdict(Tally)
    for *key, waited, number in _sources(view, beside, asked, days):
        tallies[tuple(key)] += _tally(waited, number, days)
    groups = {
        key: Group(month=key[1], kind=key[2], reason=key[3], trigger=key[4], tally=tally)
        for key, tally in tallies.items()
    }
    is_chain = view == COMBINED
    chosen = [group for key, group in groups.items() if key[0] == is_chain and (is_chain or group.kind == view)]
    return chosen, [group for key, group in groups.items() if not key[0] and group.kind in beside]


def _sources(view: str, beside: Collection[str], asked: Asked, days: int) -> list[tuple[Any, ...]]:
    """is_chain, month, kind, reason, change trigger, waited and number; two queries."""
    kinds = tuple(sorted({*beside} if view == COMBINED else {*beside, view}))
    if asked.where:
        return _narrowed(kinds, view == COMBINED, asked)()
    assert asked.first_on and asked.last_on  # the page always has a period
    first_on, last_on = asked.first_on, min(asked.last_on, asked.as_of)
    uncounted = uncounted_cohorts(first_on, last_on, asked.as_of)
    asking = _everybodys(kinds, view == COMBINED, days)
    if len(uncounted) == (last_on - first_on).days + 1:
        return asking(first_on, last_on, asked.as_of, None)
    return asking(first_on, last_on, asked.as_of if uncounted else None, _evened(uncounted))


def _evened(days: list[date]) -> list[date]:
    """The same days, the last one as often as it takes for lists of few lengths: each is composed once."""
    return days + days[-1:] * ((1 << (len(days) - 1).bit_length()) - len(days)) if days else days


@composed_once
def _narrowed(kinds: tuple[str, ...], is_combined: bool, asked: Asked) -> Callable[[], list[Any]]:
    sorts = _sorts(kinds, is_combined)
    return rows_of(_united(
        _live(asked.narrow(rows, DIMENSIONS, "entered_on"), is_chain)
        for is_chain, of_sort in sorts.items()
        for rows in [cohort_rows(asked.as_of, is_chain=is_chain).filter(of_sort)]
    ))  # fmt: skip


@lru_cache(maxsize=32)
def _everybodys(kinds: tuple[str, ...], is_combined: bool, days: int) -> prepared:
    """The same of everybody, for a period and as of a day, which no counted day needs.

    uncounted: the days that are read from the rows; None: that is all of them.
    """
    sorts = _sorts(kinds, is_combined)

    def sources(first_on: date, last_on: date, as_of: date | None, uncounted: list[date] | None) -> QuerySet[Any]:
        kept, live = [], []
        of_days = Q(entered_on__range=(first_on, last_on)) if uncounted is None else Q(entered_on__in=uncounted)
        for is_chain, of_sort in sorts.items():
            if uncounted is not None:
                kept.append(_kept(kept_cohorts(first_on, last_on, uncounted).filter(of_sort, is_chain=is_chain), days))
            if as_of is not None:
                live.append(_live(cohort_rows(as_of, is_chain=is_chain).filter(of_sort, of_days), is_chain))
        return _united([*kept, *live])

    return prepared(sources)


def _sorts(kinds: tuple[str, ...], is_combined: bool) -> dict[bool, Q]:
    """What is counted of cycles by themselves (False) and, where both kinds are looked at as one, of chains (True)."""
    return {False: Q(kind__in=kinds)} | ({True: Q()} if is_combined else {})


def _united(sources: Iterable[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = sources
    return first.union(*others, all=True)


_KEYS = ("is_chain", "month", "kind", "reason__code", "change_trigger")


def _kept(counts: QuerySet[Any], days: int) -> QuerySet[Any]:
    """What the counts say; within which step stands for after how many days."""
    within = [When(waited__lte=step, then=Value(step)) for step in steps(days)]
    late = When(waited__isnull=False, then=Value(days + 1))
    told = counts.order_by().annotate(month=TruncMonth("began_on"), within=Case(*within, late, default=None))
    numbers: QuerySet[Any] = told.values_list(*_KEYS, "within").annotate(number=Sum("rows"))
    return numbers


def _live(rows: QuerySet[Any], is_chain: bool) -> QuerySet[Any]:
    """What the rows say."""
    told = rows.order_by().annotate(month=TruncMonth("entered_on"), is_chain=Value(is_chain))
    numbers: QuerySet[Any] = told.values_list(*_KEYS, "waited").annotate(number=Count("pk"))
    return numbers


def _tally(waited: int | None, number: int, days: int) -> Tally:
    """So many that came back after so many days; None: not so far."""
    if waited is None:
        return Tally(number, (0,) * len(steps(days)))
    return Tally(number, tuple(number if waited <= step else 0 for step in steps(days)), number)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which months are shown, and how they stand to the day, the window and the start of the program."""

    asked: Asked
    days: int
    started_on: date | None

    @property
    def months(self) -> list[date]:
        """The first days of the months of the period."""
        assert self.asked.first_on and self.asked.last_on  # the page always has a period
        first, months = self.asked.first_on.replace(day=1), []
        while first <= self.asked.last_on:
            months.append(first)
            first = add_months(first, 1)
        return months

    def is_mature(self, month: date) -> bool:
        """Whether all that began in the month has had the whole window."""
        return is_mature(last_day(month), self.days, self.asked.as_of)

    def matures_on(self, month: date) -> date:
        """The first day on which it is."""
        return matures_on(last_day(month), self.days)

    def is_before(self, month: date) -> bool:
        """Whether the month lies before that in which the program began."""
        return self.started_on is not None and month < self.started_on.replace(day=1)

    def is_counted(self, month: date) -> bool:
        """Whether the month stands in the headline: mature, and not before the program."""
        return self.is_mature(month) and not self.is_before(month)

    def baseline(self) -> Asked | None:
        """The question about the six months before the program; None without a program."""
        if self.started_on is None:
            return None
        start = self.started_on.replace(day=1)
        return self.asked.of_period(add_months(start, -6), start - timedelta(days=1))

    def of_month(self, month: date) -> Asked:
        """The question about one month, no longer than the period."""
        assert self.asked.first_on and self.asked.last_on
        return self.asked.of_period(max(month, self.asked.first_on), min(last_day(month), self.asked.last_on))

    def counted(self) -> Asked | None:
        """The question about the months of the headline, which follow one another; None where there is none."""
        found = [month for month in self.months if self.is_counted(month)]
        if not found:
            return None
        return self.asked.of_period(self.of_month(found[0]).first_on, self.of_month(found[-1]).last_on)

    def reach(self) -> Asked:
        """The question that holds the period and the baseline, so that both cost one query."""
        baseline = self.baseline()
        if baseline is None or baseline.first_on is None or self.asked.first_on is None:
            return self.asked
        return replace(self.asked, first_on=min(baseline.first_on, self.asked.first_on))


def last_day(month: date) -> date:
    """Of the month that begins on that day."""
    return Grain.MONTH.span(Grain.MONTH.key(month))[1]


def within_period(groups: Iterable[Group], asked: Asked | None) -> list[Group]:
    """The groups whose month lies in the question's period; none for None."""
    if asked is None or asked.first_on is None or asked.last_on is None:
        return []
    first = asked.first_on.replace(day=1)
    return [group for group in groups if first <= group.month <= asked.last_on]
