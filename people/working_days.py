"""The business calendar in force."""

from people.business_days import BusinessCalendar, calendar_of
from people.models import CompanyHoliday


def load_calendar() -> BusinessCalendar:
    """Weekends, public holidays and the company's own days off; one query."""
    return calendar_of(CompanyHoliday.objects.values_list("year", "month", "day"))
