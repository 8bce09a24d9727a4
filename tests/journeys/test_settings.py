"""The settings in a real browser: readable at a desk by daylight and on a phone in the dark, and what is set acts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from people.models import Team, User
from tests.factories import AbsenceFactory, DealFactory, TeamFactory, TodoFactory, UserFactory, reason

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SCREENS = {
    "desk by daylight": ({"width": 1440, "height": 900}, "light"),
    "phone in the dark": ({"width": 390, "height": 844}, "dark"),
    "desk in the dark": ({"width": 1440, "height": 900}, "dark"),
    "phone by daylight": ({"width": 390, "height": 844}, "light"),
}


@pytest.fixture
def admin(db) -> User:
    return UserFactory(admin=True, name="山口 亮")


@pytest.fixture
def team(db) -> Team:
    team = TeamFactory(name="インサイドセールス課")
    UserFactory(inside=True, name="佐藤 美咲", kana="サトウ ミサキ", team=team)
    return team


@pytest.fixture(params=SCREENS.values(), ids=SCREENS.keys())
def screen(request, page: Page, sign_in: Callable[[User], None], admin: User, team: Team) -> Page:
    size, scheme = request.param
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sign_in(admin)
    return page


def is_readable(page: Page) -> bool:
    """Nothing for axe to complain about, and nothing that runs out of the screen."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    return True


def pages() -> list[str]:
    """Every page of the settings, forms included."""
    sato, team, absence = User.objects.get(name="佐藤 美咲"), Team.objects.get(), AbsenceFactory()
    TodoFactory(assignee=sato)
    lists = ["lost-reasons", "nurturing-reasons", "no-appointment-reasons", "lead-sources", "products", "phrases",
             "teams", "days-off", "absences"]  # fmt: skip
    return [
        "/settings/",
        *[f"/settings/{name}/" for name in lists],
        *[f"/settings/{name}/add/" for name in ("lost-reasons", "teams", "days-off", "absences")],
        f"/settings/lost-reasons/{reason('price').pk}/",
        f"/settings/teams/{team.pk}/",
        f"/settings/absences/{absence.pk}/",
        *[f"/settings/words/{kind}/" for kind in ("deal_status", "lead_status", "call_outcome")],
        "/settings/words/deal_status/quoted/",
        "/settings/call-results/",
        "/settings/call-results/callback/",
        "/settings/numbers/",
        "/settings/caps/",
        f"/settings/caps/{sato.pk}/",
        "/settings/targets/",
        "/settings/calendar/?year=2026",
        "/settings/people/",
        "/settings/people/invite/",
        f"/settings/people/{sato.pk}/",
        f"/settings/people/{sato.pk}/link/",
        f"/settings/people/{sato.pk}/leave/",
        "/me/",
        "/me/password/",
        "/help/definitions/",
    ]


def test_every_page_of_the_settings_is_readable(screen):
    unreadable = []
    for path in pages():
        screen.goto(path)
        too_wide = screen.evaluate("document.documentElement.scrollWidth - innerWidth")
        found = [violation["id"] for violation in Axe().run(screen).response["violations"]]
        if too_wide > 0 or found:
            unreadable.append((path, too_wide, found))
    assert unreadable == []


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
