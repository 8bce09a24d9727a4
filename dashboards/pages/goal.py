"""How far a month's target is reached, by business days; and what a short week would need (S4-19)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from dashboards.reports import Asked
from dashboards.spans import Span, month_of
from people.business_days import DAY, BusinessCalendar
from people.models import Target
from people.states import TargetMetric

WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class ShortWeek:
    """A week with holidays. even: the target split evenly over weeks; by_days: over business days."""

    days: int
    even: float
    by_days: float
    a_day: float  # what a usual business day needs
    needed: float  # what a day of this week needs if weeks are split evenly

    @property
    def factor(self) -> float:
        return self.needed / self.a_day


@dataclass(frozen=True, slots=True)
class Goal:
    """A month's target and what was reached by the day; days are business days."""

    target: int
    reached: int
    days_gone: int
    days: int
    short_week: ShortWeek | None

    @property
    def expected(self) -> float:
        """What would be reached by now if each business day brought the same."""
        return self.target * self.days_gone / self.days if self.days else self.target

    @property
    def progress(self) -> float | None:
        """Percent of what is expected by now; None before the first business day."""
        return 100 * self.reached / self.expected if self.expected else None


def goal_of(asked: Asked, span: Span, reached: int) -> Goal | None:
    """The appointments of the month against the targets of the people asked for.

    None without a target, for another period than days of one month, and by source, which has no targets.
    """
    if not span.is_within_a_month or "source" in asked.where:
        return None
    target = _target(asked, span.first_on.replace(day=1))
    if not target:
        return None
    month, calendar = month_of(span.first_on), asked.calendar
    days = _business_days(calendar, month)
    gone = _business_days(calendar, Span(month.first_on, span.last_on))
    return Goal(target, reached, gone, days, _short_week(target, days, span.last_on, calendar))


def _target(asked: Asked, month_on: date) -> int:
    names = {"user": "user__name", "team": "user__team__name"}
    whose = {names[name]: key or None for name, key in asked.where.items() if name in names}
    rows = Target.objects.filter(month_on=month_on, metric=TargetMetric.APPOINTMENTS, **whose)
    return rows.aggregate(value=Sum("value"))["value"] or 0


def _business_days(calendar: BusinessCalendar, span: Span) -> int:
    length = (span.last_on - span.first_on).days + 1
    return sum(calendar.is_business_day(span.first_on + timedelta(days=n)) for n in range(length))


def _short_week(target: int, days: int, on: date, calendar: BusinessCalendar) -> ShortWeek | None:
    """The week of that day, where it has fewer than five business days but not none."""
    monday = on - DAY * on.weekday()
    worked = _business_days(calendar, Span(monday, monday + DAY * 6))
    if not 0 < worked < WEEKDAYS or not days:
        return None
    a_day = target / days
    return ShortWeek(worked, a_day * WEEKDAYS, a_day * worked, a_day, a_day * WEEKDAYS / worked)
