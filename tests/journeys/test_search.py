"""Somebody is on the phone and says a name: `/` and the letters, at a desk by daylight and on a phone in the dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from leads.models import Contact
from tests.factories import CompanyFactory, ContactFactory, DealFactory, UserFactory
from tests.journeys.reading import is_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def nishimura(sign_in: Callable[[Any], None]) -> Contact:
    """西村 由佳, among others; somebody of inside sales is logged in."""
    sign_in(UserFactory(inside=True))
    company = CompanyFactory(name="株式会社あおぞら薬局", kana="アオゾラヤッキョク")
    contact = ContactFactory(
        company=company, name="西村 由佳", kana="ニシムラ ユカ", title="人事課 課長", phone="090-1111-2222"
    )
    DealFactory(company=company, contact=contact, name="シフト・勤怠 12店舗", fs_owner=UserFactory(field=True))
    for number in range(12):
        CompanyFactory(name=f"株式会社西町商店{number}", kana="ニシマチショウテン")
    return contact


def test_slash_and_the_letters_find_a_person_by_kana(page, nishimura):
    page.goto("/companies/")
    page.keyboard.press("/")  # one key, and the letters of the name
    expect(page.locator("[data-search-field]")).to_be_focused()
    page.keyboard.type("にしむら")
    expect(page.locator("a.hit").first).to_contain_text("西村 由佳")
    assert is_readable(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contacts/{nishimura.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("西村 由佳")
    assert is_readable(page)


def test_enter_right_after_the_last_letter_opens_what_was_typed(page, nishimura):
    page.goto("/companies/")
    page.keyboard.press("/")
    page.keyboard.type("1111-2222")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contacts/{nishimura.pk}/")


def test_arrows_walk_through_the_hits_and_escape_leaves(page, nishimura):
    page.goto("/companies/")
    page.keyboard.press("/")
    page.keyboard.type("あおぞら")
    expect(page.locator("a.hit")).not_to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator("a.hit").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-search-field]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-hits]")).to_be_hidden()


def test_a_slash_inside_a_text_stays_a_slash(page, nishimura):
    page.goto("/companies/add/")
    page.get_by_label("会社名").press_sequentially("A/B")
    expect(page.get_by_label("会社名")).to_have_value("A/B")


def test_a_person_who_switched_single_keys_off_keeps_his_slash(page, sign_in):
    sign_in(UserFactory(inside=True, has_single_keys=False))
    page.goto("/companies/")
    page.keyboard.press("/")
    expect(page.locator("[data-search-field]")).not_to_be_focused()


def test_on_a_phone_the_search_is_a_page(page, nishimura):
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto("/companies/")
    page.locator("header.top").get_by_role("link", name="検索").click()
    page.wait_for_url("**/search/")
    page.get_by_role("searchbox").fill("西")
    expect(page.locator("a.hit").first).to_be_visible()
    expect(page.get_by_role("link", name="会社をすべて見る")).to_be_visible()
    assert is_readable(page)
    page.get_by_role("link", name="会社をすべて見る").click()
    page.wait_for_url("**/search/?**")
    expect(page.locator("a.hit")).to_have_count(12)
    assert is_readable(page)


@pytest.mark.look
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_of_a_person_is_readable(page, nishimura, size):
    page.set_viewport_size(size)
    for path in (f"contacts/{nishimura.pk}", f"contacts/{nishimura.pk}/availability", "search"):
        page.goto(f"/{path}/")
        assert is_readable(page)


@pytest.mark.parametrize(
    "size", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone", marks=pytest.mark.look)]
)
def test_two_records_are_compared_and_merged(page, nishimura, sign_in, size):
    sign_in(UserFactory(manager=True))
    other = ContactFactory(company=nishimura.company, name="西村由佳", title="人事部 次長", email="y@example.jp")
    page.set_viewport_size(size)
    page.goto(f"/contacts/{nishimura.pk}/")
    page.get_by_role("link", name="比べてまとめる").click()
    page.wait_for_url("**/merge/**")
    assert is_readable(page)
    page.get_by_label("人事部 次長").check()
    page.get_by_role("button", name="まとめる").click()
    page.wait_for_url(f"**/contacts/{nishimura.pk}/")
    expect(page.get_by_role("status")).to_contain_text("まとめました")
    nishimura.refresh_from_db()
    assert (nishimura.title, nishimura.email) == ("人事部 次長", "y@example.jp")
    page.goto(f"/contacts/{other.pk}/")
    page.wait_for_url(f"**/contacts/{nishimura.pk}/")
    assert is_readable(page)


def test_without_a_script_the_field_is_a_form(nishimura, without_script):
    page = without_script()
    page.set_viewport_size(DESK)
    page.goto("/companies/")
    page.locator("header.top [data-search-field]").fill("ニシムラ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=**")
    expect(page.locator("a.hit").first).to_contain_text("西村 由佳")
