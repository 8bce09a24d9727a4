"""The numbers: golden figures worked out by hand, and the form in which every report answers."""

from datetime import date, timedelta

import pytest

from activities.models import Activity
from dashboards.reports import Asked, answer
from dashboards.reports.report import rate
from deals.models import Deal, FollowUpCycle
from followups.models import Rule
from people.models import Threshold
from people.states import Role, ThresholdCode
from tests.dashboards.rows import call, deal, lost, person, stagnant, todo
from tests.factories import ExemptionFactory

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)


@pytest.fixture
def golden():
    """Domain E.4: five follow-ups seen on Thursday, 31 July 2025."""
    staff = person("佐藤", Role.IS)
    u1 = lost("U1", date(2025, 7, 1), date(2025, 10, 1))
    todo(u1, date(2025, 10, 1), staff)
    u2 = lost("U2", date(2025, 5, 10), date(2025, 7, 15))
    todo(u2, date(2025, 7, 15), staff)
    u3 = stagnant("U3", date(2025, 7, 20))
    u4 = stagnant("U4", date(2025, 7, 10))
    call(staff, date(2025, 7, 11), deal=u4.deal)
    todo(u4, date(2025, 8, 5), staff)
    u5 = lost("U5", date(2025, 7, 31), date(2025, 11, 4))
    return {"U1": u1, "U2": u2, "U3": u3, "U4": u4, "U5": u5}


def asked(as_of: date = AS_OF, **question) -> Asked:
    return Asked(as_of=as_of, **question)


def names(cycles) -> set[str]:
    return {cycle.deal.name for cycle in cycles.select_related("deal")}


def test_golden_untouched_share_is_half_and_by_the_article_three_quarters(golden):
    report = answer("untouched", asked())

    assert report.figures() == {"numerator": 2, "denominator": 4, "rate": 50.0, "literal_rate": 75.0}
    assert names(report.rows) == {"U2", "U3"}
    assert {code: names(report.part_rows(code)) for code in report.parts} == {
        "touched": {"U4"}, "planned": {"U1"}, "in_grace": {"U5"}, "exempt": set(),
    }  # fmt: skip


def test_golden_missing_todo_is_one_because_the_loss_of_today_is_in_grace(golden):
    assert names(answer("todo_leaks", asked()).rows) == {"U3"}
    assert answer("coverage", asked()).figures()["uncovered"] == 2


def test_golden_overdue_is_one(golden):
    assert answer("overdue", asked()).total == 1


# What is a touch (M-02)


@pytest.mark.parametrize(
    ("on", "roles", "fields", "is_touch"),
    [
        (date(2025, 7, 1), [Role.IS], {}, True),
        (date(2025, 6, 30), [Role.IS], {}, False),
        (AS_OF, [Role.IS], {}, True),
        (date(2025, 8, 1), [Role.IS], {}, False),
        (date(2025, 7, 1), [Role.FS], {}, False),
        (date(2025, 7, 1), [Role.IS, Role.FS], {}, True),
        (date(2025, 7, 1), [Role.IS], {"is_void": True}, False),
        (date(2025, 7, 1), [Role.IS], {"is_completed": False}, False),
        (date(2025, 7, 1), [Role.IS], {"kind": "email", "outcome": None}, True),
        (date(2025, 7, 1), [Role.IS], {"kind": "email", "outcome": None, "is_bulk": True}, False),
        (date(2025, 7, 1), [Role.IS], {"kind": "imported", "outcome": None}, False),
    ],
)
def test_inside_sales_touches_a_follow_up_by_contacts_since_it_began(on, roles, fields, is_touch):
    cycle = stagnant("A", date(2025, 7, 1))
    activity = call(person("佐藤", *roles), on)
    Activity.objects.filter(pk=activity.pk).update(deal=cycle.deal, **fields)

    figures = answer("untouched", asked()).figures()

    assert figures["numerator"] == (0 if is_touch else 1)
    assert figures["literal_rate"] == (0.0 if is_touch else 100.0)


# The grace


@pytest.mark.parametrize(
    ("as_of", "newest_past_it"),
    [
        (date(2025, 7, 31), date(2025, 7, 29)),  # Thursday: Wednesday is the one business day
        (date(2025, 8, 4), date(2025, 7, 31)),  # Monday: Friday
        (date(2025, 8, 2), date(2025, 7, 30)),  # Saturday: as on Friday
        (date(2025, 7, 22), date(2025, 7, 17)),  # Tuesday after Marine Day: Friday
        (date(2025, 1, 6), date(2024, 12, 26)),  # after the company's days: 27 December
    ],
)
def test_a_follow_up_is_past_the_grace_when_more_than_one_business_day_has_gone(as_of, newest_past_it):
    stagnant("古", newest_past_it, last_contact_on=newest_past_it)
    stagnant("新", newest_past_it + timedelta(days=1))
    Deal.objects.update(created_on=newest_past_it, status_entered_on=newest_past_it)

    assert names(answer("todo_leaks", asked(as_of)).rows) == {"古"}


def test_the_grace_is_a_threshold():
    Threshold.objects.create(code=ThresholdCode.LEAK_GRACE_BUSINESS_DAYS, value=0)
    stagnant("昨日", date(2025, 7, 30))
    stagnant("今日", AS_OF)

    assert names(answer("todo_leaks", asked()).rows) == {"昨日"}
    assert "0 business days" in answer("todo_leaks", asked()).as_json()["definition"]["en"]


# States of the proof bar


def test_an_exempted_follow_up_is_exempt_until_the_last_day_included():
    cycle = stagnant("除外", date(2025, 7, 1))
    ExemptionFactory(deal=cycle.deal, cycle=cycle, starts_on=date(2025, 7, 20), expires_on=AS_OF)

    def state_on(day: date) -> list[str]:
        return list(answer("coverage", asked(day)).rows.values_list("state", flat=True))

    assert [state_on(day) for day in (date(2025, 7, 19), date(2025, 7, 20), AS_OF, date(2025, 8, 1))] == [
        ["uncovered"], ["exempt"], ["exempt"], ["uncovered"],
    ]  # fmt: skip


def test_one_of_two_todos_without_a_person_makes_the_follow_up_unassigned():
    cycle = stagnant("A", date(2025, 7, 1))
    todo(cycle, date(2025, 7, 30), person("佐藤", Role.IS))
    todo(cycle, date(2025, 8, 5), origin="manual")

    assert answer("coverage", asked()).figures()["unassigned"] == 1


def test_a_todo_due_today_is_in_hand_and_one_due_yesterday_is_overdue():
    staff = person("佐藤", Role.IS)
    todo(stagnant("今日", date(2025, 7, 1)), AS_OF, staff)
    todo(stagnant("昨日", date(2025, 7, 1)), date(2025, 7, 30), staff)

    figures = answer("coverage", asked()).figures()
    assert (figures["in_hand"], figures["overdue"]) == (1, 1)


def test_a_promise_left_over_from_an_ended_follow_up_is_in_no_proof_but_is_overdue():
    cycle = stagnant("A", date(2025, 7, 1))
    todo(cycle, date(2025, 7, 30), origin="promise", is_promised=True)
    FollowUpCycle.objects.update(ended_on=AS_OF, end_type="contact_resumed")

    assert answer("coverage", asked()).total == 0
    assert answer("overdue", asked()).figures() == {"promised": 1, "rule": 0, "manual": 0}


def test_unruled_are_live_deals_in_statuses_that_no_rule_in_force_names():
    for status in ("contacting", "ongoing", "won"):
        closed = {"closed_on": AS_OF} if status == "won" else {}
        deal(status, date(2025, 7, 1), status, **closed)

    assert answer("unruled", asked()).total == 2
    Rule.objects.filter(code="R-60").update(mode="auto")
    assert [found.name for found in answer("unruled", asked()).rows] == ["contacting"]
    Rule.objects.filter(code="R-14").update(mode="suggest")
    assert answer("unruled", asked()).total == 0


# Rates


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(0, 0, None), (0, 3, 0.0), (1, 3, 33.3), (2, 3, 66.7), (1, 16, 6.3), (1, 800, 0.1), (1, 2001, 0.0), (5, 5, 100.0)],
)
def test_rates_have_one_decimal_half_up(numerator, denominator, expected):
    assert rate(numerator, denominator) == expected
