"""What a page of numbers is asked for stands in its address; what does not exist is left out and said."""

from datetime import date

import pytest
from django.http import QueryDict

from dashboards.filters import DashboardForm
from dashboards.reports.dimensions import competitor, listed_together, lost_reason, of_cycles, team
from tests.factories import TeamFactory

TODAY = date(2025, 7, 31)
JULY = date(2025, 7, 1), TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def east():
    return TeamFactory(name="東日本")


def form(query: str) -> DashboardForm:
    dimensions = {"team": team("deal__team"), "reason": lost_reason("reason"), "competitor": competitor()}
    return DashboardForm(QueryDict(query), dimensions, JULY)


def test_without_anything_in_the_address_it_is_today_and_the_pages_own_period():
    asked = form("").asked(TODAY)
    assert (asked.as_of, asked.first_on, asked.last_on, asked.where) == (TODAY, *JULY, {})


def test_the_address_narrows_by_keys_and_by_blanks(east):
    shown = form("team=東日本&reason=null&competitor=A社&as_of=2025-07-01&from=2025-06-01&to=2025-06-30")
    asked = shown.asked(TODAY)
    assert asked.where == {"team": "東日本", "reason": "", "competitor": "A社"}
    assert (asked.as_of, asked.first_on, asked.last_on) == (date(2025, 7, 1), date(2025, 6, 1), date(2025, 6, 30))
    assert not shown.is_outdated


@pytest.mark.parametrize(
    "query",
    [
        "team=解散した課",
        "reason=gone",
        "as_of=yesterday",
        "from=2025-13-01",
        "from=2025-07-10&to=2025-07-09",
        "to=2025-07-09",
    ],
)
def test_what_does_not_exist_is_left_out_and_said(query, east):
    shown = form(query)
    asked = shown.asked(TODAY)
    assert (asked.as_of, asked.first_on, asked.last_on, asked.where) == (TODAY, *JULY, {})
    assert shown.is_outdated


def test_ten_years_one_day_and_the_future_are_periods():
    for first, last in (("2015-01-01", "2025-01-01"), ("2025-07-31", "2025-07-31"), ("2030-01-01", "2030-12-31")):
        shown = form(f"from={first}&to={last}")
        asked = shown.asked(TODAY)
        assert (asked.first_on, asked.last_on) == (date.fromisoformat(first), date.fromisoformat(last))
        assert not shown.is_outdated


def test_the_period_before_is_as_long_and_ends_the_day_before():
    before = form("from=2025-07-10&to=2025-07-19").asked(TODAY).before()
    assert (before.first_on, before.last_on) == (date(2025, 6, 30), date(2025, 7, 9))


def test_all_keys_of_all_dimensions_are_read_by_one_query(east, django_assert_num_queries):
    with django_assert_num_queries(1):
        listed = listed_together(of_cycles())
    assert ("東日本", "東日本") in listed["team"]
    assert {"price", "competitor"} <= {key for key, _label in listed["reason"]}


def test_the_boxes_say_the_days_that_the_page_speaks_of():
    shown = form("to=2025-07-09")
    shown.asked(TODAY)
    assert [shown[name].value() for name in ("as_of", "from", "to")] == ["2025-07-31", "2025-07-01", "2025-07-31"]
    assert shown.is_outdated
