"""Roles, team, caps and targets of a person keep what they were, with who changed them and when."""

from datetime import date

import pytest
from django.urls import reverse

from people.actions import add_roles, edit_people, set_roles
from people.histories import changes_of
from people.models import RoleGrant, Target, WeekdayCap
from people.records import Edit
from people.states import Role
from people.workloads import copy_targets, set_targets, set_working_caps
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = date(2025, 10, 1), date(2025, 11, 1)


@pytest.fixture
def admin():
    return UserFactory(admin=True, name="山口 亮")


@pytest.fixture
def person(admin):
    user = UserFactory(name="佐藤 美咲")
    edit_people([Edit(user.pk, {"kana": "サトウ ミサキ"})], by=admin)  # the factory writes no history
    return user


def said(person) -> list[tuple[str, str, str]]:
    """From the oldest to the newest."""
    return [(change.what, change.before, change.after) for change in reversed(changes_of(person))]


def test_a_role_given_and_taken_is_kept_with_who_did_it(person, admin):
    set_roles(person, [Role.IS, Role.FS], by=admin)
    set_roles(person, [Role.FS], by=None)
    newest = changes_of(person)[0]
    assert (newest.before, newest.after, newest.by) == ("インサイドセールス", "", None)
    assert {change.after for change in changes_of(person) if change.by == admin} == {
        "インサイドセールス",
        "フィールドセールス",
    }


def test_a_role_that_is_held_already_is_no_change(person, admin):
    for _ in range(2):
        add_roles([(person.pk, Role.IS)], by=admin)
        set_roles(person, [Role.IS], by=admin)
    assert RoleGrant.history.filter(user=person).count() == 1


def test_team_and_caps_say_what_they_were(person, admin):
    east, west = TeamFactory(name="東日本"), TeamFactory(name="西日本")
    for team in (east, west):
        edit_people([Edit(person.pk, {"team": team})], by=admin)
    set_working_caps(person, todo_cap=8, deal_cap=25, weekdays={0: 4}, by=admin)
    set_working_caps(person, todo_cap=8, deal_cap=25, weekdays={0: 6, 4: 0}, by=admin)
    set_working_caps(person, todo_cap=8, deal_cap=None, weekdays={}, by=admin)
    assert said(person) == [
        ("チーム", "", "東日本"),
        ("チーム", "東日本", "西日本"),
        ("保有商談", "", "25"),
        ("1日のToDo", "", "8"),
        ("1日のToDo数(月曜日)", "", "4"),
        ("1日のToDo数(月曜日)", "4", "6"),
        ("1日のToDo数(金曜日)", "", "0"),
        ("保有商談", "25", ""),
        ("1日のToDo数(月曜日)", "6", ""),
        ("1日のToDo数(金曜日)", "0", ""),
    ]
    assert not WeekdayCap.objects.exists()


def test_targets_say_month_and_figure_and_the_same_number_is_no_change(person, admin):
    key = (person.pk, "appointments")
    set_targets(OCTOBER, {key: (None, 10)}, by=admin)
    set_targets(OCTOBER, {key: (10, 10)}, by=admin)
    set_targets(OCTOBER, {key: (10, 12)}, by=admin)
    assert copy_targets(NOVEMBER, by=admin) == 1
    set_targets(OCTOBER, {key: (12, None)}, by=admin)
    assert [(what.split(" ")[1], before, after) for what, before, after in said(person)] == [
        ("2025/10", "", "10"),
        ("2025/10", "10", "12"),
        ("2025/11", "", "12"),
        ("2025/10", "12", ""),
    ]
    assert Target.objects.get().month_on == NOVEMBER


def test_the_page_of_the_person_shows_it(client, person, admin):
    client.force_login(admin)
    set_roles(person, [Role.IS], by=admin)
    page = client.get(reverse("settings:person_edit", args=[person.pk])).content.decode()
    assert "変更の履歴" in page
    assert "山口 亮" in page


@pytest.mark.parametrize("times", [1, 20])
def test_it_asks_as_often_for_many_changes_as_for_one(person, admin, times, django_assert_num_queries):
    for n in range(times):
        set_working_caps(person, todo_cap=n + 1, deal_cap=None, weekdays={1: n + 1}, by=admin)
    with django_assert_num_queries(5):
        assert len(changes_of(person)) == times * 2
