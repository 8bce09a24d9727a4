"""What stands on 期末確認, and its notice on 本日の要確認 ten business days before the period ends (SC-18)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from dashboards.addresses import records_url
from dashboards.figures import Figure, count_of
from dashboards.reports import Asked, Report, answer
from dashboards.reports.dimensions import Dimension
from dashboards.reports.period_end import DIMENSIONS, of_quarter
from dashboards.spans import days_holding
from deals.models import Deal
from followups.lists import deal_rows
from people.business_days import DAY
from people.composed import rows_of
from people.prepared import prepared

ASKED: dict[str, Dimension] = {name: DIMENSIONS[name] for name in ("team", "user")}
NOTICE_BUSINESS_DAYS = 10
NOTICE_DAYS = timedelta(days=31)  # ten business days are never longer, so that the calendar is asked only near the end
ROWS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """The first rows of a report, its number, and where all of them are."""

    figure: Figure
    deals: Sequence[Deal]

    @property
    def more(self) -> int:
        """How many rows are not shown."""
        return int(self.figure.value or 0) - len(self.deals)


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """The period, what was forgotten in it, and the exemptions that end with it."""

    first_on: date
    last_on: date
    forgotten: Listed
    expiring: Listed


@dataclass(frozen=True, slots=True)
class Notice:
    """What 本日の要確認 says when the end is near."""

    last_on: date
    business_days: int
    count: int
    url: str


def period_end(asked: Asked) -> PeriodEnd:
    """The page for that period, the fiscal quarter of the day where none is given."""
    asked = of_quarter(asked)
    assert asked.first_on and asked.last_on  # of_quarter gives both
    return PeriodEnd(asked.first_on, asked.last_on, _forgotten(asked), _expiring(asked))


def _forgotten(asked: Asked) -> Listed:
    """Those that have been longest in their status first; looked for on the days that the counts name."""
    report, days = answer("period_end", asked), _by_day(asked)
    found = days_holding(days, 0, ROWS_SHOWN)
    span = found and found[0]
    first = report.rows.filter(status_entered_on__range=(span.first_on, span.last_on)) if span else report.rows.none()
    return _listed(report, "status_entered_on", first, sum(days.values()), span)


def _expiring(asked: Asked) -> Listed:
    report = answer("expiring_exemptions", asked)
    return _listed(report, "exempt_until", report.rows, report.total, None)


def _by_day(asked: Asked) -> dict[date, int]:
    """How many of the forgotten have been in their status since which day."""
    report = answer("period_end", asked)
    rows = report.rows.order_by().values_list("status_entered_on")
    return dict(report.asked_once("days", lambda: report.counts_of(rows.annotate(n=Count("pk")))))


def _listed(report: Report, order: str, rows: QuerySet[Any], total: int, key: Hashable) -> Listed:
    """The first of these rows with their deals. order: the column they are ordered by, which each deal comes with.

    key: what the rows are narrowed by besides the report.
    """
    found = report.asked_once(("listed", key), lambda: rows_of(_first(rows, order)))
    known = {deal.pk: deal for deal in _deals([pk for pk, _value in found])}
    there = [(known[pk], value) for pk, value in found if pk in known]  # one may be deleted at this moment
    for deal, value in there:
        setattr(deal, order, value)
    return Listed(count_of(report, total=total), [deal for deal, _value in there])


def _first(rows: QuerySet[Any], order: str) -> QuerySet[Any]:
    first: QuerySet[Any] = rows.order_by(order, "id").values_list("pk", order)[:ROWS_SHOWN]
    return first


@prepared
def _deals(ids: list[int]) -> Any:
    return deal_rows(Deal.objects.filter(pk__in=ids))


def notice(as_of: date) -> Notice | None:
    """From ten business days before the end of the fiscal quarter, if anything is forgotten; None otherwise."""
    asked = of_quarter(Asked(as_of=as_of))
    assert asked.last_on  # of_quarter gives both
    if asked.last_on - as_of > NOTICE_DAYS:
        return None
    left = business_days_left(asked, asked.last_on)
    count = sum(_by_day(asked).values()) if left <= NOTICE_BUSINESS_DAYS else 0
    return Notice(asked.last_on, left, count, records_url("period_end", asked)) if count else None


def business_days_left(asked: Asked, last_on: date) -> int:
    """Business days from the day to the last one, both included."""
    days = (asked.as_of + n * DAY for n in range((last_on - asked.as_of).days + 1))
    return sum(asked.calendar.is_business_day(day) for day in days)
