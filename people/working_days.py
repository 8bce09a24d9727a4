"""The business calendar in force."""

from people.business_days import BusinessCalendar, calendar_of
from people.models import CompanyHoliday
from people.read_once import read_once


def load_calendar() -> BusinessCalendar:
    """Weekends, public holidays and the company's own days off; one query."""
    return calendar_of(
        read_once("company holidays", lambda: list(CompanyHoliday.objects.values_list("year", "month", "day")))
    )
