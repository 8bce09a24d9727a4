"""Short runs of business days beside long runs of days off (S4-01)."""

from datetime import date

import pytest

from people.bridges import bridges
from people.business_days import BusinessCalendar, calendar_of

JAPAN = BusinessCalendar()


def test_silver_week_2020_leaves_three_business_days():
    assert bridges(JAPAN, date(2020, 9, 1), date(2020, 9, 30)) == [(date(2020, 9, 23), date(2020, 9, 25))]


def test_an_ordinary_month_has_none():
    assert bridges(JAPAN, date(2025, 6, 1), date(2025, 6, 30)) == []


def test_four_business_days_are_no_bridge():
    """Saturday to Monday, 21 to 23 November 2026, are off; Tuesday to Friday are four days."""
    assert bridges(JAPAN, date(2026, 11, 21), date(2026, 11, 29)) == []


def test_two_days_off_are_too_few():
    """Tuesday, 3 November 2026, is off: Wednesday to Friday lie between one and two days off."""
    assert bridges(JAPAN, date(2026, 11, 1), date(2026, 11, 8)) == []


@pytest.mark.parametrize(
    ("first_on", "found"),
    [(date(2026, 9, 24), [(date(2026, 9, 24), date(2026, 9, 25))]), (date(2026, 9, 25), [])],
)
def test_it_belongs_to_the_period_in_which_it_begins(first_on, found):
    assert bridges(JAPAN, first_on, date(2026, 9, 30)) == found


def test_the_companys_own_days_off_count():
    own = calendar_of([(2025, 6, 9), (None, 6, 10)])
    assert bridges(own, date(2025, 6, 1), date(2025, 6, 30)) == [(date(2025, 6, 11), date(2025, 6, 13))]
