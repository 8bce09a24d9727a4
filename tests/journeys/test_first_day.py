"""The first day with the product, role by role, in a real browser: at a desk by daylight and on a phone in the dark."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from activities.models import Activity, Todo
from deals.models import Deal, FollowUpCycle
from followups.models import Rule
from followups.rules import sweep
from followups.rules.asked import work
from people.models import User
from tests.factories import ActivityFactory, CompanyFactory, ContactFactory, DealFactory, UserFactory
from tests.journeys.reading import is_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@dataclass
class Team:
    """A small team with one stagnant deal that this morning's run has given to inside sales."""

    manager: User
    inside: User
    field: User
    admin: User
    viewer: User
    deal: Deal

    @property
    def todo(self) -> Todo:
        return Todo.objects.rule_made().get(deal=self.deal)


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def team(db, settings, today) -> Team:
    settings.DEMO = True
    inside = UserFactory(inside=True, name="佐藤 美咲")
    field = UserFactory(field=True, name="中村 健太")
    company = CompanyFactory(name="あおぞら薬局グループ", slack_months=[2])
    contact = ContactFactory(company=company, name="西村 由佳", title="人事課 課長")
    entered = today - timedelta(days=90)
    spoken = today - timedelta(days=63)
    deal = DealFactory(
        name="シフト・勤怠 12店舗",
        company=company,
        contact=contact,
        fs_owner=field,
        status="quoted",
        created_on=entered,
        last_contact_on=spoken,
        last_response_on=spoken,
    )
    ActivityFactory(
        deal=deal, contact=contact, owner=field, inbound_mail=True, day=spoken, note="10月の役員会で検討します"
    )
    Rule.objects.filter(code="R-60").update(mode="auto")
    sweep(as_of=today)
    yesterday = today - timedelta(days=1)
    Todo.objects.update(due_on=yesterday, effective_due_on=yesterday, committed_due_on=yesterday)
    return Team(
        manager=UserFactory(manager=True, name="渡辺 直子"),
        inside=inside,
        field=field,
        admin=UserFactory(admin=True, name="山口 亮"),
        viewer=UserFactory(viewer=True, name="斎藤 浩一"),
        deal=deal,
    )


@pytest.fixture
def enter(screen: Page, team: Team) -> Callable[[str], Page]:
    """`enter("ISマネージャー")`: press the demo's button of that role, and be at his first page."""

    def press(role: str) -> Page:
        screen.goto("/")
        screen.get_by_role("button", name=role, exact=True).click()
        screen.wait_for_url(lambda address: "/login/" not in address)
        return screen

    return press


def test_a_manager_goes_from_a_number_to_the_reason(enter, team):
    page = enter("ISマネージャー")
    page.wait_for_url("**/dashboards/today/")
    expect(page.locator(".proof")).to_contain_text("抜け漏れ 0件")
    assert is_readable(page)

    page.get_by_role("link", name="期日超過").first.click()
    page.wait_for_url(lambda address: "/dashboards/today/" not in address)
    expect(page.locator("tbody tr").first).to_contain_text("あおぞら薬局グループ")
    assert is_readable(page)

    page.get_by_role("link", name="あおぞら薬局グループ").first.click()
    page.wait_for_url(f"**/deals/{team.deal.pk}/")
    expect(page.locator(".reason").first).to_contain_text("63日")
    expect(page.locator(".reason").first).to_contain_text("R-60")
    expect(page.get_by_text("3日超過")).to_be_visible()
    assert is_readable(page)


def test_a_field_sales_person_loses_a_deal_and_inside_sales_has_it(enter, team, today):
    page = enter("フィールドセールス")
    page.wait_for_url("**/deals/?mine=1")
    page.get_by_role("link", name="あおぞら薬局グループ").first.click()
    page.wait_for_url(f"**/deals/{team.deal.pk}/")
    page.get_by_role("link", name="失注にする").click()
    page.wait_for_url(f"**/deals/{team.deal.pk}/lose/**")

    page.get_by_label("他社導入").check()
    page.get_by_role("button", name="失注にする").click()
    expect(page.get_by_role("alert")).to_contain_text("まだ保存していません")
    assert is_readable(page)
    assert Deal.objects.get(pk=team.deal.pk).status == "quoted"

    page.get_by_role("button", name="閑散期").click()
    page.get_by_label("何をフックに連絡するか").fill("競合の契約は来年11月まで")
    expect(page.locator("#after")).to_contain_text("ToDoを1件作ります")
    page.get_by_role("button", name="失注にする").click()
    page.wait_for_url(f"**/deals/{team.deal.pk}/")
    expect(page.get_by_role("status")).to_contain_text("失注にしました")
    expect(page.get_by_text("競合の契約は来年11月まで").first).to_be_visible()
    assert is_readable(page)

    cycle = FollowUpCycle.objects.open().get(deal=team.deal)
    todo = Todo.objects.open().get(deal=team.deal)
    assert (cycle.kind, cycle.approach_contact.name) == ("lost", "西村 由佳")
    assert (todo.assignee, todo.original_due_on.month) == (team.inside, 2)


def test_inside_sales_logs_a_call_and_plans_the_next_one(enter, team):
    page = enter("インサイドセールス")
    page.wait_for_url("**/today/")
    expect(page.get_by_text("1日超過").first).to_be_visible()
    assert is_readable(page)

    page.goto(f"/deals/{team.deal.pk}/")
    page.get_by_role("link", name="電話して記録").click()
    page.wait_for_url("**/log/?**")
    assert is_readable(page)
    page.get_by_label("再架電必要").check()
    page.get_by_label("メモ").fill("会議中。明日の午前がよいとのこと")
    expect(page.get_by_label("滞留商談掘り起こし")).to_be_checked()
    page.get_by_label("用件").fill("明日の午前に再架電")
    page.get_by_role("button", name="翌営業日").click()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"**/deals/{team.deal.pk}/")
    expect(page.get_by_text("会議中。明日の午前がよいとのこと").first).to_be_visible()
    expect(page.get_by_text("明日の午前に再架電").first).to_be_visible()
    assert is_readable(page)

    call, following = Activity.objects.calls().get(), Todo.objects.open().get()
    assert (call.outcome, call.owner) == ("callback", team.inside)
    assert Todo.objects.get(done_by_activity=call).origin == "rule"
    assert (following.cycle.is_owner, following.contact.name) == (team.inside, "西村 由佳")


def test_an_admin_switches_a_rule_on_and_runs_it(enter, team, today):
    silent = DealFactory(name="返事を待つ商談", status="contacting", created_on=today - timedelta(days=20))
    page = enter("営業企画")
    page.wait_for_url("**/rules/")
    page.locator("section.rule", has_text="接触中").get_by_role("link", name="変更").click()
    page.wait_for_url("**/rules/R-14/edit/")
    with page.expect_response("**/rules/R-14/edit/?preview=1"):
        page.get_by_label("自動").check()
    expect(page.locator("#trial")).to_contain_text("対象の商談")
    assert is_readable(page)
    page.get_by_role("button", name="公開して周知する").click()
    page.wait_for_url("**/announcements/*/")
    page.goto("/rules/")
    page.get_by_role("link", name="いま実行する").click()
    page.wait_for_url("**/rules/run/**")
    page.get_by_role("button", name="時点で実行").click()
    page.wait_for_url("**/runs/*/progress/")
    assert is_readable(page)
    work(timezone.now())
    expect(page.get_by_text("返事を待つ商談")).to_be_visible()
    assert is_readable(page)
    silent.refresh_from_db()
    assert silent.status == "returned_to_is"


def test_a_viewer_reads_everything_and_is_offered_nothing_to_change(enter, team):
    page = enter("閲覧者")
    page.wait_for_url("**/dashboards/today/")
    page.goto(f"/deals/{team.deal.pk}/")
    expect(page.get_by_role("heading", name="シフト・勤怠 12店舗")).to_be_visible()
    for verb in ("失注にする", "ISへ戻す", "電話して記録", "追加", "完了"):
        expect(page.locator("main").get_by_role("link", name=verb)).to_have_count(0)


def test_a_filter_chosen_on_the_page_goes_along_into_the_groups(enter, team):
    page = enter("ISマネージャー")
    page.goto("/todos/")
    page.get_by_label("担当").select_option(label="佐藤 美咲")
    page.wait_for_url(f"**assignee={team.inside.pk}**")
    page.get_by_role("link", name="期日超過").click()
    page.wait_for_url("**when=late**")
    assert f"assignee={team.inside.pk}" in page.url
    expect(page.locator("tbody tr").filter(has_text="あおぞら薬局グループ")).to_have_count(1)
