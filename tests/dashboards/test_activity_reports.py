"""What was done and what came of it: volume, results, connect rate, appointments, stock, next step (M-07 … M-23)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from activities.models import Activity, Todo
from activities.states import CallOutcome
from dashboards.reports import Asked, Report, answer
from deals.models import FollowUpCycle
from followups.models import Proposal
from followups.states import MEETING_SUBJECTS, MeetingWay
from people.models import User
from people.states import Role
from tests.dashboards.rows import call, deal, lost, person, stagnant, todo
from tests.factories import ActivityFactory, DealFactory, LeadFactory, SourceFactory, TodoFactory

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)
JULY = date(2025, 7, 1), AS_OF
GOLDEN = {"not_connected": 22, "callback": 6, "appointment": 4, "declined": 5, "out_of_target_person": 3}
APPOINTMENT = CallOutcome.APPOINTMENT
REPORTS = ("activity_volume", "call_outcomes", "connect_rate", "appointments", "stock_ratio", "next_step")


@pytest.fixture
def staff() -> User:
    return person("佐藤", Role.IS, team="東")


@pytest.fixture
def field() -> User:
    return person("田中", Role.FS)


def asked(**where: str) -> Asked:
    return Asked(as_of=AS_OF, first_on=JULY[0], last_on=JULY[1], where=where)


def counts(report: Report, by: str) -> dict[str | None, int]:
    return {group["key"]: group["n"] for group in report.groups([by])}


def forty_calls(owner: User) -> None:
    """Domain E.7: forty calls of July, each to a deal of its own."""
    made = [outcome for outcome, count in GOLDEN.items() for _n in range(count)]
    for n, outcome in enumerate(made):
        call(owner, JULY[0] + timedelta(days=n % 31), outcome, deal=deal(f"商談{n}", date(2025, 6, 1)))


# The golden fixture


def test_golden_connect_rates_of_forty_calls(staff):
    forty_calls(staff)
    call(staff, AS_OF, CallOutcome.CALLBACK, direction="inbound")
    call(staff, AS_OF, None, is_imported=True)
    call(staff, AS_OF, CallOutcome.CALLBACK, is_void=True)
    call(staff, date(2025, 8, 1), CallOutcome.CALLBACK)

    report = answer("connect_rate", asked())

    assert report.figures() == {
        "denominator": 40, "numerator": 18, "rate": 45.0,
        "right_party": 15, "right_party_rate": 37.5,
        "valid_talk": 9, "valid_talk_rate": 22.5,
        "appointment": 4, "appointment_rate": 10.0, "appointment_per_valid_talk": 44.4,
    }  # fmt: skip
    assert (report.total, report.whole_total, report.rate) == (18, 40, 45.0)
    assert {code: report.part_rows(code).count() for code in report.parts} == {
        "right_party": 15, "valid_talk": 9, "appointment": 4,
    }  # fmt: skip


def test_golden_results_add_up_to_forty_calls_and_four_appointments(staff):
    forty_calls(staff)

    assert answer("call_outcomes", asked()).figures() == GOLDEN | {"no_result": 0}
    assert answer("appointments", asked()).figures() == {"gross": 4, "cancelled": 0, "net": 4}


def test_without_a_call_there_is_no_rate():
    assert answer("connect_rate", asked()).rate is None
    assert answer("connect_rate", asked()).figures()["appointment_per_valid_talk"] is None


# Volume


def test_volume_is_calls_and_mails_that_we_sent_one_by_one(staff):
    call(staff, AS_OF)
    call(staff, AS_OF, direction="inbound")
    ActivityFactory(mail=True, owner=staff)
    for left_out in ("newsletter", "inbound_mail", "visit"):
        ActivityFactory(**{left_out: True}, owner=staff)
    ActivityFactory(mail=True, owner=staff, is_void=True)
    ActivityFactory(kind="imported", outcome=None, is_imported=True)

    assert answer("activity_volume", asked()).figures() == {"calls": 2, "mails": 1}


def test_two_calls_to_one_person_within_a_minute_are_two(staff):
    customer = deal("A", JULY[0])
    call(staff, AS_OF, deal=customer)
    call(staff, AS_OF, deal=customer)

    assert answer("activity_volume", asked()).total == 2


# Results


def test_a_call_without_a_result_stands_apart_and_is_in_the_total(staff):
    call(staff, AS_OF, None, is_imported=True)
    call(staff, AS_OF)

    report = answer("call_outcomes", asked())

    assert report.figures()["no_result"] == 1
    assert counts(report, "outcome") == {"not_connected": 1, None: 1}
    assert answer("call_outcomes", asked(outcome="")).total == 1


def test_a_week_across_two_months_is_whole_in_weeks_and_divided_in_months(staff):
    for day in (date(2025, 6, 30), date(2025, 7, 1)):
        call(staff, day)
    report = answer("call_outcomes", Asked(as_of=AS_OF))

    assert counts(report, "week") == {"2025-W27": 2}
    assert counts(report, "month") == {"2025-06": 1, "2025-07": 1}


@pytest.mark.parametrize(
    "name", ["activity_volume", "call_outcomes", "connect_rate", "appointments", "stock_ratio", "next_step"]
)
def test_sums_by_person_team_source_result_and_grain_are_the_total(name, staff):
    forty_calls(staff)
    ActivityFactory(mail=True)
    source = SourceFactory(name="紹介")
    call(person("鈴木"), AS_OF, APPOINTMENT, lead=LeadFactory(source=source))
    report = answer(name, asked())

    for by in ("user", "team", "source", "outcome", "month", "week", "day"):
        assert sum(counts(report, by).values()) == report.total, by
    if report.whole is not None:
        assert sum(group["denominator"] for group in report.groups(["source"])) == report.whole_total
    if name not in ("stock_ratio", "next_step"):
        assert counts(report, "source") == {None: report.total - 1, "紹介": 1}


# Appointments


@pytest.mark.parametrize(("days", "expected"), [(0, 1), (13, 1), (14, 1), (15, 2)])
def test_an_appointment_booked_again_within_14_days_is_the_same(staff, days, expected):
    customer = deal("A", date(2025, 6, 1))
    for day in (date(2025, 7, 10), date(2025, 7, 10) + timedelta(days=days)):
        call(staff, day, APPOINTMENT, deal=customer)

    assert answer("appointments", asked()).total == expected


def test_an_appointment_of_the_month_before_booked_again_is_not_one_of_this_month(staff):
    customer = deal("A", date(2025, 6, 1))
    call(staff, date(2025, 6, 30), APPOINTMENT, deal=customer)
    call(staff, date(2025, 7, 5), APPOINTMENT, deal=customer)

    assert answer("appointments", asked()).total == 0
    assert counts(answer("appointments", Asked(as_of=AS_OF)), "month") == {"2025-06": 1}


def test_in_a_new_follow_up_it_is_another_appointment(staff):
    cycle = stagnant("A", date(2025, 7, 12))
    call(staff, date(2025, 7, 10), APPOINTMENT, deal=cycle.deal)
    call(staff, date(2025, 7, 15), APPOINTMENT, deal=cycle.deal)

    assert counts(answer("appointments", asked()), "channel") == {"new": 1, "stagnant": 1}


def test_after_the_follow_up_has_ended_the_same_appointment_booked_again_counts_once(staff):
    cycle = stagnant("A", date(2025, 7, 1))
    call(staff, date(2025, 7, 10), APPOINTMENT, deal=cycle.deal)
    FollowUpCycle.objects.update(ended_on=date(2025, 7, 10), end_type="reopened")
    call(staff, date(2025, 7, 15), APPOINTMENT, deal=cycle.deal)

    assert counts(answer("appointments", asked()), "channel") == {"stagnant": 1}


def test_a_lead_and_the_deal_that_came_of_it_are_one(staff):
    lead = LeadFactory()
    call(staff, date(2025, 7, 10), APPOINTMENT, lead=lead)
    call(staff, date(2025, 7, 12), APPOINTMENT, deal=deal("A", date(2025, 7, 10), lead=lead))
    call(staff, date(2025, 7, 14), APPOINTMENT, lead=LeadFactory())

    assert answer("appointments", asked()).total == 2


@pytest.mark.parametrize(("days", "expected"), [(14, 1), (15, 2)])
def test_a_lead_called_after_its_deal_won_an_appointment_is_the_same_one(staff, days, expected):
    lead = LeadFactory()
    call(staff, AS_OF - timedelta(days=days), "appointment", deal=DealFactory(lead=lead))
    call(staff, AS_OF, "appointment", lead=lead)
    assert answer("appointments", Asked(as_of=AS_OF)).total == expected


def test_without_deal_and_lead_each_appointment_counts(staff):
    for _n in range(2):
        call(staff, AS_OF, APPOINTMENT)

    assert answer("appointments", asked()).total == 2


def test_an_appointment_that_was_taken_back_counts_nowhere_and_hides_no_other(staff):
    customer = deal("A", date(2025, 6, 1))
    call(staff, date(2025, 7, 10), APPOINTMENT, deal=customer, is_void=True)
    call(staff, date(2025, 7, 12), APPOINTMENT, deal=customer)

    assert answer("appointments", asked()).total == 1


def test_the_channel_is_the_follow_up_on_the_day_of_the_call(staff):
    call(staff, date(2025, 7, 20), APPOINTMENT, deal=lost("失", date(2025, 7, 1), date(2025, 10, 1)).deal)
    call(staff, date(2025, 7, 20), APPOINTMENT, deal=stagnant("滞", date(2025, 7, 20)).deal)
    call(staff, date(2025, 7, 19), APPOINTMENT, deal=stagnant("前日", date(2025, 7, 20)).deal)

    assert counts(answer("appointments", asked()), "channel") == {"new": 1, "lost": 1, "stagnant": 1}


def test_the_source_is_the_deals_else_the_leads_else_unknown(staff):
    web, fair = SourceFactory(name="Web"), SourceFactory(name="展示会")
    call(staff, AS_OF, APPOINTMENT, deal=deal("A", JULY[0], source=web))
    call(staff, AS_OF, APPOINTMENT, lead=LeadFactory(source=fair))
    call(staff, AS_OF, APPOINTMENT, lead=LeadFactory())

    assert counts(answer("appointments", asked()), "source") == {"Web": 1, "展示会": 1, None: 1}
    assert answer("appointments", asked(source="")).total == 1


def meeting_of(appointment: Activity, **fields: object) -> Todo:
    closed = {"closed_on": AS_OF, "cancel_reason": "customer"} if fields.get("status") == "cancelled" else {}
    return TodoFactory(
        deal=appointment.deal, subject=MEETING_SUBJECTS[MeetingWay.VISIT], created_on=appointment.occurred_on,
        created_at=appointment.created_at, **closed, **fields,
    )  # fmt: skip


def test_net_leaves_out_meetings_that_were_called_off_and_were_not_booked_again(staff):
    called_off = call(staff, AS_OF, APPOINTMENT, deal=deal("A", JULY[0]))
    meeting_of(called_off, status="cancelled")
    moved = call(staff, AS_OF, APPOINTMENT, deal=deal("B", JULY[0]))
    meeting_of(moved, status="cancelled")
    meeting_of(moved)
    call(staff, AS_OF, APPOINTMENT, deal=deal("C", JULY[0]))

    report = answer("appointments", asked())

    assert report.figures() == {"gross": 3, "cancelled": 1, "net": 2}
    assert list(report.part_rows("cancelled")) == [called_off]
    assert report.part_rows("standing").count() == 2


@pytest.mark.parametrize(("status", "cancelled"), [("declined", 1), ("withdrawn", 1), ("accepted", 0), ("pending", 0)])
def test_an_appointment_that_field_sales_declined_is_cancelled(staff, field, status, cancelled):
    won = call(staff, AS_OF, APPOINTMENT, deal=deal("A", JULY[0]))
    decided = {"decided_on": None if status == "pending" else AS_OF}
    Proposal.objects.create(
        deal=won.deal, fs=field, call=won, meeting_on=AS_OF, proposed_on=AS_OF, proposed_by=staff, status=status,
        decline_reason="予定が合わない" if status == "declined" else "", **decided,
    )  # fmt: skip

    assert answer("appointments", asked()).figures()["cancelled"] == cancelled


# Stock


def test_the_four_parts_of_the_volume_add_up(staff):
    cycle = stagnant("A", date(2025, 6, 1))
    promised, planned, fresh, sudden = (call(staff, AS_OF, deal=cycle.deal) for _n in range(4))
    done = {"status": "done", "closed_on": AS_OF, "created_on": date(2025, 7, 30), "origin": "manual"}
    todo(cycle, AS_OF, staff, done_by_activity=promised, **done, is_promised=True)
    todo(cycle, AS_OF, staff, done_by_activity=planned, **done)
    todo(cycle, AS_OF, staff, done_by_activity=sudden, **done | {"created_on": AS_OF})
    Activity.objects.filter(pk=fresh.pk).update(deal=None, lead=LeadFactory(created_on=date(2025, 7, 29)))

    report = answer("stock_ratio", asked())

    assert report.figures() == {
        "denominator": 4, "numerator": 2, "rate": 50.0, "promise": 1, "todo": 1, "new_lead": 1, "ad_hoc": 1,
        "promise_rate": 25.0, "todo_rate": 25.0, "new_lead_rate": 25.0, "ad_hoc_rate": 25.0,
    }  # fmt: skip
    rows = {code: list(report.part_rows(code)) for code in report.parts}
    assert rows == {"promise": [promised], "todo": [planned], "new_lead": [fresh], "ad_hoc": [sudden]}


@pytest.mark.parametrize(
    ("made_on", "done_on", "is_planned"),
    [
        (date(2025, 7, 31), date(2025, 7, 31), False),
        (date(2025, 7, 30), date(2025, 7, 31), True),
        (date(2025, 7, 18), date(2025, 7, 19), False),  # made on Friday, done on Saturday
        (date(2025, 7, 18), date(2025, 7, 21), False),  # Marine Day, a Monday
        (date(2025, 7, 17), date(2025, 7, 21), True),
        (date(2025, 7, 18), date(2025, 7, 22), True),
        (date(2025, 7, 20), date(2025, 7, 22), True),  # made on Sunday, done on the next business day
    ],
)
def test_planned_is_what_a_todo_of_an_earlier_business_day_asked_for(staff, made_on, done_on, is_planned):
    cycle = stagnant("A", date(2025, 6, 1))
    done = call(staff, done_on, deal=cycle.deal)
    closed = {"status": "done", "closed_on": done_on, "origin": "manual"}
    todo(cycle, done_on, staff, done_by_activity=done, created_on=made_on, **closed)

    assert answer("stock_ratio", asked()).total == is_planned


@pytest.mark.parametrize(
    ("made_on", "called_on", "is_new"),
    [
        (date(2025, 7, 29), date(2025, 7, 31), True),
        (date(2025, 7, 28), date(2025, 7, 31), False),
        (date(2025, 7, 17), date(2025, 7, 22), True),  # Friday and Tuesday; Marine Day between them
        (date(2025, 7, 16), date(2025, 7, 22), False),
        (date(2025, 7, 16), date(2025, 7, 19), True),  # Thursday and Friday have gone by on Saturday
        (date(2025, 7, 15), date(2025, 7, 19), False),
    ],
)
def test_a_new_lead_is_at_most_two_business_days_old(staff, made_on, called_on, is_new):
    call(staff, called_on, lead=LeadFactory(created_on=made_on))

    assert answer("stock_ratio", asked()).figures()["new_lead"] == is_new


def test_the_stock_ratio_of_ten_years_is_answered(staff):
    call(staff, AS_OF)
    ten_years = Asked(as_of=AS_OF, first_on=date(2015, 8, 1), last_on=AS_OF)

    assert answer("stock_ratio", ten_years).figures()["ad_hoc"] == 1


# Next step


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("todo_fields", "reason", "has_step"),
    [
        (None, "", False),
        (None, "担当者が退職", True),
        ({"created_at": noon(AS_OF)}, "", True),
        ({"created_at": noon(AS_OF) + timedelta(minutes=2)}, "", False),
        ({"created_at": noon(JULY[0])}, "", True),
        ({"created_at": noon(JULY[0]), "status": "done", "closed_on": AS_OF}, "", False),
        ({"created_at": noon(AS_OF), "status": "done", "closed_on": AS_OF}, "", True),
    ],
)
def test_a_call_left_a_next_step_where_a_todo_stood_after_it_or_a_reason(staff, todo_fields, reason, has_step):
    customer = deal("A", JULY[0])
    call(staff, AS_OF, deal=customer, created_at=noon(AS_OF), no_next_reason=reason)
    if todo_fields is not None:
        TodoFactory(deal=customer, **todo_fields)

    assert answer("next_step", asked()).figures() == {
        "numerator": int(has_step), "denominator": 1, "rate": 100.0 if has_step else 0.0,
    }  # fmt: skip


def test_only_calls_and_meetings_on_records_that_were_open_ask_for_a_next_step(staff):
    won = deal("W", JULY[0], "won", closed_on=AS_OF)
    call(staff, AS_OF, deal=won)
    call(staff, date(2025, 7, 30), deal=won)  # it was open then
    call(staff, AS_OF, deal=lost("L", date(2025, 7, 1), date(2025, 10, 1)).deal)
    call(staff, AS_OF, lead=LeadFactory())
    call(staff, AS_OF, lead=LeadFactory(status="meeting_won", status_entered_on=AS_OF))
    call(staff, AS_OF)
    call(staff, AS_OF, deal=deal("I", JULY[0]), is_imported=True)
    ActivityFactory(mail=True, deal=deal("M", JULY[0]))
    ActivityFactory(visit=True, deal=deal("V", JULY[0]))

    assert answer("next_step", asked()).whole_total == 4


def test_volume_without_a_record_of_ours_is_on_the_spur_of_the_moment(staff):
    ActivityFactory(mail=True, owner=staff)

    assert answer("stock_ratio", asked()).figures()["ad_hoc"] == 1
