"""The screens in a real browser: quick by keyboard, and whole without a script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.factories import (
    ActivityFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    TodoFactory,
    UserFactory,
)
from tests.journeys.reading import complete

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def admin(sign_in):
    user = UserFactory(admin=True, name="山口 亮")
    sign_in(user)
    return user


@pytest.fixture
def deal(db):
    """A quoted deal with two people to talk to, a promise and an overdue to-do of a rule."""
    seller, caller = UserFactory(field=True, name="中村 健太"), UserFactory(inside=True, name="佐藤 美咲")
    deal = DealFactory(status="quoted", fs_owner=seller, is_owner=caller, amount=1_680_000, probability=40)
    for name in ("小野寺 隆", "長谷川 美穂"):
        ContactFactory(company=deal.company, name=name, phone="+81312345678", title="総務部 部長")
    ActivityFactory(deal=deal, owner=seller, inbound_mail=True, note="10月の役員会で検討します")
    TodoFactory(deal=deal, promised=True, assignee=seller)
    TodoFactory(rule_made=True, cycle=CycleFactory(deal=deal), assignee=caller, hook="シフト表を統一したい")
    return deal


def findings(page, address):
    """What a reader would stumble over on this page."""
    response = page.goto(address)
    complete(page)
    found = [f"status {response.status}"] if response.status != 200 else []
    if (overflow := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        found.append(f"{overflow} px wider than the screen")
    for violation in Axe().run(page).response["violations"]:
        found.append(f"{violation['id']}: {violation['nodes'][0]['html']}")
    if (twice := page.locator("main .btn.primary:visible").count()) > 1:
        found.append(f"{twice} primary buttons")
    return found


@pytest.mark.look
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_login_can_be_read_by_everybody(page, db, settings, size):
    settings.DEMO = True
    page.set_viewport_size(size)
    assert findings(page, "/login/") == []


def test_a_loss_is_told_without_the_mouse(page, admin, deal):
    page.goto(f"/deals/{deal.pk}/lose/")
    page.get_by_label("他社導入").press("Space")
    page.get_by_role("button", name="3か月後").press("Enter")
    page.get_by_label("小野寺 隆").press("Space")
    page.get_by_label("何をフックに連絡するか").fill("工場増設で交替勤務が始まる")
    page.get_by_label("何をフックに連絡するか").press("Control+Enter")
    page.wait_for_url(f"**/deals/{deal.pk}/")
    deal.refresh_from_db()
    assert deal.status == "lost"
    assert deal.approach_contact.name == "小野寺 隆"


def test_an_incomplete_loss_keeps_what_was_typed_and_leads_to_what_is_missing(page, admin, deal):
    page.goto(f"/deals/{deal.pk}/lose/")
    page.get_by_label("他社導入").check()
    page.get_by_label("何をフックに連絡するか").fill("再連絡")
    page.get_by_role("button", name="失注にする").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("何をフックに連絡するか")).to_have_value("再連絡")
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("#."))


def test_a_reason_that_is_not_followed_up_leaves_the_answers_optional(page, admin, deal):
    page.goto(f"/deals/{deal.pk}/lose/")
    page.get_by_label("価格").check()
    expect(page.get_by_role("textbox", name="何をフックに連絡するか 任意")).to_be_visible()
    expect(page.locator("#after")).to_contain_text("フォロー対象外")


def test_what_is_done_is_said_and_can_be_put_away(page, admin, deal):
    page.goto(f"/deals/{deal.pk}/exempt/")
    page.locator("input[type=date]").fill(page.locator("input[type=date]").input_value())
    page.locator("main textarea, main input[type=text]").first.fill("先方の都合")
    page.locator("main .btn.primary").click()
    toast = page.get_by_role("status")
    expect(toast).to_contain_text("対象から外しました")
    toast.get_by_role("button").click()
    expect(toast.locator("[data-toast]")).to_have_count(0)


def test_chosen_todos_are_counted_and_go_to_the_form(page, admin, deal):
    page.goto("/todos/")
    expect(page.locator(".bulkbar")).to_be_hidden()
    page.get_by_label("すべて選ぶ").check()
    expect(page.locator(".bulkbar")).to_be_visible()
    page.get_by_role("button", name="日時を変更").click()
    page.wait_for_url(lambda address: address.count("todo=") == 2)


def test_a_phone_opens_the_menu_by_its_address(page, admin, deal):
    page.set_viewport_size(PHONE)
    page.goto("/deals/")
    expect(page.get_by_role("navigation", name="メイン")).to_be_hidden()
    page.get_by_role("link", name="メニュー").click()
    expect(page.get_by_role("button", name="ログアウト")).to_be_visible()
    page.get_by_role("link", name="メニューを閉じる").click()
    expect(page.get_by_role("navigation", name="メイン")).to_be_hidden()


def test_a_chosen_filter_stands_in_the_address(page, admin, deal):
    DealFactory(lost_on_price=True)
    page.goto("/deals/")
    page.get_by_label("ステータス").select_option("lost")
    page.wait_for_url("**status=lost**")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_every_form_works_without_a_script(admin, deal, without_script):
    page = without_script()
    page.goto("/deals/?status=quoted")
    expect(page.get_by_role("button", name="絞り込む")).to_be_visible()
    page.goto(f"/deals/{deal.pk}/lose/")
    expect(page.locator(".js").first).to_be_hidden()
