"""商談状況: in which status the live deals lie, and for how long (SC-17, M-20)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dashboards.pages.pipeline import pipeline
from dashboards.reports import Asked, answer
from dashboards.snapshots import take_snapshot
from deals.models import Deal
from deals.states import OPEN_STATUSES
from people.states import Role
from tests.dashboards.rows import person
from tests.dashboards.test_views import rows_of_file
from tests.factories import DealFactory, TeamFactory
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)
ASKED = Asked(as_of=AS_OF)
ADDRESS = "/dashboards/pipeline/"


def touched(days: int | None, **fields) -> Deal:
    """A deal last contacted so many days ago, created long before; None: never."""
    contact = None if days is None else AS_OF - timedelta(days=days)
    return DealFactory(**{"created_on": AS_OF - timedelta(days=90)} | fields, last_contact_on=contact)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, "0-6"), (6, "0-6"), (7, "7-13"), (13, "7-13"), (14, "14-29"), (29, "14-29"), (30, "30-59"),
        (59, "30-59"), (60, "60+"), (61, "60+"), (80, "60+"),
    ],
)  # fmt: skip
def test_a_deal_lies_in_the_bucket_of_its_days(days, bucket):
    touched(days)
    found = answer("pipeline_aging", ASKED)
    assert found.groups(["age"]) == [{"key": bucket, "n": 1}]
    assert found.figures()[bucket] == 1


def test_a_deal_that_nobody_has_contacted_ages_from_its_creation():
    touched(None, created_on=AS_OF - timedelta(days=13))
    assert answer("pipeline_aging", ASKED).groups(["age"]) == [{"key": "7-13", "n": 1}]


def test_closed_returned_and_later_deals_are_not_live():
    DealFactory(lost=True)
    DealFactory(won=True)
    DealFactory(excluded=True)
    DealFactory(returned=True)
    DealFactory(created_on=AS_OF + timedelta(days=1))
    assert answer("pipeline_aging", ASKED).total == 0


deals = st.fixed_dictionaries(
    {
        "status": st.sampled_from([str(status) for status in OPEN_STATUSES]),
        "days": st.sampled_from([None, 0, 6, 7, 13, 14, 29, 30, 59, 60, 75]),
        "amount": st.sampled_from([None, Decimal(10), Decimal("0.5")]),
    }
)


@worlds(25)
@given(world=st.lists(deals, max_size=8))
def test_the_table_agrees_with_a_count_row_by_row_and_adds_up(world):
    with transaction.atomic():
        for one in world:
            touched(one["days"], status=one["status"], amount=one["amount"])
        shown = pipeline(ASKED)
        for status, row in zip(OPEN_STATUSES, shown.rows, strict=True):
            his = [one for one in world if one["status"] == status]
            ages = [90 if one["days"] is None else one["days"] for one in his]
            bounds = [(0, 6), (7, 13), (14, 29), (30, 59), (60, 999)]
            assert [cell.count for cell in row.cells] == [sum(a <= age <= b for age in ages) for a, b in bounds]
            assert (row.whole.count, row.whole.amount) == (len(his), sum(one["amount"] or 0 for one in his))
        assert [cell.count for cell in shown.foot.cells] == [
            sum(column) for column in zip(*([cell.count for cell in row.cells] for row in shown.rows), strict=True)
        ]
        assert shown.foot.whole.count == len(world) == sum(tile.value for tile in shown.tiles[1:])
        transaction.set_rollback(True)


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime.combine(AS_OF, time(9), timezone.get_default_timezone()))
    client = Client()
    client.force_login(person("渡辺", Role.IS_MANAGER, language="ja"))
    return client


@pytest.fixture
def some():
    east = TeamFactory(name="東")
    touched(3, status="quoted", amount=Decimal(1_680_000), team=east)
    touched(61, status="quoted", team=east)
    touched(20, status="contacting")
    DealFactory(won=True, team=east)
    DealFactory(returned=True)


@pytest.mark.parametrize("query", ["", "?team=東"])
def test_every_cell_opens_its_deals_and_the_file_holds_them(browser, some, query):
    shown = browser.get(f"{ADDRESS}{query}").context["shown"]
    rows = [*shown.rows, shown.foot]
    cells = [cell for row in rows for cell in (*row.cells, row.whole)] + list(shown.others)
    for counted in [*cells, *shown.tiles]:
        due = counted.value if hasattr(counted, "value") else counted.count
        assert browser.get(counted.url).context["page"].paginator.count == due
    assert shown.foot.whole.count == (2 if query else 3)
    assert len(rows_of_file(browser, shown.foot.whole.url)) == shown.foot.whole.count + 1
    assert sum(cell.count for cell in shown.others) == (1 if query else 2)


@pytest.mark.parametrize("query", ["?team=解散した課", "?user=いない人", "?source=gone", "?as_of=x"])
def test_what_does_not_exist_is_left_out_and_said(browser, some, query):
    context = browser.get(f"{ADDRESS}{query}").context
    assert context["form"].is_outdated
    assert context["shown"].foot.whole.count == 3


@pytest.mark.parametrize("query", ["?as_of=2012-01-01", "?from=2012-01-01&to=2012-02-01", "?team=null"])
def test_any_day_is_answered(browser, some, query):
    assert browser.get(f"{ADDRESS}{query}").status_code == 200


FOUR_WEEKS = timedelta(weeks=4)


def keep_the_day(day: date, taken_on: date | None = None) -> None:
    at = datetime.combine(taken_on or day, time(23, 55), timezone.get_default_timezone())
    take_snapshot(day, now=at)


@pytest.mark.parametrize(("late", "is_found"), [(-1, False), (0, True), (6, True), (7, False)])
def test_four_weeks_ago_is_the_last_kept_day_of_the_week_that_ends_then(some, late, is_found):
    keep_the_day(AS_OF - FOUR_WEEKS - timedelta(days=late))
    past = pipeline(ASKED).past
    assert past.aimed_on == AS_OF - FOUR_WEEKS
    assert (past.counted_on is not None) is is_found
    assert bool(past.reason) is not is_found


def test_each_status_and_age_is_compared_with_what_was_kept(some):
    keep_the_day(AS_OF - FOUR_WEEKS)  # only the deal that nobody has touched since is known to that day
    touched(2, status="quoted")
    shown = pipeline(ASKED)
    assert (shown.foot.then, shown.foot.change) == (1, "+3")
    assert [(row.then, row.change) for row in shown.rows if row.whole.count == 3] == [(1, "+2")]
    assert (0, "±0") in {(row.then, row.change) for row in shown.rows}
    notes = {tile.name: tile.note for tile in shown.tiles}
    assert "+3" in notes["open"] and "+2" in notes["0-6"] and "−1" in notes["30-59"] and "+1" in notes["60+"]


def test_a_team_is_compared_with_its_own_number_and_its_statuses_with_nothing(some):
    keep_the_day(AS_OF - FOUR_WEEKS)
    shown = pipeline(ASKED.with_keys(team="東"))
    assert (shown.foot.then, shown.foot.change) == (1, "+1")
    assert {row.then for row in shown.rows} == {None}
    assert shown.past.reason


def test_what_was_kept_for_all_is_no_comparison_for_one_source(some):
    keep_the_day(AS_OF - FOUR_WEEKS)
    past = pipeline(ASKED.with_keys(source="")).past
    assert (past.counted_on, past.counts) == (None, {}) and past.reason


def test_a_day_that_was_counted_later_says_so(browser, some):
    keep_the_day(AS_OF - FOUR_WEEKS, taken_on=AS_OF)
    assert "再計算" in browser.get(ADDRESS).content.decode()


def test_without_deals_the_page_stands(browser):
    assert browser.get(ADDRESS).context["shown"].foot.whole.count == 0


def test_the_number_of_queries_does_not_grow(browser, some):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            browser.get(ADDRESS)
        return len(found)

    first = queries()
    for n in range(50):
        touched(n, status="ongoing")
    assert queries() == first <= 15
