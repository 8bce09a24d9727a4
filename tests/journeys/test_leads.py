"""Leads in a real browser: what one press does, and what comes up while somebody types."""

import pytest
from playwright.sync_api import expect

from leads.models import Lead, NurturingReason
from tests.factories import CompanyFactory, CycleFactory, LeadFactory, TodoFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def me(sign_in):
    user = UserFactory(inside=True, name="佐藤 美咲")
    sign_in(user)
    return user


@pytest.fixture
def lead(me):
    """A lead that is said to be nurtured with a next step and has none, beside one of every other kind."""
    reason = NurturingReason.objects.get(code="timing")
    LeadFactory(status="scheduling")
    TodoFactory(deal=None, lead=LeadFactory(status="approaching", owner=me), assignee=me)
    TodoFactory(rule_made=True, cycle=CycleFactory(lost=True, is_owner=me), assignee=me)
    company = CompanyFactory(name="株式会社はるかぜ物流")
    fields = {"name": "桐谷 由美", "company": company, "email": "a@example.jp", "phone": "0312345678", "owner": me}
    return LeadFactory(status="nurturing_action", nurturing_reason=reason, **fields)


def test_one_press_on_the_list_makes_a_status_true(page, lead):
    page.goto("/leads/?view=untrue")
    page.get_by_role("button", name="「なし」にする").click()
    expect(page.get_by_role("button", name="「なし」にする")).to_have_count(0)
    lead.refresh_from_db()
    assert lead.status == "nurturing_no_action"


def test_likely_doubles_come_up_while_the_form_is_filled_in(page, lead):
    page.goto("/leads/add/")
    page.get_by_label("メール").fill("a@example.jp")
    page.get_by_label("メール").press("Tab")
    expect(page.locator("#doubles")).to_contain_text("メールが同じ")
    assert Lead.objects.filter(email="a@example.jp").count() == 1
