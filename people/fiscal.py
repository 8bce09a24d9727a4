"""Our own fiscal year and its quarters: 期 (S2-33)."""

from datetime import date, timedelta

from people.bridges import Span
from people.business_days import add_months
from people.models import Threshold
from people.states import ThresholdCode

QUARTER_MONTHS = 3


def fiscal_quarter(day: date) -> Span:
    """First and last day of the quarter that holds the day, by the first month of the fiscal year in force."""
    return quarter_of(day, Threshold.objects.in_force()[ThresholdCode.FISCAL_START_MONTH])


def quarter_of(day: date, start_month: int) -> Span:
    """The same for a fiscal year that begins in that month (1 to 12)."""
    months_in = (day.month - start_month) % QUARTER_MONTHS
    first_on = add_months(day.replace(day=1), -months_in)
    return first_on, add_months(first_on, QUARTER_MONTHS) - timedelta(days=1)
