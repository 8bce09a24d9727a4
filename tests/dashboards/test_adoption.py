"""Is the program kept: answers at losses, double checks before noon, people at work in the product (M-21, M-22)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from activities.models import Activity
from dashboards.pages.adoption import adoption
from dashboards.reports import Asked, answer
from followups.models import LeakCheck
from people.models import CompanyHoliday
from people.read_once import reading_once
from people.states import Role
from tests.dashboards.rows import person
from tests.factories import TodoFactory, at_noon

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)  # a Thursday; July 2025 has 22 business days
JULY = Asked(as_of=AS_OF, first_on=date(2025, 7, 1), last_on=AS_OF)
DAY = timedelta(days=1)


def sign(day: date, by, *, hour: int = 9, team=None, later: timedelta = timedelta()) -> None:
    at = datetime.combine(day + later, time(hour), timezone.get_default_timezone())
    LeakCheck.objects.create(checked_on=day, signed_by=by, signed_at=at, team=team, run_state="current")


def shares(asked: Asked = JULY) -> dict:
    return answer("double_checks", asked).figures()


class TestDoubleChecks:
    @pytest.fixture
    def manager(self):
        return person("渡辺", Role.IS_MANAGER, team="東")

    def test_the_whole_is_the_business_days_that_have_come(self, manager):
        assert shares() == {"numerator": 0, "denominator": 22, "rate": 0.0}
        assert shares(Asked(as_of=date(2025, 7, 21)))["denominator"] == 14  # Marine Day is none
        assert shares(Asked(as_of=AS_OF, first_on=date(2025, 8, 1), last_on=date(2025, 8, 31)))["rate"] is None

    @pytest.mark.parametrize(("hour", "counts"), [(11, 1), (12, 0)])
    def test_a_day_counts_until_noon(self, manager, hour, counts):
        sign(AS_OF, manager, hour=hour)
        assert shares()["numerator"] == counts

    def test_a_day_signed_on_the_next_and_a_day_off_do_not_count(self, manager):
        sign(date(2025, 7, 30), manager, later=DAY)
        sign(date(2025, 7, 26), manager)
        assert shares()["numerator"] == 0

    def test_a_team_is_covered_by_its_own_signature_and_by_that_for_everybody_once(self, manager):
        sign(AS_OF, manager)
        sign(AS_OF, manager, team=manager.team)
        sign(AS_OF - DAY, manager, team=manager.team)
        assert shares()["numerator"] == 1
        assert shares(JULY.with_keys(team="東"))["numerator"] == 2
        person("西の人", Role.IS, team="西")
        assert shares(JULY.with_keys(team="西"))["numerator"] == 1

    def test_a_day_off_that_is_entered_counts_no_more_when_the_page_is_opened_again(self, manager):
        def tile() -> tuple[object, object]:
            with reading_once():
                _answers, signed, _active = adoption(JULY)
            return signed.value, shares()["denominator"]

        sign(AS_OF, manager)
        assert tile() == (1, 22)
        CompanyHoliday.objects.create(year=AS_OF.year, month=AS_OF.month, day=AS_OF.day, name="創立記念日")
        assert tile() == (0, 21)


class TestActiveUsers:
    def log(self, owner, on: date, **fields) -> None:
        values = {"kind": "call", "outcome": "callback"} | fields
        Activity.objects.create(owner=owner, occurred_at=at_noon(on), **values)

    def figures(self) -> dict:
        return answer("active_users", Asked(as_of=AS_OF)).figures()

    @pytest.mark.parametrize(("days_ago", "day", "week"), [(0, 1, 1), (1, 0, 1), (6, 0, 1), (7, 0, 0), (-1, 0, 0)])
    def test_a_day_and_a_week(self, days_ago, day, week):
        self.log(person("佐藤", Role.IS), AS_OF - timedelta(days=days_ago))
        found = self.figures()
        assert (found["dau"], found["wau"], found["denominator"]) == (day, week, 1)

    def test_a_finished_to_do_is_work_and_imported_or_undone_work_is_not(self):
        done, imported, undone, idle = (person(name, Role.FS) for name in ("完", "入", "消", "無"))
        TodoFactory(assignee=done, done=True, closed_by=done, closed_on=AS_OF)
        self.log(imported, AS_OF, is_imported=True)
        self.log(undone, AS_OF, is_void=True)
        report = answer("active_users", Asked(as_of=AS_OF))
        assert list(report.rows) == [done]
        assert set(report.part_rows("rest")) == {imported, undone, idle}

    def test_leavers_and_people_of_neither_side_are_not_asked_for(self):
        person("去", Role.IS, is_active=False)
        person("閲", Role.VIEWER)
        both = person("兼", Role.IS, Role.FS)
        assert list(answer("active_users", Asked(as_of=AS_OF)).whole) == [both]


class TestTiles:
    def test_each_stands_beside_the_period_before(self):
        manager, staff = person("渡辺", Role.IS_MANAGER), person("佐藤", Role.IS)
        for day in (1, 2, 3):
            sign(date(2025, 7, day), manager)
        sign(date(2025, 6, 2), manager)
        TestActiveUsers().log(staff, AS_OF - timedelta(days=7))
        _answers, checks, users = adoption(JULY)
        assert checks.value == 3
        assert all(said in checks.note for said in ("22", "13.6%", "+8.8pt"))  # 1 of 21 in June
        assert users.value == 0 and "−1" in users.note

    def test_one_person_s_page_shows_the_checks_of_all(self):
        manager = person("渡辺", Role.IS_MANAGER)
        person("佐藤", Role.IS)
        sign(AS_OF, manager)
        _answers, checks, users = adoption(JULY.with_keys(user="佐藤"))
        assert checks.value == 1
        assert "user" not in checks.url and "user" in users.url
