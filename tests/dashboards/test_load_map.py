"""The load of people by day, and what could move (M-06, S1-16)."""

from datetime import date

import pytest

from activities.models import CallProject, Todo
from dashboards.pages.load_map import PEOPLE_PER_PAGE, load_map
from dashboards.reports import Asked, answer
from people.models import Absence, CompanyHoliday, WeekdayCap
from people.states import Role
from tests.dashboards.rows import lost, person, todo

AS_OF = date(2025, 7, 31)  # a Thursday
FRIDAY, MONDAY = date(2025, 8, 1), date(2025, 8, 4)

pytestmark = pytest.mark.django_db


def give(owner, day, count=1, **fields):
    names = [f"{owner.name}{day}{n}" for n in range(count)]
    return [todo(lost(name, date(2025, 6, 2), date(2025, 12, 1)), day, owner, **fields) for name in names]


def row_of(name, **where):
    return next(row for row in load_map(Asked(as_of=AS_OF, where=where)).rows if row.person.name == name)


def counts_of(name):
    return [cell.at.count for cell in row_of(name).cells]


@pytest.fixture
def staff():
    return person("佐藤", Role.IS, todo_cap=3)


def test_the_map_shows_ten_business_days_and_counts_what_is_overdue_today(staff):
    give(staff, date(2025, 7, 1), 2)
    give(staff, AS_OF)
    give(staff, MONDAY, 2)
    give(staff, date(2025, 8, 15))

    row = row_of("佐藤")
    assert [cell.at.day.day for cell in row.cells] == [31, 1, 4, 5, 6, 7, 8, 12, 13, 14]  # 8/11 is Mountain Day
    assert counts_of("佐藤") == [3, 0, 2, 0, 0, 0, 0, 0, 0, 0]
    assert (row.total, row.free) == (5, 25)


@pytest.mark.parametrize(
    ("count", "state", "excess"), [(0, "h0", 0), (1, "h1", 0), (2, "h2", 0), (3, "full", 0), (4, "over", 1)]
)
def test_a_day_turns_amber_at_the_cap_and_red_above_it(staff, count, state, excess):
    give(staff, FRIDAY, count)
    cell = row_of("佐藤").cells[1]
    assert (cell.tint, cell.excess) == (state, excess)


def test_a_weekday_may_have_a_cap_of_its_own(staff):
    WeekdayCap.objects.create(user=staff, weekday=FRIDAY.weekday(), cap=1)
    give(staff, FRIDAY, 2)
    give(staff, MONDAY, 2)
    assert [(cell.at.cap, cell.excess) for cell in row_of("佐藤").cells[1:3]] == [(1, 1), (3, 0)]


def test_on_a_day_away_every_todo_is_too_much(staff):
    Absence.objects.create(user=staff, starts_on=FRIDAY, ends_on=FRIDAY)
    assert row_of("佐藤").cells[1].tint == "off"
    give(staff, FRIDAY, 2)
    cell = row_of("佐藤").cells[1]
    assert (cell.at.state, cell.excess, cell.movable) == ("off", 2, 2)


def test_calls_of_a_project_count_only_where_the_project_says_so(staff):
    for name, counts in (("数える", True), ("数えない", False)):
        project = CallProject.objects.create(
            name=name, owner=staff, starts_on=AS_OF, ends_on=MONDAY, counts_to_capacity=counts
        )
        give(staff, FRIDAY, 1, project=project)
        Todo.objects.filter(project=project).update(subject=name)
    assert counts_of("佐藤")[1] == 1
    assert [row.subject for row in answer("load", Asked(as_of=AS_OF)).rows] == ["数える"]


def test_what_falls_on_a_day_off_fills_the_next_business_day(staff):
    give(staff, FRIDAY)
    CompanyHoliday.objects.create(year=2025, month=8, day=1)
    row = row_of("佐藤")
    assert [(cell.at.day, cell.at.count) for cell in row.cells[:2]] == [(AS_OF, 0), (MONDAY, 1)]


def test_every_cell_and_total_opens_as_many_rows_as_it_says(staff, client):
    client.force_login(person("渡辺", Role.IS_MANAGER))
    give(person("鈴木", Role.IS, Role.FS), MONDAY, 2)
    give(staff, date(2025, 7, 1), 2)
    give(staff, FRIDAY, 4)
    CompanyHoliday.objects.create(year=2025, month=8, day=1)
    shown = load_map(Asked(as_of=AS_OF))
    numbers = [(cell.url, cell.at.count) for row in shown.rows for cell in row.cells if cell.url]
    numbers += [(row.url, row.total) for row in shown.rows]
    assert len(numbers) == 5
    for url, count in numbers:
        assert client.get(url).context["page"].paginator.count == count
    assert shown.total == sum(sum(group.totals) for group in shown.groups) == answer("load", Asked(as_of=AS_OF)).total


def test_people_stand_by_side_and_a_leaver_who_still_holds_something_is_not_lost(staff):
    person("田中", Role.FS)
    person("渡辺", Role.IS_MANAGER)
    give(person("退職者", Role.IS, is_active=False), FRIDAY)
    groups = load_map(Asked(as_of=AS_OF)).groups
    assert [(group.code, [row.person.name for row in group.rows]) for group in groups] == [
        ("is", ["佐藤"]), ("fs", ["田中"]), ("other", ["退職者"]),
    ]  # fmt: skip


def test_the_map_narrows_to_a_team():
    give(person("佐藤", Role.IS, team="東"), FRIDAY)
    give(person("鈴木", Role.IS, team="西"), FRIDAY)
    shown = load_map(Asked(as_of=AS_OF, where={"team": "東"}))
    assert ([row.person.name for row in shown.rows], shown.total) == (["佐藤"], 1)


class TestManyPeople:
    @pytest.fixture
    def crowd(self):
        """One person more than fits a page; who comes last by name has most to do."""
        people = [person(f"担当{n:02}", Role.IS if n % 2 else Role.FS) for n in range(PEOPLE_PER_PAGE + 1)]
        give(people[-1], FRIDAY, 2)
        give(people[0], MONDAY)
        return people

    def names(self, shown):
        return [row.person.name for group in shown.groups for row in group.shown]

    def test_the_fullest_come_first_and_the_rest_stand_on_the_next_page(self, crowd):
        first, second = (load_map(Asked(as_of=AS_OF), page) for page in (1, 2))
        assert len(self.names(first)) == PEOPLE_PER_PAGE
        assert {"担当00", "担当25"} <= {*self.names(first)}
        assert len(self.names(second)) == 1
        assert {*self.names(first), *self.names(second)} == {one.name for one in crowd}

    def test_a_total_is_that_of_everybody_on_whatever_page(self, crowd):
        for page in (1, 2):
            shown = load_map(Asked(as_of=AS_OF), page)
            assert (shown.total, sum(len(group.rows) for group in shown.groups)) == (3, PEOPLE_PER_PAGE + 1)
            assert [sum(days) for days in zip(*(group.totals for group in shown.groups), strict=True)][:3] == [0, 2, 1]

    def test_a_side_of_which_nobody_is_shown_has_no_table(self, crowd):
        [(group, _groups)] = load_map(Asked(as_of=AS_OF), 2).by_side
        assert (len(group.shown), group.is_whole) == (1, False)

    def test_a_crowded_day_is_offered_wherever_its_person_stands(self, crowd):
        give(crowd[12], FRIDAY, 1)
        crowd[12].todo_cap = 0
        crowd[12].save()
        assert [offer.person for offer in load_map(Asked(as_of=AS_OF), 2).offers] == [crowd[12]]


class TestMovesOffered:
    def test_promises_are_never_offered(self, staff):
        give(staff, FRIDAY, 3, is_promised=True)
        give(staff, FRIDAY, 2)
        [offer] = load_map(Asked(as_of=AS_OF)).offers
        assert (offer.cell.excess, offer.cell.movable) == (2, 2)

    def test_where_everything_is_promised_nothing_is_offered(self, staff):
        give(staff, FRIDAY, 4, is_promised=True)
        [offer] = load_map(Asked(as_of=AS_OF)).offers
        assert (offer.cell.excess, offer.cell.movable) == (1, 0)

    def test_the_day_offered_is_the_next_on_which_he_is_there_and_has_room(self, staff):
        give(staff, FRIDAY, 4)
        give(staff, MONDAY, 3)
        Absence.objects.create(user=staff, starts_on=date(2025, 8, 5), ends_on=date(2025, 8, 6))
        [offer] = load_map(Asked(as_of=AS_OF)).offers
        assert offer.to_on == date(2025, 8, 7)

    def test_the_colleague_named_is_of_the_same_side_has_room_and_the_lowest_load(self, staff):
        give(staff, FRIDAY, 4)
        give(person("鈴木", Role.IS, todo_cap=4), FRIDAY, 2)
        give(person("高橋", Role.IS, todo_cap=4), FRIDAY)
        person("田中", Role.FS)
        offer = load_map(Asked(as_of=AS_OF)).offers[0]
        assert (offer.colleague.person.name, offer.colleague_at.count) == ("高橋", 1)

    def test_the_only_one_of_his_side_has_no_colleague(self, staff):
        give(staff, FRIDAY, 4)
        person("田中", Role.FS)
        assert load_map(Asked(as_of=AS_OF)).offers[0].colleague is None
