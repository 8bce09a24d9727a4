"""期日内完了率 (M-04, D17): golden fixture E.5 to the last digit, its boundaries, and what became of the to-dos."""

import csv
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from activities.actions import reassign_todos
from activities.models import Todo
from activities.states import CancelReason, TodoStatus
from dashboards.addresses import records_url
from dashboards.reports import Asked, answer
from people.models import CompanyHoliday
from people.states import Role
from tests.dashboards.on_time_month import AS_OF, build_july, july, made
from tests.dashboards.rows import person, stagnant, todo

pytestmark = pytest.mark.django_db


def whole_july() -> Asked:
    return Asked(as_of=AS_OF, first_on=july(1), last_on=AS_OF)


def names(rows) -> set[str]:
    return set(rows.values_list("deal__name", flat=True))


class TestTheGoldenFixture:
    def test_four_of_seven_are_on_time(self):
        build_july()
        report = answer("on_time", whole_july())
        assert report.figures() == {"numerator": 4, "denominator": 7, "rate": 57.1}
        assert names(report.rows) == {"T1", "T2", "T3", "T6"}
        assert {part: names(report.part_rows(part)) for part in report.parts} == {
            "late": {"T4", "T9"}, "open": {"T5"}, "not_useful": set(),
        }  # fmt: skip
        assert answer("overdue", Asked(as_of=AS_OF)).total == 1

    def test_the_month_of_the_day_is_meant_where_no_period_is_named(self, capsys):
        build_july()
        call_command("report", "on_time", "--as-of", AS_OF.isoformat(), "--json")
        printed = json.loads(capsys.readouterr().out)
        assert (printed["from"], printed["to"], printed["total"]) == ("2025-07-01", "2025-07-31", 4)
        assert printed["figures"] == {"numerator": 4, "denominator": 7, "rate": 57.1}

    def test_the_rows_the_file_and_the_json_say_the_same(self, client):
        build_july()
        client.force_login(person("渡辺", Role.IS_MANAGER))
        for part, count in (("", 4), ("whole", 7), ("rest", 3), ("late", 2), ("open", 1)):
            url = records_url("on_time", whole_july(), part=part)
            assert client.get(url).context["page"].paginator.count == count
            content = client.get(url.replace("/?", ".csv?")).getvalue().decode("utf-8-sig")
            assert len(list(csv.reader(StringIO(content)))) == count + 1

    def test_days_weeks_and_the_month_agree(self):
        build_july()
        report = answer("on_time", whole_july())
        for grain in ("day", "week", "month", "user", "kind", "origin"):
            groups = report.groups([grain])
            assert sum(group["numerator"] for group in groups) == 4
            assert sum(group["denominator"] for group in groups) == 7

    def test_what_became_of_the_todos_adds_up(self):
        build_july()
        assert answer("todo_status", whole_july()).figures() == {
            "due": 9, "carried": 0, "done": 6, "late": 1, "ahead": 1, "cancelled": 1,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("closed_on", "counts", "is_on_time"),
    [
        (july(29), True, True),  # ahead of its day
        (july(30), True, True),
        (july(31), True, False),
        (None, True, False),
    ],
)
def test_a_day_late_is_late(closed_on, counts, is_on_time):
    closing = {"status": TodoStatus.DONE, "closed_on": closed_on} if closed_on else {}
    made("境界", person("佐藤", Role.IS), 30, **closing)
    report = answer("on_time", whole_july())
    assert (report.whole_total, report.total) == (int(counts), int(is_on_time))


@pytest.mark.parametrize(("due", "is_counted"), [(30, True), (31, False)])
def test_an_open_todo_counts_from_the_day_after(due, is_counted):
    made("未完了", person("佐藤", Role.IS), due)
    assert answer("on_time", whole_july()).whole_total == int(is_counted)


def test_one_done_ahead_of_a_day_still_to_come_counts():
    todo(stagnant("早い", july(1)), july(31), person("佐藤", Role.IS), status=TodoStatus.DONE, closed_on=july(30))
    assert answer("on_time", whole_july()).total == 1


@pytest.mark.parametrize("reason", [reason.value for reason in CancelReason])
def test_what_was_cancelled_is_not_judged(reason):
    closing = {"status": TodoStatus.CANCELLED, "closed_on": july(15), "cancel_reason": reason}
    made("取消", person("佐藤", Role.IS), 15, **closing)
    report = answer("on_time", whole_july())
    assert report.whole_total == 0
    assert report.rate is None
    assert report.part_rows("not_useful").count() == int(reason == CancelReason.NOT_USEFUL)


def test_what_nobody_had_is_not_judged_until_somebody_has_it():
    row = made("担当なし", None, 10)
    assert answer("on_time", whole_july()).whole_total == 0
    reassign_todos([row.pk], person("佐藤", Role.IS), by=None, as_of=july(20))
    assert answer("on_time", whole_july()).figures() == {"numerator": 0, "denominator": 1, "rate": 0.0}
    row.refresh_from_db()
    assert row.committed_due_on == july(22)  # the day was set anew: 20 July 2025 is a Sunday, the 21st a holiday


def test_a_promise_for_a_day_off_is_kept_on_the_next_business_day():
    CompanyHoliday.objects.create(year=2025, month=7, day=14)
    staff = person("佐藤", Role.IS)
    for name, closed in (("守った", 15), ("遅れた", 16)):  # promised for Saturday the 12th; Monday is a day off
        made(name, staff, 12, is_promised=True, status=TodoStatus.DONE, closed_on=july(closed))
    report = answer("on_time", whole_july())
    assert names(report.rows) == {"守った"}
    assert report.groups(["day"]) == [{"key": "2025-07-15", "n": 1, "numerator": 1, "denominator": 2}]


def test_a_day_off_at_the_end_of_a_month_belongs_to_the_next():
    made("月またぎ", person("佐藤", Role.IS), 31, committed_due_on=date(2025, 8, 31), status="done", closed_on=july(30))
    for first, total in ((date(2025, 8, 1), 0), (date(2025, 9, 1), 1)):
        asked = Asked(as_of=AS_OF, first_on=first, last_on=first + timedelta(days=29))
        assert answer("on_time", asked).whole_total == total


@pytest.mark.parametrize("ends", [(None, AS_OF), (july(1), None), (date(2016, 1, 1), date(2026, 1, 1))])
def test_a_period_may_be_open_or_ten_years_long(ends):
    build_july()
    assert answer("on_time", whole_july().of_period(*ends)).figures()["denominator"] == 7


class TestCarriedOver:
    def test_what_was_open_when_the_period_began_is_carried_in(self):
        staff = person("佐藤", Role.IS)
        for name, closed_on in (("前に完了", date(2025, 6, 30)), ("初日に完了", july(1)), ("まだ", None)):
            closing = {"status": TodoStatus.DONE, "closed_on": closed_on} if closed_on else {}
            todo(stagnant(name, date(2025, 6, 2)), date(2025, 6, 20), staff, **closing)
        report = answer("todo_status", whole_july())
        assert names(report.part_rows("carried")) == {"初日に完了", "まだ"}
        assert report.figures() == {"due": 0, "carried": 2, "done": 1, "late": 1, "ahead": 0, "cancelled": 0}

    def test_what_was_closed_after_the_day_was_still_open_then(self):
        made("後で完了", person("佐藤", Role.IS), 30, status=TodoStatus.DONE, closed_on=date(2025, 8, 1))
        assert answer("todo_status", whole_july()).figures()["late"] == 1
        assert answer("on_time", whole_july()).figures() == {"numerator": 0, "denominator": 1, "rate": 0.0}

    def test_nothing_is_carried_into_a_period_without_a_beginning(self):
        made("先", person("佐藤", Role.IS), 1)
        figures = answer("todo_status", whole_july().of_period(None, AS_OF)).figures()
        assert (figures["due"], figures["carried"]) == (1, 0)
        assert Todo.objects.count() == 1
