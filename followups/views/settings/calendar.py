"""The year as the company works it: weekends, public holidays and the company's own days off."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from followups.rights import pages_open_to
from people.business_days import BusinessCalendar, calendar_of, holiday_names
from people.http import Request
from people.models import CompanyHoliday

FIRST_YEAR, LAST_YEAR = 2000, 2099

Names = dict[date, str]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the year. kind: work, weekend, holiday, company; '' outside the month."""

    on: date
    kind: str
    name: str


def calendar(request: Request) -> HttpResponse:
    """On which days of this year does the company not work?"""
    year = _year(request.GET.get("year", ""))
    company = list(CompanyHoliday.objects.all())
    ours = {date(row.year or year, row.month, row.day): row.name for row in company if _falls_in(row, year)}
    public = holiday_names(year, get_language() or "ja")
    works = calendar_of((row.year, row.month, row.day) for row in company)
    off = [(on, name, "holiday") for on, name in public.items()] + [(on, name, "company") for on, name in ours.items()]
    context = {
        "year": year,
        "before": max(year - 1, FIRST_YEAR),
        "after": min(year + 1, LAST_YEAR),
        "months": [(date(year, month, 1), _weeks(year, month, works, public, ours)) for month in range(1, 13)],
        "off": sorted(off),
        "rights": pages_open_to(request.user),
    }
    return render(request, "settings/calendar.html", context)


def _weeks(year: int, month: int, works: BusinessCalendar, public: Names, ours: Names) -> list[list[Day]]:
    def day(moment: date) -> Day:
        if moment.month != month:
            return Day(moment, "", "")
        kind = "holiday" if moment in public else "company" if moment in ours else "weekend"
        name = public.get(moment) or ours.get(moment, "")
        return Day(moment, "work" if works.is_business_day(moment) else kind, name)

    return [[day(moment) for moment in week] for week in Calendar(firstweekday=0).monthdatescalendar(year, month)]


def _falls_in(row: CompanyHoliday, year: int) -> bool:
    if row.year not in (None, year):
        return False
    try:
        date(year, row.month, row.day)
    except ValueError:  # 29 February of a common year
        return False
    return True


def _year(asked: str) -> int:
    known = asked.isdecimal() and FIRST_YEAR <= int(asked[:5]) <= LAST_YEAR
    return int(asked) if known and len(asked) == 4 else timezone.localdate().year
