"""Several ticked deals at once: plan a step, or return them; who cannot be is named and the others are done (SC-18)."""

from datetime import date, datetime, time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import Todo
from deals.models import Deal
from deals.states import DealStatus
from people.states import Role
from tests.dashboards.rows import person
from tests.factories import DealFactory

AS_OF = date(2025, 9, 16)
TODO, RETURN = reverse("followups:deals_todo"), reverse("followups:deals_return")
PLAN = {"subject": "期末の確認", "due_on": "2025-09-18", "hook": "予算の残り", "contact_text": "購買ご担当"}
WHY = {"reason": "no_progress", "next_action": "来期の予算を聞く"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime.combine(AS_OF, time(9), timezone.get_default_timezone()))


@pytest.fixture
def seller():
    return person("山本", Role.FS, language="ja")


@pytest.fixture
def browser(seller):
    client = Client()
    client.force_login(seller)
    return client


def deal(owner, **fields) -> Deal:
    return DealFactory(created_on=date(2025, 6, 2), fs_owner=owner, **fields)


def address(url: str, *deals: Deal) -> str:
    return url + "?" + "&".join(f"deal={one.pk}" for one in deals)


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_each_ticked_deal_gets_the_step_for_its_owner(browser, seller):
    his, nobodys = deal(seller), deal(None)
    response = browser.post(address(TODO, his, nobodys), PLAN, follow=True)
    assert said(response) == "2件の商談を変更しました。"
    made = Todo.objects.order_by("deal_id")
    assert [(one.deal, one.assignee, one.due_on, one.subject) for one in made] == [
        (his, seller, date(2025, 9, 18), "期末の確認"), (nobodys, seller, date(2025, 9, 18), "期末の確認"),
    ]  # fmt: skip
    assert "2件の商談を変更しました。" in said(response)


def test_a_deal_without_anybody_to_reach_is_named(browser, seller):
    one = deal(seller)
    response = browser.post(address(TODO, one), PLAN | {"contact_text": ""}, follow=True)
    assert one.name in said(response) and not Todo.objects.exists()


@pytest.mark.parametrize("change", [{"due_on": "2025-09-15"}, {"subject": ""}, {"due_on": "x"}])
def test_a_wrong_answer_is_asked_again_and_nothing_is_written(browser, seller, change):
    assert browser.post(address(TODO, deal(seller)), PLAN | change).status_code == 200
    assert not Todo.objects.exists()


def test_returned_deals_are_with_inside_sales_and_keep_the_reason(browser, seller):
    staff = person("佐藤", Role.IS)
    one, two = deal(seller, status="ongoing"), deal(seller, status="contacting")
    browser.post(address(RETURN, one, two), WHY)
    for returned in Deal.objects.order_by("pk"):
        assert returned.status == DealStatus.RETURNED_TO_IS
        cycle = returned.cycles.get()
        assert "来期の予算を聞く" in cycle.return_reason
        assert cycle.todos.get().assignee == staff


def test_what_cannot_be_returned_is_named_and_the_others_are(browser, seller):
    mine, closed, theirs = deal(seller), DealFactory(won=True, fs_owner=seller), deal(person("他人", Role.FS))
    response = browser.post(address(RETURN, mine, closed, theirs), WHY, follow=True)
    assert list(Deal.objects.filter(status=DealStatus.RETURNED_TO_IS)) == [mine]
    assert "1件の商談を変更しました。" in said(response)
    assert closed.name in said(response) and theirs.name in said(response)


@pytest.mark.parametrize(("day", "is_taken"), [("2025-09-16", False), ("2025-09-17", True), ("", True)])
def test_the_call_lies_in_the_days_to_come_or_is_left_to_each_deal(browser, seller, day, is_taken):
    browser.post(address(RETURN, deal(seller)), WHY | {"next_approach_on": day})
    assert Deal.objects.filter(status=DealStatus.RETURNED_TO_IS).exists() is is_taken


def test_without_deals_there_is_no_form(browser):
    assert browser.get(RETURN).status_code == browser.get(TODO).status_code == 404


def test_the_page_about_the_end_of_the_period_offers_both(seller):
    client = Client()
    client.force_login(person("渡辺", Role.IS_MANAGER))
    deal(seller)
    text = client.get("/dashboards/period-end/").content.decode()
    assert f'formaction="{TODO}"' in text and f'formaction="{RETURN}"' in text
