"""ストックとフロー as a manager opens it (SC-19)."""

from datetime import datetime, time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.pages.stock_flow_words import BADGES
from dashboards.records import sheet_of
from dashboards.stock_and_flow import Verdict
from people.states import Role
from tests.dashboards.rows import person
from tests.dashboards.test_stock_flow import BASELINE, FIRST, LAST, SILVER_WEEK, WINDOW, planned, work
from tests.dashboards.test_views import rows_of_file
from tests.factories import AbsenceFactory, LeadFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/dashboards/stock-flow/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    now = datetime.combine(SILVER_WEEK.as_of, time(9, 10), timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def browser():
    client = Client()
    client.force_login(person("渡辺", Role.IS_MANAGER, language="ja"))
    return client


@pytest.fixture
def team():
    """Sato falls to 0.80, Suzuki makes too few calls to be judged, Takahashi is away."""
    sato, suzuki, takahashi = (person(name, Role.IS, team="東") for name in ("佐藤", "鈴木", "高橋"))
    work(sato, 900, BASELINE)
    work(sato, 106, WINDOW)
    work(sato, 2, WINDOW, outcome="appointment")
    work(suzuki, 120, BASELINE)
    work(suzuki, 18, WINDOW, outcome="callback")
    work(takahashi, 400, BASELINE)
    AbsenceFactory(user=takahashi, starts_on=FIRST, ends_on=LAST)
    planned(assignee=sato, promised=True)
    planned(assignee=suzuki)
    LeadFactory(created_on=FIRST)
    return sato


def context(browser: Client, query: str = ""):
    response = browser.get(f"{ADDRESS}{query}")
    assert response.status_code == 200
    return response.context


def verdicts(found) -> dict[str, Verdict]:
    of_badge = {badge: verdict for verdict, badge in BADGES.items()}
    return {row.name: of_badge[row.hint.badge] for row in found["shown"].rows}


def test_the_latest_bridge_is_shown_with_a_verdict_for_the_team_and_everybody(browser, team):
    found = context(browser)
    assert (found["shown"].window.first_on, found["shown"].window.last_on) == (FIRST, LAST)
    assert found["shown"].hint.badge is BADGES[Verdict.FLOW]
    assert verdicts(found) == {"佐藤": Verdict.FLOW, "鈴木": Verdict.OPEN, "高橋": Verdict.AWAY}
    said = browser.get(ADDRESS).content.decode()
    assert "参考の判定です。評価には使いません" in said
    assert "フロー型の疑い" in said


def test_every_number_opens_as_many_rows_and_the_file_holds_them(browser, team):
    found = context(browser)["shown"]
    tiles = {tile.name: tile for tile in found.tiles}
    counted = {name: tiles[name].value for name in ("stock_flow", "appointments", "leads", "promised")}
    counted |= {row.volume_url: row.compared.window.volume for row in found.rows}
    counted |= {row.baseline_url: row.compared.baseline.volume for row in found.rows}
    counted |= {row.promised_url: row.promised for row in found.rows}
    counted |= {row.connect_url: row.compared.window.connected for row in found.rows}
    assert counted["stock_flow"] == 126
    for name, value in counted.items():
        address = tiles[name].url if name in tiles else name
        page = browser.get(address).context["page"]
        assert page.paginator.count == value
        assert sheet_of(page.paginator.object_list)
        assert len(rows_of_file(browser, address)) == value + 1


def test_another_window_and_a_team_stand_in_the_address(browser, team):
    found = context(browser, "?from=2020-09-14&to=2020-09-16&team=東")
    assert found["shown"].window.days == tuple(BASELINE[-5:-2])
    assert not found["form"].is_outdated


@pytest.mark.parametrize(
    "query",
    ["?from=2020-09-16&to=2020-09-14", "?team=解散した課", "?user=いない人", "?baseline=gone", "?from=x&as_of=y"],
)
def test_what_does_not_exist_is_left_out_and_said(browser, team, query):
    found = context(browser, query)
    assert found["form"].is_outdated
    assert found["shown"].window.first_on == FIRST


@pytest.mark.parametrize(
    "query",
    [
        "?from=2012-01-01&to=2021-12-31",
        "?from=2020-09-23&to=2020-09-23",
        "?from=2030-01-01&to=2030-01-31",
        "?from=2020-09-19&to=2020-09-20",
        "?as_of=2012-01-01",
        "?user=null",
    ],
)
def test_any_period_is_answered(browser, team, query):
    assert context(browser, query)["shown"].tiles


def test_without_anybody_it_says_so(browser):
    assert "まだ行動がありません" in browser.get(ADDRESS).content.decode()


def test_the_week_before_decides_only_where_it_is_switched_on(browser):
    sato = person("佐藤", Role.IS)
    work(sato, 675, BASELINE[:15])
    work(sato, 300, BASELINE[15:])
    work(sato, 130, WINDOW)
    assert verdicts(context(browser)) == {"佐藤": Verdict.STOCK}
    assert verdicts(context(browser, "?baseline=either")) == {"佐藤": Verdict.FLOW}
    note = "約11%"
    assert note in browser.get(f"{ADDRESS}?baseline=either").content.decode()
    assert note not in browser.get(ADDRESS).content.decode()


def test_the_calendar_offers_past_and_coming_bridges(browser):
    found = context(browser, "?as_of=2020-09-15")
    assert [(one.first_on, one.is_next) for one in found["choices"] if one.is_next] == [(FIRST, True)]
    assert found["coming"].last_on == LAST


def queries(browser: Client) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        context(browser)
    return len(found)


def test_the_number_of_queries_does_not_grow(browser, team):
    first = queries(browser)
    for n in range(50):
        one = person(f"人{n}", Role.IS)
        work(one, 3, WINDOW)
        planned(assignee=one)
    assert queries(browser) == first <= 15
