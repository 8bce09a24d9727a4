"""上限超過: people times days that hold more than fits; the same as the map of the loads says (M-06)."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from dashboards.pages.load_map import load_map
from dashboards.records import sheet_of
from dashboards.reports import Asked, answer
from people.models import Absence, WeekdayCap
from people.states import Role
from tests.dashboards.rows import lost, person, todo
from tests.dashboards.test_load_map import give
from tests.worlds import worlds

AS_OF = date(2025, 7, 31)  # a Thursday
FRIDAY = date(2025, 8, 1)
TENTH = date(2025, 8, 14)
ASKED = Asked(as_of=AS_OF)

pytestmark = pytest.mark.django_db


def days_over(**where):
    rows = answer("over_cap", Asked(as_of=AS_OF, where=where)).rows
    return [(row.assignee.name, row.load_on, row.held, row.cap) for row in sheet_of(rows).loaded(rows)]


@pytest.fixture
def staff():
    return person("佐藤", Role.IS, todo_cap=2)


@pytest.mark.parametrize(("count", "is_over"), [(2, False), (3, True), (5, True)])
def test_a_day_is_over_above_the_cap_and_is_one_row_however_far(staff, count, is_over):
    give(staff, FRIDAY, count)
    assert days_over() == ([("佐藤", FRIDAY, count, 2)] if is_over else [])


@pytest.mark.parametrize(("day", "is_near"), [(TENTH, True), (TENTH + timedelta(days=1), False)])
def test_ten_business_days_are_looked_at(staff, day, is_near):
    give(staff, day, 3)
    assert bool(days_over()) is is_near


def test_what_is_overdue_fills_today(staff):
    give(staff, date(2025, 7, 1), 2)
    give(staff, AS_OF)
    assert days_over() == [("佐藤", AS_OF, 3, 2)]


def test_a_day_away_holds_nothing_and_a_weekday_may_have_a_cap_of_its_own(staff):
    give(staff, FRIDAY)
    give(staff, date(2025, 8, 5), 2)
    assert days_over() == []
    Absence.objects.create(user=staff, starts_on=FRIDAY, ends_on=FRIDAY)
    WeekdayCap.objects.create(user=staff, weekday=1, cap=1)
    assert days_over() == [("佐藤", FRIDAY, 1, 0), ("佐藤", date(2025, 8, 5), 2, 1)]


@pytest.mark.parametrize(("roles", "cap"), [([Role.IS], 20), ([Role.FS], 8), ([Role.IS, Role.FS], 20), ([], 8)])
def test_without_a_cap_of_his_own_the_default_of_the_role_holds(roles, cap):
    give(person("鈴木", *roles), FRIDAY, cap + 1)
    assert days_over() == [("鈴木", FRIDAY, cap + 1, cap)]


def test_a_team_sees_its_own_people(staff):
    give(staff, FRIDAY, 3)
    other = person("東の人", Role.IS, team="東", todo_cap=0)
    give(other, FRIDAY)
    assert [name for name, *_rest in days_over(team="東")] == ["東の人"]


every_world = st.lists(
    st.fixed_dictionaries(
        {
            "roles": st.sampled_from([[Role.IS], [Role.FS], [Role.IS, Role.FS], []]),
            "cap": st.sampled_from([None, 0, 1, 2]),
            "weekday": st.sampled_from([None, (0, 0), (4, 3)]),
            "away": st.sampled_from([None, (0, 0), (1, 5)]),
            "todos": st.lists(st.integers(-5, 16), max_size=7),
        }
    ),
    max_size=3,
)


@worlds(40)
@given(world=every_world)
def test_it_agrees_with_the_map_of_the_loads(world):
    with transaction.atomic():
        for n, one in enumerate(world):
            owner = person(f"人{n}", *one["roles"], todo_cap=one["cap"])
            if one["weekday"]:
                WeekdayCap.objects.create(user=owner, weekday=one["weekday"][0], cap=one["weekday"][1])
            if one["away"]:
                first, last = (AS_OF + timedelta(days=days) for days in one["away"])
                Absence.objects.create(user=owner, starts_on=first, ends_on=last)
            for place, days in enumerate(one["todos"]):
                todo(lost(f"{n}-{place}", date(2025, 6, 2), date(2025, 12, 1)), AS_OF + timedelta(days=days), owner)
        cells = [(row.person.name, cell) for row in load_map(ASKED).rows for cell in row.cells]
        crowded = {(name, cell.at.day, cell.at.count) for name, cell in cells if cell.excess}
        found = days_over()
        assert {(name, day, held) for name, day, held, _cap in found} == crowded
        assert len(found) == len(crowded) == answer("over_cap", ASKED).total
        transaction.set_rollback(True)
