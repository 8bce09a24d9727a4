"""A team moves in with the file of another system: from the login to 本日の要確認, counted in clicks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from deals.models import Deal, FollowUpCycle
from tests.factories import UserFactory
from tests.journeys.moving import Hand
from tests.journeys.reading import is_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MOST_CLICKS = 15


@pytest.fixture
def hand(page: Page, sign_in: Callable[..., None]) -> Hand:
    sign_in(UserFactory(admin=True, name="山口 亮"))
    return Hand(page)


@contextmanager
def looked_at(page: Page) -> Iterator[None]:
    yield
    assert is_readable(page)


def export(folder: Path) -> Path:
    """Forty deals as a Japanese Salesforce writes them, saved by Excel."""
    today = timezone.localdate()
    rows = ["商談 ID,取引先名,商談名,フェーズ,商談 所有者,失注理由,最終活動日,作成日,完了予定日,金額"]
    for n in range(40):
        phase, why = (("提案", ""), ("失注", "競合"), ("受注", ""), ("保留", ""))[n % 4]
        touched = today - timedelta(days=20 + 3 * n)
        made = today - timedelta(days=200)
        rows.append(f"006{n:03},㈱髙橋物流{n % 5},勤怠{n},{phase},中村 健太,{why},{touched:%Y/%m/%d},{made:%Y/%m/%d},"
                    f"{touched:%Y/%m/%d},{n}0000")  # fmt: skip
    path = folder / "商談.csv"
    path.write_bytes("\r\n".join([*rows, "合計,40"]).encode("cp932"))
    return path


def test_a_newcomer_is_at_the_proof_of_the_day_within_fifteen_clicks(hand: Hand, tmp_path: Path) -> None:
    page = hand.page
    page.goto("/")
    hand.press("link", "取り込み")
    page.wait_for_url("**/import/")
    with looked_at(page):
        hand.upload(export(tmp_path))
    with looked_at(page):
        hand.choose("「保留」の営業ステータス", "営業継続")
    with looked_at(page):
        hand.try_out()
    expect(page.get_by_text("フォローする失注")).to_be_visible()
    expect(page.get_by_role("link", name="招待")).to_be_visible()
    with looked_at(page):
        hand.bring_in("40")
    hand.press("link", "「滞留商談」のルールを試す")
    page.wait_for_url("**/rules/R-60/edit/**")
    expect(page.get_by_label("自動", exact=True)).to_be_checked()
    expect(page.get_by_role("heading", name="試算")).to_be_visible()
    with looked_at(page):
        expect(page.get_by_text("インサイドセールスの担当者がまだいません。")).to_be_visible()
    hand.press("button", "公開して周知する")
    page.wait_for_url("**/announcements/*/")
    with looked_at(page):
        hand.press("link", "いま実行する")
        page.wait_for_url("**/rules/run/")
    with looked_at(page):
        expect(page.get_by_label("基準日")).to_have_value(f"{timezone.localdate():%Y-%m-%d}")
    hand.run_now()
    hand.press("link", "本日の要確認")
    page.wait_for_url("**/dashboards/today/")

    assert Deal.objects.count() == 40
    assert FollowUpCycle.objects.open().filter(kind="lost").count() == 10
    assert FollowUpCycle.objects.open().filter(kind="stagnant").exists()
    expect(page.get_by_text("インサイドセールスの担当がまだいない").first).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="招待する")).to_be_visible()
    assert hand.clicks <= MOST_CLICKS
