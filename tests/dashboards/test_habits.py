"""習慣: whether the daily work is done in the way that forgets nothing (SC-14, M-08)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.models import Activity, LintPattern
from activities.states import ActivityKind
from dashboards.pages.habits import habits
from dashboards.reports import Asked, answer
from people.states import Role
from tests.dashboards.rows import person
from tests.dashboards.test_views import rows_of_file
from tests.factories import CycleFactory, DealFactory, TodoFactory, at_noon
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)
JULY = Asked(as_of=AS_OF, first_on=date(2025, 7, 1), last_on=AS_OF)
TODAY = Asked(as_of=AS_OF)
ADDRESS = "/dashboards/habits/"


def share(name: str, asked: Asked = TODAY) -> tuple[int, int]:
    report = answer(name, asked)
    return report.total, report.whole_total


def act(**fields) -> Activity:
    day = fields.pop("day", AS_OF)
    values = {"kind": ActivityKind.CALL, "outcome": "callback", "is_imported": True} | fields
    return Activity.objects.create(occurred_at=at_noon(day), **values)


def mail(**fields) -> Activity:
    return act(kind=ActivityKind.EMAIL, outcome=None, **fields)


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, 1),
        ({"promised": True}, 0),
        ({"hook": "予算の時期"}, 0),
        ({"done": True}, 0),
    ],
)
def test_a_to_do_without_promise_and_hook_is_without_purpose(fields, counts):
    TodoFactory(**fields)
    assert share("purposeless")[0] == counts


def test_the_hook_of_the_follow_up_is_a_purpose():
    TodoFactory(cycle=CycleFactory(lost=True))
    TodoFactory(cycle=CycleFactory())
    assert share("purposeless") == (1, 2)


@pytest.mark.parametrize(("due", "counts"), [(1, 0), (0, 0), (-1, 1)])
def test_a_to_do_of_a_rule_has_until_its_due_date(due, counts):
    TodoFactory(rule_made=True, original_due_on=AS_OF + timedelta(days=due))
    assert share("purposeless") == (counts, 1)


def test_promises_are_a_share_of_the_open_to_dos():
    TodoFactory(promised=True)
    TodoFactory()
    TodoFactory(promised=True, done=True)
    assert share("promised_todos") == (1, 2)


def test_an_empty_phrase_of_the_settings_is_found_in_subject_or_hook():
    LintPattern.objects.all().delete()
    LintPattern.objects.create(text="その後いかが")
    LintPattern.objects.create(text="お時間経った", is_active=False)
    for fields in (
        {"subject": "その後いかがでしょうか"},
        {"hook": "その後いかが"},
        {"subject": "その後いかが", "promised": True},
        {"subject": "1ヶ月ほどお時間経ったので"},
        {"subject": "見積の確認"},
    ):
        TodoFactory(**fields)
    assert share("lint") == (2, 5)
    LintPattern.objects.all().delete()
    assert share("lint") == (0, 5)


def test_mails_are_linked_to_a_record_or_not():
    mail(deal=DealFactory())
    mail(direction="inbound", deal=DealFactory())
    mail()
    mail(is_bulk=True)
    mail(day=date(2025, 6, 30), deal=DealFactory())
    assert share("linked_mails") == (2, 3)


def test_a_call_without_a_result_is_a_call():
    act()
    act(outcome=None)
    act(outcome=None, is_void=True)
    act(outcome=None, day=date(2025, 8, 1))
    assert share("call_results") == (1, 2)


def test_without_a_period_it_is_the_month_of_the_day():
    act()
    act(day=date(2025, 7, 1))
    act(day=date(2025, 6, 30))
    report = answer("habits", TODAY)
    assert (report.total, report.asked.first_on) == (2, date(2025, 7, 1))
    assert report.figures()["call_results"] == {"numerator": 2, "denominator": 2, "rate": 100.0}


every_world = st.lists(
    st.fixed_dictionaries(
        {
            "who": st.sampled_from(["佐藤", "鈴木", None]),
            "what": st.sampled_from(["call", "mail", "todo"]),
            "good": st.booleans(),
            "hook": st.sampled_from(["", "予算"]),
        }
    ),
    max_size=14,
)


@worlds(25)
@given(world=every_world)
def test_the_page_agrees_with_a_count_row_by_row_and_adds_up(world):
    with transaction.atomic():
        people = {name: person(name, Role.IS) for name in ("佐藤", "鈴木")}
        for one in world:
            owner = people.get(one["who"])
            if one["what"] == "call":
                act(owner=owner, outcome="callback" if one["good"] else None)
            elif one["what"] == "mail":
                mail(owner=owner, deal=DealFactory() if one["good"] else None)
            else:
                TodoFactory(assignee=owner, hook=one["hook"], promised=one["good"])
        shown = habits(JULY)
        rows = {row.name or None: row for row in shown.rows}
        for name in ("佐藤", "鈴木", None):
            his = [one for one in world if one["who"] == name]
            todos = [one for one in his if one["what"] == "todo"]
            bare = [one for one in todos if not one["good"] and not one["hook"]]
            if his:
                _next_step, promised, purposeless, _lint, mails, calls = rows[name].cells
                assert rows[name].logged == len(his) - len(todos)
                assert promised.n == purposeless.n == len(todos)
                assert share("purposeless", TODAY.with_keys(user=name or "")) == (len(bare), len(todos))
                assert (mails.n, calls.n) == tuple(sum(one["what"] == what for one in his) for what in ("mail", "call"))
        assert shown.tiles[0].value == sum(row.logged for row in shown.rows) == answer("habits", JULY).total
        transaction.set_rollback(True)


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime.combine(AS_OF, time(9), timezone.get_default_timezone()))
    client = Client()
    client.force_login(person("渡辺", Role.IS_MANAGER, language="ja"))
    return client


@pytest.fixture
def sato():
    one = person("佐藤", Role.IS, team="東")
    for n in range(6):
        act(owner=one, outcome="callback" if n else None, is_imported=not n, deal=DealFactory())
        mail(owner=one, deal=DealFactory() if n > 1 else None)
        TodoFactory(assignee=one, promised=n > 3)
    return one


@pytest.mark.parametrize("query", ["", "?team=東", "?from=2025-07-31&to=2025-07-31"])
def test_every_share_opens_a_report_with_the_same_share(browser, sato, query):
    shown = browser.get(f"{ADDRESS}{query}").context["shown"]
    assert [row.name for row in shown.rows] == ["佐藤"]
    shares = [(tile.url, tile.value) for tile in shown.tiles[1:]] + [(one.url, one.rate) for one in shown.rows[0].cells]
    for url, percent in shares:
        found = browser.get(url).context
        assert (found["rate"].percent if found["rate"].whole >= 5 else None) == percent
        assert len(rows_of_file(browser, url)) == found["rate"].numerator + 1
    assert browser.get(shown.tiles[0].url).context["page"].paginator.count == shown.tiles[0].value == 12


def test_few_cases_give_no_number(browser):
    TodoFactory(promised=True)
    assert browser.get(ADDRESS).context["shown"].tiles[2].value is None
    assert "件数不足(n=1)" in browser.get(ADDRESS).content.decode()


@pytest.mark.parametrize("query", ["?team=解散した課", "?user=いない人", "?from=2025-07-02&to=2025-07-01", "?as_of=x"])
def test_what_does_not_exist_is_left_out_and_said(browser, sato, query):
    context = browser.get(f"{ADDRESS}{query}").context
    assert context["form"].is_outdated
    assert len(context["shown"].rows) == 1


@pytest.mark.parametrize("query", ["?from=2012-01-01&to=2021-12-31", "?as_of=2040-01-01", "?user=null"])
def test_any_period_is_answered(browser, sato, query):
    assert browser.get(f"{ADDRESS}{query}").status_code == 200


def test_the_number_of_queries_does_not_grow(browser, sato):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            browser.get(ADDRESS)
        return len(found)

    first = queries()
    for n in range(50):
        one = person(f"人{n}", Role.IS)
        mail(owner=one)
        TodoFactory(assignee=one)
    assert queries() == first <= 15
