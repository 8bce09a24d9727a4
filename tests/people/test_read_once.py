"""Settings are read once while a page is composed, and anew for the next."""

import pytest

from people.models import CompanyHoliday, Threshold
from people.read_once import reading_once
from people.states import ThresholdCode
from people.working_days import load_calendar
from tests.factories import TODAY

pytestmark = pytest.mark.django_db

GRACE = ThresholdCode.LEAK_GRACE_BUSINESS_DAYS


def test_inside_they_are_read_once(django_assert_num_queries):
    with reading_once(), django_assert_num_queries(2):
        for _ in range(3):
            Threshold.objects.in_force(), load_calendar()


def test_outside_they_are_read_each_time(django_assert_num_queries):
    with django_assert_num_queries(4):
        for _ in range(2):
            Threshold.objects.in_force(), load_calendar()


def test_a_changed_setting_holds_from_the_next_page_on():
    with reading_once():
        assert Threshold.objects.in_force()[GRACE] == 1
        assert load_calendar().is_business_day(TODAY)
    Threshold.objects.create(code=GRACE, value=3)
    CompanyHoliday.objects.create(year=TODAY.year, month=TODAY.month, day=TODAY.day, name="創立記念日")
    with reading_once():
        assert Threshold.objects.in_force()[GRACE] == 3
        assert not load_calendar().is_business_day(TODAY)


def test_what_one_reader_was_given_another_may_change_without_harm():
    with reading_once():
        Threshold.objects.in_force()[GRACE] = 9
        assert Threshold.objects.in_force()[GRACE] == 1
