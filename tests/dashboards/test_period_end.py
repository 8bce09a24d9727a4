"""期末確認: what nobody should remember only after the period is over (SC-18, S2-33)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.pages.period_end import notice
from dashboards.reports import Asked, answer
from people.models import Threshold
from people.states import Role, ThresholdCode
from tests.dashboards.rows import person
from tests.dashboards.test_views import rows_of_file
from tests.factories import ActivityFactory, DealFactory, ExemptionFactory, TodoFactory

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 9, 16)  # a Tuesday; ten business days are left of the quarter, 23 September being off
FIRST, LAST = date(2025, 7, 1), date(2025, 9, 30)
ASKED = Asked(as_of=AS_OF)
ADDRESS = "/dashboards/period-end/"


def deal(**fields):
    return DealFactory(**{"created_on": date(2025, 1, 6)} | fields)


def forgotten(asked: Asked = ASKED) -> int:
    return answer("period_end", asked).total


def test_the_period_is_the_fiscal_quarter_unless_the_question_names_another():
    report = answer("period_end", ASKED)
    assert (report.asked.first_on, report.asked.last_on) == (FIRST, LAST)
    Threshold.objects.create(code=ThresholdCode.FISCAL_START_MONTH, value=3)
    assert answer("period_end", ASKED).asked.first_on == date(2025, 9, 1)
    other = Asked(as_of=AS_OF, first_on=date(2025, 4, 1), last_on=date(2025, 6, 30))
    assert answer("period_end", other).asked.first_on == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("day", "count"),
    [(FIRST, 0), (FIRST - timedelta(days=1), 1), (AS_OF, 0), (AS_OF + timedelta(days=1), 1)],
)
def test_a_touch_in_the_period_up_to_the_day_is_enough(day, count):
    ActivityFactory(deal=deal(), day=day)
    assert forgotten() == count


def test_after_the_period_what_was_done_later_does_not_count():
    ActivityFactory(deal=deal(), day=LAST + timedelta(days=1))
    assert forgotten(Asked(as_of=date(2025, 10, 3), first_on=FIRST, last_on=LAST)) == 1


@pytest.mark.parametrize("trait", ["newsletter", "is_void"])
def test_a_newsletter_or_what_was_undone_is_no_touch(trait):
    ActivityFactory(deal=deal(), day=AS_OF, **{trait: True})
    assert forgotten() == 1


@pytest.mark.parametrize(("due", "count"), [(-1, 1), (0, 0), (1, 0)])
def test_a_to_do_of_the_day_or_later_is_a_plan_and_an_overdue_one_is_none(due, count):
    TodoFactory(deal=deal(), original_due_on=AS_OF + timedelta(days=due))
    assert forgotten() == count


def test_a_to_do_that_is_done_is_no_plan():
    TodoFactory(deal=deal(), done=True, original_due_on=LAST)
    assert forgotten() == 1


def test_only_live_deals_are_asked_for():
    for trait in ("lost", "won", "excluded", "returned"):
        DealFactory(**{trait: True})
    assert forgotten() == 0


@pytest.mark.parametrize(
    ("expires_on", "count"),
    [(AS_OF - timedelta(days=1), 0), (AS_OF, 1), (LAST, 1), (LAST + timedelta(days=1), 0)],
)
def test_exemptions_that_end_with_the_period(expires_on, count):
    ExemptionFactory(deal=deal(), starts_on=AS_OF - timedelta(days=20), expires_on=expires_on)
    assert answer("expiring_exemptions", ASKED).total == count


def test_a_deal_with_two_exemptions_counts_once_by_the_first_end():
    one = deal()
    for days in (5, 3):
        expires_on = AS_OF + timedelta(days=days)
        ExemptionFactory(deal=one, starts_on=AS_OF, expires_on=expires_on, rule_code=f"R-{days}")
    rows = answer("expiring_exemptions", ASKED).rows
    assert [row.exempt_until for row in rows] == [AS_OF + timedelta(days=3)]


@pytest.mark.parametrize(
    ("as_of", "left"), [(date(2025, 9, 12), None), (date(2025, 9, 16), 10), (date(2025, 9, 30), 1)]
)
def test_the_notice_comes_ten_business_days_before_the_end(as_of, left):
    deal()
    found = notice(as_of)
    assert (found and found.business_days) == left
    assert found is None or found.count == 1


def test_without_a_forgotten_deal_there_is_no_notice():
    TodoFactory(deal=deal(), original_due_on=LAST)
    assert notice(AS_OF) is None


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime.combine(AS_OF, time(9), timezone.get_default_timezone()))
    client = Client()
    client.force_login(person("渡辺", Role.IS_MANAGER, language="ja"))
    return client


def test_each_forgotten_deal_offers_a_to_do_and_the_way_back(browser):
    one = deal()
    text = browser.get(ADDRESS).content.decode()
    assert f"/todos/add/?deal={one.pk}" in text
    assert f"/deals/{one.pk}/return/" in text
    assert f'name="deal" value="{one.pk}"' in text


def test_who_may_only_look_is_offered_nothing(browser):
    one = deal()
    browser.force_login(person("閲覧", Role.VIEWER, language="ja"))
    text = browser.get(ADDRESS).content.decode()
    assert one.name in text
    assert f"/todos/add/?deal={one.pk}" not in text
    assert 'type="checkbox"' not in text


def test_every_number_opens_its_deals_and_the_file_holds_them(browser):
    for _n in range(3):
        deal()
    ExemptionFactory(deal=deal(), starts_on=AS_OF, expires_on=LAST)
    shown = browser.get(ADDRESS).context["shown"]
    for listed, count in ((shown.forgotten, 4), (shown.expiring, 1)):
        assert listed.figure.value == len(listed.deals) == count
        assert browser.get(listed.figure.url).context["page"].paginator.count == count
        assert len(rows_of_file(browser, listed.figure.url)) == count + 1


def test_the_morning_page_leads_here_in_the_last_ten_business_days(browser):
    deal()
    assert "/dashboards/period-end/?as_of=" in browser.get("/dashboards/today/").content.decode()
    assert "/dashboards/period-end/?as_of=" not in browser.get("/dashboards/today/?as_of=2025-08-01").content.decode()


@pytest.mark.parametrize("query", ["?team=解散した課", "?from=2025-09-02&to=2025-09-01", "?as_of=x"])
def test_what_does_not_exist_is_left_out_and_said(browser, query):
    context = browser.get(f"{ADDRESS}{query}").context
    assert context["form"].is_outdated
    assert context["shown"].first_on == FIRST


@pytest.mark.parametrize("query", ["?from=2010-01-01&to=2020-12-31", "?as_of=2012-01-01", "?as_of=2040-01-01"])
def test_any_period_is_answered(browser, query):
    assert browser.get(f"{ADDRESS}{query}").status_code == 200


def test_the_number_of_queries_does_not_grow(browser):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            browser.get(ADDRESS)
        return len(found)

    deal()
    ExemptionFactory(deal=deal(), starts_on=AS_OF, expires_on=LAST)
    first = queries()
    for _n in range(50):
        ExemptionFactory(deal=deal(), starts_on=AS_OF, expires_on=LAST)
    assert queries() == first <= 15
