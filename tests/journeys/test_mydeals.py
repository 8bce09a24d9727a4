"""自分の商談 in a real browser: how many keys and clicks it takes to lose a deal and to hand one back (D.4)."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from deals.models import Deal, FollowUpCycle
from people.models import User
from tests.factories import ActivityFactory, CompanyFactory, ContactFactory, DealFactory, TodoFactory, UserFactory
from tests.journeys.reading import is_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SCREENS = {
    "desk by daylight": ({"width": 1440, "height": 900}, "light"),
    "phone in the dark": ({"width": 390, "height": 844}, "dark"),
}


@dataclass
class Hands:
    """Counts what a person presses."""

    page: Page
    keys: list[str] = field(default_factory=list)
    clicks: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys.append(key)
            self.page.keyboard.press(key)

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()


@pytest.fixture
def fs(db, settings) -> User:
    settings.DEMO = True
    return UserFactory(field=True, name="中村 健太")


@pytest.fixture
def deal(fs) -> Deal:
    inside = UserFactory(inside=True, name="佐藤 美咲")
    today = timezone.localdate()
    company = CompanyFactory(name="株式会社サクラ精機", slack_months=[2])
    contact = ContactFactory(company=company, name="小野寺 隆", title="部長", phone="+81312345678")
    ContactFactory(company=company, name="長谷川 美穂", title="主任")
    made = DealFactory(
        name="勤怠・労務 210名",
        company=company,
        contact=contact,
        fs_owner=fs,
        is_owner=inside,
        status="quoted",
        created_on=today - timedelta(days=29),
        amount=2_520_000,
        probability=30,
        needs="打刻漏れの確認に毎月2日かかる",
    )
    ActivityFactory(deal=made, owner=fs, day=today - timedelta(days=7), visit=True, note="工場増設で交替勤務が始まる")
    TodoFactory(deal=made, assignee=fs, subject="見積の返事を確認する", original_due_on=today + timedelta(days=7))
    return made


@pytest.fixture
def page_of_fs(page: Page, deal: Deal) -> Page:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    page.get_by_role("button", name="フィールドセールス", exact=True).click()
    page.wait_for_url("**/deals/?mine=1")
    return page


def test_a_deal_is_lost_by_keys_with_the_chips(page_of_fs, deal):
    hands = Hands(page_of_fs)
    hands.press("x")
    page_of_fs.wait_for_url("**/lose/**")
    hands.press("1", "4", "1", "1")
    expect(page_of_fs.locator("#sentence")).to_contain_text("小野寺 隆に「打刻漏れの確認に毎月2日かかる」")
    hands.press("Control+Enter")
    page_of_fs.wait_for_url("**/deals/?mine=1")
    deal.refresh_from_db()
    assert (deal.status, deal.lost_reason.code, deal.next_approach_on.month) == ("lost", "deprioritised", 4)
    assert (deal.approach_contact.name, deal.hook) == ("小野寺 隆", "打刻漏れの確認に毎月2日かかる")
    assert len(hands.keys) <= 7


def test_a_deal_is_lost_by_mouse_with_the_chips(page_of_fs, deal):
    page, hands = page_of_fs, Hands(page_of_fs)
    hands.click(page.get_by_role("link", name="株式会社サクラ精機を失注にする"))
    page.wait_for_url("**/lose/**")
    hands.click(page.locator("label", has_text="優先度低下"))
    hands.click(page.get_by_role("button", name="来期初"))
    hands.click(page.locator("label", has_text="長谷川 美穂"))
    hands.click(page.get_by_role("button", name="工場増設で交替勤務が始まる"))
    expect(page.locator("#sentence")).to_contain_text("長谷川 美穂に「工場増設")
    hands.click(page.get_by_role("button", name="失注にする"))
    page.wait_for_url("**/deals/?mine=1")
    assert Deal.objects.get(pk=deal.pk).approach_contact.name == "長谷川 美穂"
    assert hands.clicks <= 6


def test_a_deal_is_handed_back_by_two_keys(page_of_fs, deal):
    hands = Hands(page_of_fs)
    hands.press("b")
    page_of_fs.wait_for_url("**/return/**")
    hands.press("Enter")
    page_of_fs.wait_for_url("**/deals/?mine=1")
    assert FollowUpCycle.objects.open().get(deal=deal).kind == "returned"
    assert len(hands.keys) <= 3


def test_a_deal_is_handed_back_by_two_clicks(page_of_fs, deal):
    page, hands = page_of_fs, Hands(page_of_fs)
    hands.click(page.get_by_role("link", name="株式会社サクラ精機をISへ戻す"))
    page.wait_for_url("**/return/**")
    hands.click(page.locator("main button[type=submit]"))
    page.wait_for_url("**/deals/?mine=1")
    assert FollowUpCycle.objects.open().get(deal=deal).kind == "returned"
    assert hands.clicks <= 3


def test_keys_do_nothing_while_somebody_types_or_has_switched_them_off(page_of_fs, deal, fs):
    asked_for: list[str] = []
    page_of_fs.on("request", lambda request: asked_for.append(request.url))
    page_of_fs.get_by_role("searchbox").first.focus()
    page_of_fs.keyboard.press("x")
    expect(page_of_fs.get_by_role("searchbox").first).to_have_value("x")
    User.objects.filter(pk=fs.pk).update(has_single_keys=False)
    page_of_fs.goto("/deals/?mine=1")
    page_of_fs.get_by_role("link", name="株式会社サクラ精機", exact=True).focus()
    page_of_fs.keyboard.press("x")
    page_of_fs.goto("/deals/?mine=1")
    assert not [address for address in asked_for if "/lose/" in address]


@pytest.mark.look
@pytest.mark.parametrize(("size", "scheme"), SCREENS.values(), ids=SCREENS.keys())
def test_every_page_is_readable(page_of_fs, deal, size, scheme):
    page_of_fs.set_viewport_size(size)
    page_of_fs.emulate_media(color_scheme=scheme)
    for path in ("/deals/?mine=1", "/deals/?mine=1&view=board", f"/deals/{deal.pk}/lose/", f"/deals/{deal.pk}/return/"):
        page_of_fs.goto(path)
        assert is_readable(page_of_fs)
