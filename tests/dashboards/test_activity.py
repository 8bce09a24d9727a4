"""活動と架電結果 as a manager opens it: every number with its rows and what it is compared with (SC-16)."""

import csv
import json
import re
from datetime import date, datetime, time, timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.states import CallOutcome
from dashboards.pages.goal import goal_of
from dashboards.reports import Asked
from dashboards.reports.dimensions import Grain
from dashboards.spans import Span, bars_until
from leads.models import NurturingReason
from people.models import Target, User
from people.states import LAUNCH_PANELS, ActivityPanel, Role
from tests.dashboards.rows import call, deal, lost, person, stagnant
from tests.factories import ActivityFactory, LeadFactory, SourceFactory

AS_OF = date(2025, 7, 31)
URL = "/dashboards/activity/"
EVERYTHING = list(ActivityPanel.values)
GOLDEN = {"not_connected": 22, "callback": 6, "appointment": 4, "declined": 5, "out_of_target_person": 3}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Thursday, 31 July 2025, 9:10 in Tokyo."""
    now = datetime.combine(AS_OF, time(9, 10), timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def manager() -> User:
    return person("渡辺", Role.IS_MANAGER, language="en", activity_panels=EVERYTHING)


@pytest.fixture
def browser(manager) -> Client:
    client = Client()
    client.force_login(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def staff() -> User:
    return person("佐藤", Role.IS, team="東")


@pytest.fixture
def forty_calls(staff):
    """Domain E.7, in July; and one call of June."""
    for n, outcome in enumerate(code for code, count in GOLDEN.items() for _n in range(count)):
        call(staff, date(2025, 7, 1) + timedelta(days=n % 30), outcome, deal=deal(f"商談{n}", date(2025, 6, 1)))
    call(staff, date(2025, 6, 3), CallOutcome.CALLBACK)


def context_of(browser: Client, query: str = ""):
    response = browser.get(URL + query)
    assert response.status_code == 200
    return response.context


def tiles_of(browser: Client, query: str = "") -> dict:
    return {tile.name: tile for tile in context_of(browser, query)["tiles"]}


def count_behind(browser: Client, url: str) -> int:
    """The rows of the list, of its file and of its JSON, which are as many."""
    shown = browser.get(url).context["page"].paginator.count
    parts = urlsplit(url)
    file = b"".join(browser.get(f"{parts.path.rstrip('/')}.csv?{parts.query}").streaming_content).decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(file)))) - 1 == shown
    assert json.loads(browser.get(f"{parts.path.rstrip('/')}.json?{parts.query}").content)["total"] == shown
    return shown


# The golden calls, on the page and behind it


def test_golden_rates_stand_on_the_page(browser, forty_calls):
    context = context_of(browser)

    assert tiles_of(browser)["connect_rate"].value == 45.0
    assert [line.percent for line in context["connect_rate"]] == [45.0, 37.5, 22.5, 10.0, 44.4]
    for line in context["connect_rate"]:
        assert count_behind(browser, line.numerator_url) == line.numerator
        assert count_behind(browser, line.denominator_url) == line.denominator


def test_the_results_of_the_period_open_their_calls_and_add_up(browser, forty_calls):
    shown = context_of(browser)["outcomes"]

    assert [cell.count for _series, cell in shown.legend] == [4, 6, 5, 22, 3]
    assert shown.whole.count == 40
    for _series, cell in shown.legend:
        assert count_behind(browser, cell.url) == cell.count


@pytest.mark.parametrize("grain", ["month", "week", "day"])
def test_each_number_of_the_table_opens_its_calls(browser, forty_calls, grain):
    shown = context_of(browser, f"?grain={grain}")["outcomes"]

    for line in shown.lines:
        *parts, whole = line.cells
        assert sum(cell.count for cell in parts) == whole.count
        for cell in line.cells:
            if cell.count:
                assert browser.get(cell.url).context["page"].paginator.count == cell.count


def test_calls_without_a_result_have_a_series_only_where_there_are_any(browser, staff):
    call(staff, AS_OF)
    assert len(context_of(browser)["outcomes"].series) == 5
    call(staff, AS_OF, None, is_imported=True)
    assert [str(one.label) for one in context_of(browser)["outcomes"].series][-1] == "No result"


# Tiles and what they are compared with


def test_a_tile_is_compared_with_the_same_days_of_last_month(browser, staff):
    for day in (date(2025, 7, 15), date(2025, 6, 15), date(2025, 6, 16)):
        call(staff, day)

    tile = tiles_of(browser, "?as_of=2025-07-15")["activity_volume"]

    assert (tile.value, tile.trend[-2:]) == (1, [1, 1])
    assert "1 in the same days last month" in tile.note


def test_a_longer_period_is_compared_with_the_period_before(browser, staff):
    call(staff, date(2025, 7, 15))
    call(staff, date(2025, 4, 10))

    tile = tiles_of(browser, "?from=2025-05-01&to=2025-07-31")["activity_volume"]

    assert (tile.value, list(tile.trend)) == (1, [1, 1])
    assert "1 in the period before" in tile.note


def test_every_tile_is_what_its_rows_are(browser, staff, forty_calls):
    ActivityFactory(mail=True, owner=staff)
    LeadFactory(created_on=AS_OF)
    for name, tile in tiles_of(browser).items():
        rows = count_behind(browser, tile.url)
        assert rows == (round(tile.value * 40 / 100) if name in ("connect_rate", "next_step") else tile.value), name


def test_few_calls_give_no_rate(browser, staff):
    for _n in range(4):
        call(staff, AS_OF, CallOutcome.CALLBACK)
    tile = tiles_of(browser)["connect_rate"]
    assert (tile.value, "n=4" in tile.note) == (None, True)


# Sources


def test_appointments_by_source_and_channel_add_up_and_open_their_calls(browser, staff):
    web = SourceFactory(name="Web")
    won = CallOutcome.APPOINTMENT
    call(staff, AS_OF, won, deal=deal("新", date(2025, 7, 1), source=web))
    call(staff, AS_OF, won, deal=lost("失", date(2025, 7, 1), date(2025, 10, 1), source=web).deal)
    call(staff, AS_OF, won, deal=stagnant("滞", date(2025, 7, 1)).deal)
    call(staff, AS_OF, won, lead=LeadFactory())

    shown = context_of(browser)["sources"]

    assert shown.total.count == sum(bar.count for bar in shown.bars) == 4
    assert {bar.label: bar.count for bar in shown.bars} == {
        "Revived, stagnant": 1, "Revived, lost": 1, "Web": 1, "Unknown": 1,
    }  # fmt: skip
    assert {line.label: line.cells[-1].count for line in shown.lines} == {"Web": 2, "Unknown": 2}
    for bar in shown.bars:
        assert count_behind(browser, bar.url) == bar.count


# People, stock, nurtured leads


def test_who_did_what_on_which_day(browser, staff):
    call(staff, date(2025, 7, 30))
    call(staff, AS_OF)
    ActivityFactory(mail=True, owner=staff)
    call(person("鈴木"), AS_OF)

    shown = context_of(browser)["people"]

    assert shown.columns == ["7/30", "7/31"]
    lines = [(name, line.label, line.cells) for name, lines in shown.persons for line in lines]
    assert [(name, label, [cell.count for cell in cells]) for name, label, cells in lines] == [
        ("佐藤", "Call", [1, 1, 2]), ("佐藤", "E-mail", [0, 1, 1]), ("鈴木", "Call", [0, 1, 1]),
    ]  # fmt: skip
    assert all(count_behind(browser, cells[-1].url) == cells[-1].count for _name, _label, cells in lines)


def test_nurtured_leads_stand_by_reason(browser):
    timing = NurturingReason.objects.get(code="timing")
    LeadFactory(status="nurturing_action", nurturing_reason=timing)
    LeadFactory(nurturing_reason=timing)

    _statuses, lines = context_of(browser)["nurturing"]

    assert [[cell.count for cell in line.cells] for line in lines] == [[1, 0]]
    assert count_behind(browser, lines[0].cells[0].url) == 1


def test_the_parts_of_the_volume_open_their_rows(browser, forty_calls):
    parts, figures = context_of(browser)["stock_ratio"]
    assert sum(part.count for part in parts) == figures["denominator"] == 40
    assert all(count_behind(browser, part.url) == part.count for part in parts)


# Filters and odd periods


def test_filters_narrow_all_of_the_page(browser, staff, forty_calls):
    call(person("鈴木", team="西"), AS_OF, CallOutcome.CALLBACK)
    for query in ("?user=佐藤", "?team=東"):
        assert tiles_of(browser, query)["activity_volume"].value == 40
    assert tiles_of(browser, "?source=null")["activity_volume"].value == 41


@pytest.mark.parametrize(
    "query",
    [
        "?from=2015-08-01&to=2025-07-31",
        "?from=2025-07-31&to=2025-07-31",
        "?from=2030-01-01&to=2030-01-31",
        "?from=0001-01-01&to=0001-01-02",
        "?from=1900-01-01&to=2999-12-31",
        "?from=2025-02-30",
        "?as_of=1999-01-01",
        "?as_of=9999-12-31",
        "?user=退職した人",
        "?team=null&source=null&user=null",
        "?grain=hour",
    ],
)
def test_odd_questions_are_answered(browser, forty_calls, query):
    assert context_of(browser, query)["tiles"]


def test_what_does_not_exist_is_said(browser):
    for query in ("?user=退職した人", "?grain=hour"):
        assert "left out" in browser.get(URL + query).content.decode()


def test_the_number_of_queries_is_the_same_at_one_and_at_fifty_rows(browser, staff, django_assert_num_queries):
    def fill(count: int) -> None:
        for n in range(count):
            caller = person(f"担当{count}-{n}")
            source = SourceFactory()
            call(caller, AS_OF, CallOutcome.APPOINTMENT, deal=deal(f"商談{count}-{n}", AS_OF, source=source))

    fill(1)
    context_of(browser)
    with CaptureQueriesContext(connection) as few:
        context_of(browser, "?user=佐藤&team=東")
    fill(50)
    with django_assert_num_queries(len(few)):
        context_of(browser, "?user=佐藤&team=東")
    User.objects.update(activity_panels=None)
    with CaptureQueriesContext(connection) as launch:
        context_of(browser)
    assert (len(few), len(launch)) <= (15, 15)
    assert len(launch) < len(few)


# Targets


def goal(on: date, reached: int = 31, **where: str):
    question = Asked(as_of=on, first_on=on.replace(day=1), last_on=on, where=where)
    return goal_of(question, Span(on.replace(day=1), on), reached)


def test_progress_is_measured_by_business_days(staff):
    Target.objects.create(user=staff, month_on=date(2025, 7, 1), metric="appointments", value=44)
    Target.objects.create(user=staff, month_on=date(2025, 7, 1), metric="activities", value=900)

    shown = goal(date(2025, 7, 15), reached=11)

    assert (shown.target, shown.days_gone, shown.days) == (44, 11, 22)
    assert (shown.expected, shown.progress) == (22, 50)


def test_targets_are_those_of_the_people_asked_for(staff):
    other = person("鈴木", team="西")
    for user, value in ((staff, 10), (other, 5)):
        Target.objects.create(user=user, month_on=date(2025, 7, 1), metric="appointments", value=value)

    assert goal(AS_OF).target == 15
    assert goal(AS_OF, user="鈴木").target == 5
    assert goal(AS_OF, team="東").target == 10
    assert goal(AS_OF, source="Web") is None
    assert goal(date(2025, 6, 30)) is None


def test_a_week_of_three_business_days_needs_more_a_day_if_weeks_are_split_evenly(staff):
    """S4-19: 50 a week are 10 a day, and 16.7 in a week of three business days."""
    Target.objects.create(user=staff, month_on=date(2020, 9, 1), metric="appointments", value=200)

    week = goal(date(2020, 9, 24)).short_week  # 20 business days in the month, two holidays in the week

    assert (week.days, week.even, week.by_days, week.a_day) == (3, 50, 30, 10)
    assert (round(week.needed, 1), round(week.factor, 2)) == (16.7, 1.67)
    assert goal(date(2020, 9, 18)).short_week is None


# What to show


def test_the_launch_set_is_shown_first_and_the_choice_is_kept(browser, manager, staff):
    User.objects.filter(pk=manager.pk).update(activity_panels=None)
    shown = context_of(browser)
    assert [code for code, _label, is_chosen in shown["choices"] if is_chosen] == list(LAUNCH_PANELS)
    assert all(name in shown for name in ("outcomes", "sources", "leads"))
    assert "people" not in shown

    answered = browser.post(reverse("dashboards:activity_panels"), {"panel": ["people", "gone"], "query": "grain=day"})

    assert answered.url == f"{URL}?grain=day"
    shown = context_of(browser)
    assert [code for code, _label, is_chosen in shown["choices"] if is_chosen] == ["people"]
    assert "people" in shown and "outcomes" not in shown


def test_nothing_may_be_chosen(browser, manager):
    browser.post(reverse("dashboards:activity_panels"), {})
    manager.refresh_from_db()
    assert manager.activity_panels == []
    assert context_of(browser)["tiles"] == []


def test_the_choice_keeps_within_the_site(browser):
    answered = browser.post(reverse("dashboards:activity_panels"), {"query": "//evil.example/"})
    assert answered.url.startswith(URL)


# Bars


def test_bars_end_on_the_day_and_follow_each_other():
    for grain in Grain:
        bars = bars_until(date(2025, 7, 16), grain)
        assert bars[-1].last_on == date(2025, 7, 16)
        assert all(one.last_on + timedelta(days=1) == two.first_on for one, two in zip(bars, bars[1:], strict=False))


def test_each_bar_of_the_picture_is_a_link(browser, forty_calls):
    shown = context_of(browser)["outcomes"]
    drawn = browser.get(URL).content.decode()
    links = re.findall(r'<a href="([^"]+)" aria-label', drawn)
    assert len(shown.bars) <= len(links)
