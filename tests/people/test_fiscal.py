"""The quarters of the fiscal year."""

from datetime import date

import pytest

from people.fiscal import fiscal_quarter, quarter_of
from people.models import Threshold
from people.states import ThresholdCode


@pytest.mark.parametrize(
    ("day", "start_month", "first_on", "last_on"),
    [
        (date(2025, 4, 1), 4, date(2025, 4, 1), date(2025, 6, 30)),
        (date(2025, 3, 31), 4, date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 12, 31), 4, date(2025, 10, 1), date(2025, 12, 31)),
        (date(2024, 2, 29), 3, date(2023, 12, 1), date(2024, 2, 29)),
        (date(2025, 1, 15), 12, date(2024, 12, 1), date(2025, 2, 28)),
        (date(2025, 7, 31), 2, date(2025, 5, 1), date(2025, 7, 31)),
    ],
)
def test_a_day_lies_in_the_quarter_that_the_first_month_makes(day, start_month, first_on, last_on):
    assert quarter_of(day, start_month) == (first_on, last_on)


@pytest.mark.django_db
def test_the_setting_in_force_decides():
    assert fiscal_quarter(date(2025, 7, 31))[0] == date(2025, 7, 1)
    Threshold.objects.create(code=ThresholdCode.FISCAL_START_MONTH, value=3)
    assert fiscal_quarter(date(2025, 7, 31))[0] == date(2025, 6, 1)
