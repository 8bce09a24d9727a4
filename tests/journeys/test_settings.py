"""The settings in a real browser: what is set acts."""

import pytest
from playwright.sync_api import expect

from people.models import Team, User
from tests.factories import DealFactory, TeamFactory, UserFactory
from tests.journeys.reading import is_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def admin(db) -> User:
    return UserFactory(admin=True, name="山口 亮")


@pytest.fixture
def team(db) -> Team:
    team = TeamFactory(name="インサイドセールス課")
    UserFactory(inside=True, name="佐藤 美咲", kana="サトウ ミサキ", team=team)
    return team


def test_what_an_admin_renames_and_limits_shows_where_people_work(page, sign_in, admin, team):
    DealFactory(name="シフト・勤怠 12店舗", status="quoted")
    sign_in(admin)
    page.goto("/settings/")
    page.get_by_role("link", name="営業ステータス").click()
    page.get_by_role("link", name="見積提出").click()
    page.get_by_label("表示名(日本語)").fill("見積済み")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main table")).to_contain_text("見積済み")
    page.goto("/deals/")
    expect(page.locator("tbody tr").first).to_contain_text("見積済み")

    page.goto("/settings/numbers/")
    page.get_by_label("1日のToDo上限(IS)").fill("501")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("1から500")
    assert is_readable(page)


def test_the_look_that_a_person_chose_comes_from_the_server(page, sign_in, admin):
    sign_in(admin)
    page.goto("/me/")
    page.get_by_label("ダーク").check()
    page.get_by_label("コンパクト").check()
    page.get_by_label("1文字のショートカット").uncheck()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    assert is_readable(page)
    admin.refresh_from_db()
    assert (admin.theme, admin.density, admin.has_single_keys) == ("dark", "compact", False)
