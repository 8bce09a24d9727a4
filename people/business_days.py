"""Business days and months: Japanese public holidays, weekends and the company's own days off (D16, D22)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays
from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of Japan in that year, substitutes and 国民の休日 included."""
    return frozenset(holidays.country_holidays("JP", years=year))


@cache
def holiday_names(year: int, language: str) -> dict[date, str]:
    """The public holidays of Japan in that year by name, in Japanese or English, in their order."""
    found = holidays.country_holidays("JP", years=year, language="en_US" if language == "en" else "ja")
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class BusinessCalendar:
    """Which days the company works.

    yearly_days_off: (month, day) of every year; single_days_off: dates. Public holidays and weekends are always off.
    """

    yearly_days_off: frozenset[tuple[int, int]] = frozenset()
    single_days_off: frozenset[date] = frozenset()
    _known: dict[date, bool] = field(default_factory=dict, compare=False, repr=False)

    def is_business_day(self, day: date) -> bool:
        """Whether the company works on that day."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._works_on(day)
        return known

    def _works_on(self, day: date) -> bool:
        if day.weekday() >= 5 or day in self.single_days_off or (day.month, day.day) in self.yearly_days_off:
            return False
        return day not in public_holidays(day.year)

    def on_or_after(self, day: date) -> date:
        """That day if it is a business day, else the next one."""
        while not self.is_business_day(day):
            day += DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The count-th business day after (count < 0: before) that day; count 0 is the day itself, worked or not."""
        step = DAY if count >= 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_business_day(day):
                day += step
        return day

    def from_day(self, day: date) -> Iterator[date]:
        """All business days from that day on, without end."""
        while True:
            day = self.on_or_after(day)
            yield day
            day += DAY

    def next_days(self, day: date, count: int) -> list[date]:
        """The first count business days from that day on."""
        days = self.from_day(day)
        return [next(days) for _ in range(count)]


def calendar_of(company_days: Iterable[tuple[int | None, int, int]]) -> BusinessCalendar:
    """The calendar of (year or None for every year, month, day) rows."""
    rows = list(company_days)
    return BusinessCalendar(
        yearly_days_off=frozenset((month, day) for year, month, day in rows if year is None),
        single_days_off=frozenset(date(year, month, day) for year, month, day in rows if year is not None),
    )


@lru_cache(maxsize=4096)
def add_months(day: date, months: int) -> date:
    """Calendar months with month ends clipped: 31 Jan + 1 = 28 or 29 Feb. Always add to the anchor, never chain."""
    return day + relativedelta(months=months)


def latest_day_due_by(as_of: date, value: int, unit: str) -> date:
    """The newest day whose age is at least value units on as_of: the one literal cut-off of a rule (D22).

    unit is day, week or month. 28 Feb 2025 and 1 month give 31 Jan, for 31 Jan + 1 month is clipped to 28 Feb.
    """
    if unit != "month":
        return as_of - timedelta(days=value * (7 if unit == "week" else 1))
    newest = add_months(as_of, -value)
    while add_months(newest + DAY, value) <= as_of:
        newest += DAY
    return newest


def add_units(day: date, value: int, unit: str) -> date:
    """day + value days, weeks or calendar months (month ends clipped)."""
    if unit == "month":
        return add_months(day, value)
    return day + timedelta(days=value * (7 if unit == "week" else 1))
