"""Follow-ups told by the month in which they began: how many, and how many came back within how many days."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from dashboards.reports import Asked
from dashboards.reports.dimensions import Grain
from dashboards.reports.reopportunity import DIMENSIONS, is_mature, is_so_soon, matures_on, steps
from dashboards.reports.report import rate
from people.business_days import add_months


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


def groups_of(follow_ups: QuerySet[Any], asked: Asked, days: int) -> list[Group]:
    """The follow-ups of the question's period, by one query that looks once at when each came back."""
    rows = asked.narrow(follow_ups, DIMENSIONS, "entered_on").order_by().annotate(month=TruncMonth("entered_on"))
    keys = rows.values_list("month", "kind", "reason__code", "change_trigger", "waited")
    tallies: defaultdict[tuple[date, str, str | None, str], Tally] = defaultdict(Tally)
    for *key, waited, number in keys.annotate(number=Count("pk")):
        tallies[tuple(key)] += _tally(waited, number, days)
    return [
        Group(month=month, kind=kind, reason=reason, trigger=trigger, tally=tally)
        for (month, kind, reason, trigger), tally in tallies.items()
    ]


def _tally(waited: timedelta | None, number: int, days: int) -> Tally:
    """So many that came back after so long; None: not so far."""
    if waited is None:
        return Tally(number, (0,) * len(steps(days)))
    return Tally(number, tuple(number if is_so_soon(waited, step) else 0 for step in steps(days)), number)


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
