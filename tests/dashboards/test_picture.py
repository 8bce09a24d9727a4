"""本日の要確認 as a team sees it on a good morning: the bar adds up to the follow-ups and the late ones are named."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import Todo
from followups.models import Rule, SweepRun
from followups.rules import sweep
from tests.factories import CompanyFactory, ContactFactory, CycleFactory, DealFactory, ExemptionFactory, UserFactory

AS_OF = date(2026, 11, 20)  # a Friday
STAFF = ["佐藤 美咲", "田中 蓮", "鈴木 陽菜", "高橋 拓海", "伊藤 さくら"]
# Late by so many days: company, hook.
LATE = [
    (8, "月見野自動車販売", "年明けの新拠点の人数を確認する"),
    (4, "株式会社オリーブ保育", "園児管理と勤怠をまとめたい"),
    (3, "ひまわり介護サービス", "加算の届け出が1月"),
    (2, "株式会社カシワ建材", "他社の更新月は3月"),
    (1, "東雲印刷株式会社", "他社導入から1年、更新月は2月"),
]


def at(day, hour):
    return datetime.combine(day, time(hour), timezone.get_default_timezone())


@pytest.fixture
def morning(monkeypatch):
    """Friday, 20 November 2026, 9:00 in Tokyo."""
    monkeypatch.setattr(timezone, "now", lambda: at(AS_OF, 9))


@pytest.fixture
def pipeline(db, morning):
    """A team's follow-ups after a week of mornings: all in somebody's hands, five of them late."""
    for name in STAFF:
        UserFactory(inside=True, name=name)
    Rule.objects.update(mode="auto")
    for number in range(86):
        DealFactory(created_on=AS_OF - timedelta(days=120), last_contact_on=AS_OF - timedelta(days=55 + number % 40))
    for number in range(128):
        CycleFactory(lost=True, deal__created_on=AS_OF - timedelta(days=60 + number % 25))
    for _days, name, hook in LATE:
        company = CompanyFactory(name=name)
        contact = ContactFactory(company=company)
        CycleFactory(
            lost=True, deal__company=company, deal__created_on=AS_OF - timedelta(days=50), hook=hook, deal__hook=hook,
            approach_contact=contact,
        )  # fmt: skip
    sweep(as_of=AS_OF)
    SweepRun.objects.update(started_at=at(AS_OF, 6), finished_at=at(AS_OF, 6))
    for days, name, _hook in LATE:
        due = AS_OF - timedelta(days=days)
        Todo.objects.filter(deal__company__name=name).update(due_on=due, effective_due_on=due)
    for cycle in CycleFactory.create_batch(3, returned=True, deal__created_on=AS_OF - timedelta(days=40)):
        ExemptionFactory(cycle=cycle, deal=cycle.deal, starts_on=AS_OF, expires_on=AS_OF + timedelta(days=14))


@pytest.mark.django_db(transaction=True)
def test_the_check_page_proves_that_nothing_leaks(page, sign_in, pipeline):
    sign_in(UserFactory(manager=True, name="渡辺 直子"))
    page.goto("/dashboards/today/")
    expect(page.locator(".proof")).to_contain_text("抜け漏れ 0件")
    counts = [int(number) for number in page.locator(".proof .eqs b").all_inner_texts()]
    assert sum(counts) == int(page.locator(".proof p a").inner_text().removesuffix("件"))
    expect(page.locator("table.heat").first).to_be_visible()  # fetched from the page about capacity
    assert page.locator("tbody tr").filter(has_text="日超過").count() == len(LATE)
