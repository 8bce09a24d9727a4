"""The business calendar in force."""

from typing import Any

from people.business_days import BusinessCalendar, calendar_of
from people.models import CompanyHoliday
from people.prepared import prepared
from people.read_once import read_once


@prepared
def _days_off() -> Any:
    return CompanyHoliday.objects.values_list("year", "month", "day")


def load_calendar() -> BusinessCalendar:
    """Weekends, public holidays and the company's own days off; one query."""
    return calendar_of(read_once("company holidays", _days_off))
