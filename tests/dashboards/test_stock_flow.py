"""Stock and flow as a report: whose volume held in a window, and was the window prepared? (M-13, M-16, M-17)."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from activities.models import Activity, WhyYouNow
from activities.states import ActivityKind
from dashboards.reports import Asked, answer
from leads.models import AvailabilityGuess
from people.business_days import BusinessCalendar
from people.models import Threshold, User
from people.states import Role, ThresholdCode
from tests.dashboards.rows import person
from tests.factories import AbsenceFactory, ContactFactory, CycleFactory, DealFactory, TodoFactory, at_noon

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2020, 9, 23), date(2020, 9, 25)
WINDOW = [date(2020, 9, day) for day in (23, 24, 25)]
BASELINE = [day for n in range(26) if BusinessCalendar().is_business_day(day := date(2020, 8, 24) + timedelta(days=n))]
SILVER_WEEK = Asked(as_of=date(2020, 9, 30), first_on=FIRST, last_on=LAST)


def work(owner: User | None, total: int, days: list[date], outcome: str | None = "not_connected", **fields) -> None:
    """So many calls or mails, spread evenly over the days."""
    values = {"kind": ActivityKind.CALL, "outcome": outcome} | fields
    Activity.objects.bulk_create(
        Activity(owner=owner, occurred_at=at_noon(day), occurred_on=day, **values)
        for day in (days[n % len(days)] for n in range(total))
    )


def figures(asked: Asked = SILVER_WEEK, name: str = "stock_flow"):
    return answer(name, asked).figures()


@pytest.fixture
def sato():
    return person("佐藤", Role.IS, team="東")


def test_the_twenty_business_days_before_silver_week():
    assert (BASELINE[0], BASELINE[-1], len(BASELINE)) == (date(2020, 8, 24), date(2020, 9, 18), 20)
    found = figures()
    assert (found["baseline_from"], found["baseline_to"], found["business_days"]) == ("2020-08-24", "2020-09-22", 3)


@pytest.mark.parametrize(("volume", "ratio", "verdict"), [(108, 0.8, "flow"), (126, 0.933, "stock")])
def test_silver_week_2020(sato, volume, ratio, verdict):
    """E.8, for the team and for its only member, and the same through the command."""
    work(sato, 900, BASELINE)
    work(sato, volume, WINDOW)
    found = figures()
    assert (found["expected"], found["limit"], found["ratio"], found["verdict"]) == (135, 0.858, ratio, verdict)
    assert found["people"]["佐藤"]["verdict"] == verdict
    out = StringIO()
    arguments = ("--as-of", "2020-09-30", "--from", "2020-09-23", "--to", "2020-09-25", "--json")
    call_command("report", "stock_flow", *arguments, stdout=out)
    said = json.loads(out.getvalue())
    assert (said["total"], said["figures"]["verdict"], said["figures"]["limit"]) == (volume, verdict, 0.858)


@pytest.mark.parametrize(
    ("tolerance", "least", "limit", "verdict"),
    [(10, 30, 0.858, "stock"), (15, 30, 0.85, "stock"), (5, 30, 0.858, "stock"), (10, 136, None, "open")],
)
def test_the_numbers_of_the_settings_set_the_bar(sato, tolerance, least, limit, verdict):
    """135 expected, 118 done: 1 − 1.645/√135 is 0.858, and 0.874 lies above it."""
    Threshold.objects.create(code=ThresholdCode.STOCK_FLOW_TOLERANCE_PERCENT, value=tolerance)
    Threshold.objects.create(code=ThresholdCode.STOCK_FLOW_LEAST_EXPECTED, value=least)
    work(sato, 900, BASELINE)
    work(sato, 118, WINDOW)
    found = figures()
    assert (found["limit"], found["verdict"]) == (limit, verdict)
    assert str(least) in answer("stock_flow", SILVER_WEEK).definition()


def test_a_small_rep_is_not_judged_and_the_team_is(sato):
    suzuki = person("鈴木", Role.IS, team="東")
    work(sato, 780, BASELINE)
    work(sato, 90, WINDOW)
    work(suzuki, 120, BASELINE)
    work(suzuki, 18, WINDOW)
    found = figures()
    assert (found["expected"], found["verdict"]) == (135, "flow")
    small = found["people"]["鈴木"]
    assert (small["expected"], small["limit"], small["verdict"]) == (18, None, "open")


def test_a_day_away_is_no_working_day(sato):
    """45 a day: two days expect 90, not 135."""
    work(sato, 900, BASELINE)
    work(sato, 85, WINDOW[:2])
    AbsenceFactory(user=sato, starts_on=LAST, ends_on=LAST + timedelta(days=3))
    found = figures()
    assert (found["working_days"], found["expected"], found["verdict"]) == (2, 90, "stock")


def test_a_day_away_in_the_baseline_raises_what_is_expected(sato):
    work(sato, 900, BASELINE[:10])
    AbsenceFactory(user=sato, starts_on=BASELINE[10], ends_on=BASELINE[-1])
    found = figures()
    assert (found["baseline_working_days"], found["expected"]) == (10, 270)


def test_away_on_all_days_is_outside_and_takes_nothing_from_the_team(sato):
    tanaka = person("田中", Role.IS, team="東")
    for one in (sato, tanaka):
        work(one, 900, BASELINE)
    work(sato, 130, WINDOW)
    AbsenceFactory(user=tanaka, starts_on=FIRST, ends_on=LAST)
    found = figures()
    assert (found["expected"], found["verdict"]) == (135, "stock")
    assert found["people"]["田中"]["verdict"] == "away"


def test_inside_sales_without_any_work_is_listed(sato):
    assert figures()["people"]["佐藤"]["verdict"] == "open"


def test_what_counts_as_volume(sato):
    work(sato, 1, WINDOW)
    work(sato, 2, WINDOW, outcome=None, kind=ActivityKind.EMAIL)
    for left_out in (
        {"kind": ActivityKind.EMAIL, "outcome": None, "direction": "inbound"},
        {"is_void": True},
        {"is_completed": False},
        {"kind": ActivityKind.EMAIL, "outcome": None, "is_bulk": True},
        {"kind": ActivityKind.VISIT, "outcome": None},
    ):
        work(sato, 4, WINDOW, **left_out)
    report = answer("stock_flow", SILVER_WEEK)
    assert report.total == 3
    assert {code: report.part_rows(code).count() for code in report.parts} == {
        "calls": 1, "connected": 0, "appointments": 0, "mails": 2,
    }  # fmt: skip


def test_the_first_and_last_days_count_and_their_neighbours_do_not(sato):
    for day in (date(2020, 9, 22), FIRST, LAST, date(2020, 9, 26)):
        work(sato, 1, [day])
    found = figures()
    assert (found["volume"], found["baseline_volume"]) == (2, 1)


def test_without_a_period_it_is_the_latest_bridge(sato):
    report = answer("stock_flow", Asked(as_of=date(2020, 10, 20)))
    assert (report.asked.first_on, report.asked.last_on) == (FIRST, LAST)


def test_on_its_first_day_the_window_is_still_ahead(sato):
    work(sato, 900, BASELINE)
    assert figures(Asked(as_of=FIRST, first_on=FIRST, last_on=LAST))["verdict"] == "ahead"
    assert figures(Asked(as_of=LAST, first_on=FIRST, last_on=LAST))["verdict"] == "flow"


def test_teams_and_people_add_up(sato):
    other = person("高橋", Role.IS, team="西")
    for one, volume in ((sato, 30), (other, 50), (None, 5)):
        work(one, 10 * volume, BASELINE)
        work(one, volume, WINDOW)
    report = answer("stock_flow", SILVER_WEEK)
    assert report.total == 85
    for by in ("user", "team", "day", "type"):
        assert sum(group["n"] for group in report.groups([by])) == 85
    found = figures()
    assert sum(one["volume"] for one in found["people"].values()) == found["volume"] == 85
    east = figures(SILVER_WEEK.with_keys(team="東"))
    assert (east["volume"], list(east["people"])) == (30, ["佐藤"])
    assert figures(SILVER_WEEK.with_keys(user=""))["volume"] == 5


# The to-dos of the window


def planned(due_on: date = FIRST, **fields):
    return TodoFactory(original_due_on=due_on, **{"created_on": date(2020, 9, 1)} | fields)


def test_the_stock_lasts_as_long_as_the_pace_of_the_baseline_says(sato):
    work(sato, 40, BASELINE)
    for _n in range(5):
        planned(assignee=sato)
    found = figures(name="callable_stock")
    assert (found["callable"], found["days"]) == (5, 2.5)


def test_a_stock_without_a_pace_has_no_days_and_99_is_the_most(sato):
    for _n in range(5):
        planned(assignee=sato)
    assert figures(name="callable_stock")["days"] is None
    work(sato, 1, BASELINE)
    assert figures(name="callable_stock")["days"] == 99


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, 1),
        ({"due_on": LAST}, 1),
        ({"due_on": date(2020, 9, 22)}, 0),
        ({"due_on": date(2020, 9, 26)}, 0),
        ({"created_on": date(2020, 9, 22)}, 1),
        ({"created_on": FIRST}, 0),
        ({"status": "done", "closed_on": FIRST}, 1),
        ({"status": "done", "closed_on": date(2020, 9, 22)}, 0),
    ],
)
def test_the_stock_is_what_stood_when_the_window_began(fields, counts):
    planned(**fields)
    assert answer("callable_stock", SILVER_WEEK).total == counts


def test_before_the_window_the_stock_is_what_stands_today():
    planned(created_on=date(2020, 9, 15))
    planned(created_on=date(2020, 9, 16))
    assert answer("callable_stock", Asked(as_of=date(2020, 9, 15), first_on=FIRST, last_on=LAST)).total == 1


def test_one_deal_is_called_once():
    deal = DealFactory()
    planned(deal=deal)
    planned(deal=deal)
    planned(deal=deal, due_on=LAST)
    report = answer("callable_stock", SILVER_WEEK)
    assert (report.total, report.part_rows("planned").count()) == (1, 3)


def test_whom_we_may_not_contact_is_no_stock():
    planned(contact=ContactFactory(do_not_contact_reason="本人の希望"))
    planned(contact=ContactFactory())
    assert answer("callable_stock", SILVER_WEEK).total == 1


def test_promises_are_set_against_what_is_expected(sato):
    work(sato, 900, BASELINE)
    for _n in range(22):
        planned(assignee=sato, promised=True)
    planned(assignee=sato)
    found = figures(name="callable_stock")
    assert (found["promised"], found["expected"], found["promise_cover"]) == (22, 135, 16.3)


def test_a_reason_to_call_is_a_hook_or_a_sentence_for_the_industry():
    planned(hook="予算の時期")
    planned(cycle=CycleFactory(lost=True))
    planned(deal__company__industry="製造")
    planned(deal__company__industry="金融")
    assert figures(name="callable_stock")["prepared"] == 2
    why = WhyYouNow.objects.create(text="連休の人手", industries=["製造"], starts_on=LAST, expires_on=LAST)
    assert figures(name="callable_stock")["prepared"] == 3
    why.starts_on = why.expires_on = LAST + timedelta(days=1)
    why.save()
    assert figures(name="callable_stock")["prepared"] == 2
    WhyYouNow.objects.create(text="どなたにも", starts_on=FIRST, expires_on=FIRST)
    assert figures(name="callable_stock")["prepared_rate"] == 100


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "known"),
    [(LAST, LAST, 1), (FIRST, FIRST, 1), (date(2020, 9, 22), date(2020, 9, 22), 0), (date(2020, 9, 26), LAST, 0)],
)
def test_attendance_is_known_where_somebody_noted_it_for_a_day_of_the_window(sato, starts_on, ends_on, known):
    contact = ContactFactory()
    planned(contact=contact)
    ends_on = max(starts_on, ends_on)
    AvailabilityGuess.objects.create(
        contact=contact, guess="as_usual", starts_on=starts_on, ends_on=ends_on, noted_by=sato
    )
    found = figures(name="callable_stock")
    assert (found["known"], found["known_rate"]) == (known, 100.0 * known)
