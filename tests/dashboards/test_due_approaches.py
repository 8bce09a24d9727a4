"""今月のアプローチ: the approaches of a month by what became of them, and those carried over (D16, S0-36)."""

from datetime import date

import pytest

from activities.actions import Completion, complete_todos
from dashboards.reports import Asked, answer
from people.states import Role
from tests.dashboards.rows import lost, person, todo

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 22)  # a Tuesday; Monday the 21st is a holiday


def names(rows) -> set[str]:
    return set(rows.values_list("deal__name", flat=True))


def approach(name, day, *, is_made=False, staff=None):
    cycle = lost(name, date(2025, 4, 1), day)
    row = todo(cycle, day, staff)
    if is_made:
        complete_todos([Completion(row.pk)], by=staff, as_of=AS_OF)


def test_each_approach_is_made_late_or_left_and_earlier_ones_are_carried_over():
    staff = person("佐藤", Role.IS)
    approach("完了", date(2025, 7, 3), is_made=True, staff=staff)
    approach("超過", date(2025, 7, 18), staff=staff)
    approach("連休", date(2025, 7, 19), staff=staff)  # a Saturday: the first business day from it on is today
    approach("今日", AS_OF, staff=staff)
    approach("月末", date(2025, 7, 31), staff=staff)
    approach("先月", date(2025, 6, 30), staff=staff)
    approach("先月完了", date(2025, 6, 30), is_made=True, staff=staff)
    approach("来月", date(2025, 8, 1), staff=staff)

    report = answer("due_approaches", Asked(as_of=AS_OF))
    assert report.total == 5
    assert report.figures() == {"carried_over": 1}
    assert {part: names(report.part_rows(part)) for part in report.parts} == {
        "made": {"完了"}, "late": {"超過"}, "left": {"連休", "今日", "月末"}, "carried": {"先月"},
    }  # fmt: skip


def test_a_period_without_a_beginning_carries_nothing_over():
    approach("先月", date(2025, 6, 30))
    report = answer("due_approaches", Asked(as_of=AS_OF, last_on=AS_OF))
    assert (report.total, report.figures()) == (1, {"carried_over": 0})
    assert not report.part_rows("carried").exists()
