"""本日のコール in a real browser: the keys and clicks that a call costs, counted."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from activities.actions import log_call
from activities.models import Activity, Todo
from people.models import User
from people.working_days import load_calendar
from tests.factories import ActivityFactory, ContactFactory, CycleFactory, DealFactory, TodoFactory, UserFactory
from tests.journeys.reading import complete, is_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Hand:
    """A person at the page: every key press and click is counted."""

    page: Page
    count: int = 0
    keys: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        complete(self.page)  # a key is heard by a page whose scripts have run
        for key in keys:
            self.count += 1
            self.page.keyboard.press(key)

    def click(self, *targets: Locator) -> None:
        for target in targets:
            self.count += 1
            target.click()


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def me(db, settings) -> User:
    settings.DEMO = True
    return UserFactory(inside=True, name="佐藤 美咲")


@pytest.fixture
def todos(me, today) -> list[Todo]:
    """Three calls of mine: one overdue, two today."""
    field_sales = UserFactory(field=True, name="中村 健太")
    made = []
    for name, late in (("北斗ロジスティクス株式会社", 1), ("東雲印刷株式会社", 0), ("白樺クリニック", 0)):
        contact = ContactFactory(name="大野 剛", phone="03-0000-0142", company__name=name)
        deal = DealFactory(company=contact.company, contact=contact, is_owner=me, fs_owner=field_sales)
        ActivityFactory(deal=deal, contact=contact, owner=field_sales, reached=True, note="予算は来期", day=today)
        cycle = CycleFactory(deal=deal, is_owner=me)
        day = today - timedelta(days=late)
        made.append(
            TodoFactory(
                rule_made=True, cycle=cycle, contact=contact, assignee=me, original_due_on=day, hook="36協定の更新"
            )
        )
    return made


@pytest.fixture
def hand(page: Page, todos: list[Todo]) -> Hand:
    page.set_viewport_size(DESK)
    page.goto("/")
    page.get_by_role("button", name="インサイドセールス", exact=True).click()
    page.wait_for_url("**/today/")
    return Hand(page)


def head(page: Page) -> Locator:
    return page.locator(".fhead h2")


def test_a_call_with_its_next_to_do_costs_three_keys_and_can_be_taken_back(hand, todos, today):
    expect(head(hand.page)).to_have_text("北斗ロジスティクス株式会社")
    hand.press("1", "w", "Enter")
    expect(head(hand.page)).to_have_text("東雲印刷株式会社")
    assert hand.count == 3
    expect(hand.page.get_by_role("status")).to_contain_text("記録しました(未接続 → ")
    assert Activity.objects.get(deal=todos[0].deal, is_void=False, outcome="not_connected").owner == todos[0].assignee
    assert Todo.objects.open().get(deal=todos[0].deal).due_on == load_calendar().add(today, 3)

    hand.press("z")
    expect(head(hand.page)).to_have_text("北斗ロジスティクス株式会社")
    expect(hand.page.get_by_role("status")).to_contain_text("元に戻しました")
    assert Todo.objects.open().get(deal=todos[0].deal) == todos[0]


def test_calls_one_after_the_other_never_load_the_page_anew(hand, todos):
    page = hand.page
    page.evaluate("window.stays = true")
    for following in ("東雲印刷株式会社", "白樺クリニック"):
        hand.press("1", "Enter")
        expect(head(page)).to_have_text(following)
        expect(page.locator("#call")).to_be_focused()
        expect(page).to_have_title(f"{following} | SalesFollow")
        expect(page.locator("a.q[aria-current]")).to_contain_text(following)
    expect(page.locator("a.q")).to_have_count(1)
    hand.press("1", "w", "Enter")
    expect(page.locator(".focus.none")).to_contain_text("完了しました")
    expect(page.locator(".toast")).to_have_count(1)
    assert page.evaluate("window.stays")
    assert Activity.objects.filter(outcome="not_connected", is_void=False).count() == 3
    page.wait_for_url("**/today/")


class TestNextCardIsThereAlready:
    """While a card stands there the next one is fetched; Enter shows it before the list has been fetched anew."""

    NAMES = ("北斗ロジスティクス株式会社", "東雲印刷株式会社", "白樺クリニック", "青葉運輸株式会社", "霧島食品株式会社")

    @pytest.fixture
    def five(self, me, todos, today) -> list[Todo]:
        for name in self.NAMES[3:]:
            deal = DealFactory(company__name=name, is_owner=me)
            todos.append(TodoFactory(deal=deal, assignee=me, original_due_on=today))
        return todos

    @pytest.fixture
    def hand(self, page: Page, five: list[Todo]) -> Hand:
        page.set_viewport_size(DESK)
        page.goto("/")
        page.get_by_role("button", name="インサイドセールス", exact=True).click()
        page.wait_for_url("**/today/")
        return Hand(page)

    def wait_for(self, page: Page, following: Todo) -> None:
        expect(page.locator(f"#call[data-ahead='{following.pk}']")).to_be_visible()

    def test_five_calls_by_keys_load_no_page_and_show_each_card_before_the_list_has_answered(self, hand, five, today):
        page, held, documents = hand.page, [], []
        page.on("request", lambda request: documents.append(request) if request.is_navigation_request() else None)
        page.route("**/call/*/?*part=list*", lambda route: held.append(route))
        for number, following in enumerate(five[1:], 1):
            self.wait_for(page, following)
            with page.expect_response("**/call/*/") as saved:
                hand.press("1", "w", "Enter")
            assert "<form" not in saved.value.text().replace('<form method="post" action="/call/taken-back/', "")
            expect(head(page)).to_have_text(self.NAMES[number])
            expect(page.locator("#call")).to_be_focused()
            expect(page).to_have_title(f"{self.NAMES[number]} | SalesFollow")
            expect(page.locator("a.q")).to_have_count(5 - number)
            expect(page.locator("a.q[aria-current]")).to_contain_text(self.NAMES[number])
            expect(page.locator("[data-done]")).to_have_text(str(number))
            expect(page.locator(".seg [data-tab=today] .n")).to_have_text(str(5 - number))
            expect(page.get_by_role("status")).to_contain_text("記録しました(未接続 → ")
            page.wait_for_url(f"**/call/{following.pk}/")
            self.let_the_list_come(page, held)
        hand.press("1", "w", "Enter")
        expect(page.locator(".focus.none")).to_contain_text("完了しました(5件)")
        assert (hand.count, documents) == (15, [])
        assert Activity.objects.filter(outcome="not_connected", is_void=False).count() == 5
        assert Todo.objects.open().filter(due_on=load_calendar().add(today, 3)).count() == 5

    def let_the_list_come(self, page: Page, held: list) -> None:
        """Nothing of what has been checked so far came with it."""
        with page.expect_response("**/call/*/?*part=list*"):
            held.pop().continue_()
        expect(page.locator("details.done summary")).to_be_visible()

    def test_what_was_typed_for_one_customer_never_stands_on_the_next_card_and_undo_brings_it_back(self, hand, five):
        page = hand.page
        self.wait_for(page, five[1])
        hand.press("1", "m")
        page.keyboard.type("for the first one alone")
        page.locator("#call").focus()
        hand.press("Enter")
        expect(head(page)).to_have_text(self.NAMES[1])
        expect(page.get_by_label("メモ")).to_have_value("")
        expect(page.locator("#call [name=outcome]:checked")).to_have_count(0)
        hand.press("z")
        expect(head(page)).to_have_text(self.NAMES[0])
        expect(page.get_by_role("status")).to_contain_text("元に戻しました")
        assert Todo.objects.open().filter(deal=five[0].deal).get() == five[0]

    def test_one_that_a_colleague_has_called_meanwhile_is_not_shown(self, hand, five, today):
        page = hand.page
        self.wait_for(page, five[1])
        call = Activity(deal=five[1].deal, outcome="callback", occurred_at=timezone.now())
        log_call(call, by=UserFactory(inside=True), as_of=today, completing=[five[1].pk])
        hand.press("1", "Enter")
        expect(head(page)).to_have_text(self.NAMES[2])

    def test_the_days_on_the_kept_card_count_what_the_save_has_made_and_an_appointment_asks_who(
        self, hand, five, today
    ):
        page = hand.page
        self.wait_for(page, five[1])
        hand.press("1", "w", "Enter")
        expect(head(page)).to_have_text(self.NAMES[1])
        day = load_calendar().add(today, 3)
        expect(page.locator(f"#call .day[data-day='{day}'] .c").first).to_have_text("1/20")
        hand.press("3")
        expect(page.locator(".ap .chip").filter(has_text="中村 健太").locator("input")).to_be_checked()

    def test_a_next_step_for_today_stands_in_the_list_and_the_network_may_fail_behind_it(
        self, hand, five, today, console_errors
    ):
        page = hand.page
        self.wait_for(page, five[1])
        page.route("**/call/*/?*part=list*", lambda route: route.abort(), times=1)
        hand.press("1", "d")
        page.locator("[name=next_due_on]").fill(str(today))
        page.locator("#call").focus()
        hand.press("Enter")
        expect(head(page)).to_have_text(self.NAMES[1])
        expect(page.locator("a.q")).to_have_count(4)
        self.wait_for(page, five[2])
        hand.press("1", "w", "Enter")
        expect(head(page)).to_have_text(self.NAMES[2])
        expect(page.locator("a.q").filter(has_text=self.NAMES[0])).to_have_count(1)
        console_errors.clear()


def test_the_way_back_shows_the_card_of_the_call_as_it_is_now(hand, todos):
    page = hand.page
    hand.press("2", "Enter")
    page.wait_for_url(f"**/call/{todos[1].pk}/")
    hand.press("2", "Enter")
    page.wait_for_url(f"**/call/{todos[2].pk}/")
    page.go_back()
    page.wait_for_url(f"**/call/{todos[1].pk}/")
    expect(page.get_by_role("alert")).to_contain_text("対応済みです")


def test_the_new_card_asks_who_of_field_sales_as_the_first_one_did(hand, todos):
    hand.press("1", "Enter")
    expect(head(hand.page)).to_have_text("東雲印刷株式会社")
    hand.press("3")
    expect(hand.page.locator(".ap .chip").filter(has_text="中村 健太").locator("input")).to_be_checked()


def test_the_usual_next_step_comes_with_the_result(hand, todos, today):
    hand.press("1", "Enter")
    expect(head(hand.page)).to_have_text("東雲印刷株式会社")
    assert Todo.objects.open().get(deal=todos[0].deal).due_on == load_calendar().add(today, 1)


def test_by_mouse_it_costs_three_clicks(hand, todos):
    page = hand.page
    panel, save = page.locator("#call"), page.get_by_role("button", name="保存して次へ")
    hand.click(panel.locator("[value=callback]"), panel.locator("[data-press=e]"), save)
    expect(head(page)).to_have_text("東雲印刷株式会社")
    assert hand.count == 3


def test_busy_means_another_day_with_one_key_and_enter(hand, todos, today):
    hand.press("y", "Enter")
    expect(head(hand.page)).to_have_text("東雲印刷株式会社")
    assert hand.count == 2
    todos[0].refresh_from_db()
    assert todos[0].due_on == load_calendar().add(today, 1)


def test_an_appointment_costs_five_choices(hand, todos, today):
    hand.press("3", "w", "h")
    hand.page.keyboard.type("1400")  # typing a time is one choice, together with the key that leads there
    expect(hand.page.locator(".ap .chip").filter(has_text="中村 健太").locator("input")).to_be_checked()
    hand.press("Enter")
    expect(head(hand.page)).to_have_text("東雲印刷株式会社")
    assert hand.count <= 5
    call = Activity.objects.get(deal=todos[0].deal, outcome="appointment")
    assert (call.owner, Todo.objects.get(pk=todos[0].pk).done_by_activity) == (todos[0].assignee, call)


def test_later_puts_it_behind_the_others_and_keeps_what_was_begun(hand, todos):
    page = hand.page
    hand.press("m")
    page.keyboard.type("12s")
    expect(page.get_by_label("メモ")).to_have_value("12s")
    page.get_by_role("button", name="後で").click()
    expect(head(page)).to_have_text("東雲印刷株式会社")
    page.get_by_role("link", name="北斗ロジスティクス株式会社").click()
    expect(head(page)).to_have_text("北斗ロジスティクス株式会社")
    expect(page.get_by_label("メモ")).to_have_value("12s")
    expect(page.locator("a.q").last).to_contain_text("北斗ロジスティクス株式会社")


def test_keys_rest_outside_the_queue_with_modifiers_and_while_a_word_is_converted(hand):
    page = hand.page
    result = page.locator("[value=not_connected]")
    page.locator("#call").dispatch_event("keydown", {"key": "1", "isComposing": True, "bubbles": True})
    page.locator("#call").dispatch_event("keydown", {"key": "1", "keyCode": 229, "bubbles": True})
    page.locator("#call").dispatch_event("keydown", {"key": "1", "ctrlKey": True, "bubbles": True})
    page.get_by_role("link", name="記録する").focus()
    page.keyboard.press("1")
    expect(result).not_to_be_checked()
    page.locator("#call").focus()
    page.keyboard.press("1")
    expect(result).to_be_checked()


def test_j_and_k_walk_the_rows_and_the_list_of_keys_opens(hand):
    page = hand.page
    hand.press("j", "Enter")
    expect(head(page)).to_have_text("東雲印刷株式会社")
    hand.press("k", "Enter")
    expect(head(page)).to_have_text("北斗ロジスティクス株式会社")
    hand.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("キー")
    assert is_readable(page)
    hand.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_switched_off_keys_do_nothing(hand, me):
    User.objects.filter(pk=me.pk).update(has_single_keys=False)
    hand.page.reload()
    hand.press("1")
    expect(hand.page.locator("[value=not_connected]")).not_to_be_checked()


@pytest.mark.look
@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_every_state_of_the_page_is_readable(hand, todos, size, scheme):
    page = hand.page
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto("/today/")
    assert is_readable(page)
    for result in ("callback", "appointment", "declined", "out_of_target_person"):
        page.goto(f"/call/{todos[0].pk}/")
        page.locator(f"#call [value={result}]").check()
        assert is_readable(page)
    page.get_by_role("button", name="保存して次へ").click()
    expect(page.get_by_role("alert")).to_contain_text("まだ保存していません")
    assert is_readable(page)


def test_without_a_script_it_works_all_the_same(todos, without_script):
    page = without_script()
    page.goto("/")
    page.get_by_role("button", name="インサイドセールス", exact=True).click()
    page.wait_for_url("**/today/")
    page.get_by_role("link", name="北斗ロジスティクス株式会社").click()
    page.locator("#call [value=callback]").check()
    page.get_by_role("button", name="保存して次へ").click()
    expect(head(page)).to_have_text("東雲印刷株式会社")
    assert Activity.objects.filter(deal=todos[0].deal, outcome="callback", owner=todos[0].assignee).exists()


class TestLostNetwork:
    """The network or the server fails while a call is saved: a sentence, the text stays, the next press saves once."""

    @pytest.fixture(autouse=True)
    def expected_errors(self, page, console_errors):
        """The console tells of each failed request, as it should."""
        yield
        assert all("Failed to load resource" in text for text in console_errors)
        console_errors.clear()

    def fill(self, hand) -> Locator:
        hand.press("1", "m")
        hand.page.keyboard.type("memo")
        hand.page.locator("#call").focus()
        return hand.page.locator("[data-lost]")

    def saved(self, todos) -> int:
        return Activity.objects.filter(deal=todos[0].deal, outcome="not_connected", is_void=False).count()

    def test_without_a_connection(self, hand, todos):
        lost = self.fill(hand)
        hand.page.context.set_offline(True)
        hand.press("Enter")
        expect(lost).to_contain_text("保存できませんでした")
        expect(hand.page.get_by_label("メモ")).to_have_value("memo")
        assert is_readable(hand.page)
        hand.page.context.set_offline(False)
        hand.page.get_by_role("button", name="保存して次へ").click()
        expect(head(hand.page)).to_have_text("東雲印刷株式会社")
        assert self.saved(todos) == 1

    def test_with_a_server_that_fails(self, hand, todos):
        lost = self.fill(hand)
        hand.page.route("**/call/*/", lambda route: route.fulfill(status=502, body="bad gateway"), times=1)
        hand.press("Enter")
        expect(lost).to_be_visible()
        expect(hand.page.get_by_label("メモ")).to_have_value("memo")
        hand.page.get_by_role("button", name="保存して次へ").click()
        expect(head(hand.page)).to_have_text("東雲印刷株式会社")
        assert self.saved(todos) == 1


def test_the_palette_offers_what_the_page_does_with_its_keys(hand, todos):
    page = hand.page
    page.keyboard.press("Control+k")
    own = page.locator(".top .hit.own")
    expect(own.filter(has_text="再架電必要")).to_contain_text("2")
    expect(own.filter(has_text="1週間")).to_contain_text("E")
    page.keyboard.type("再架電")
    expect(page.locator(".top [data-found=再架電]")).to_be_attached()
    expect(own).to_have_count(1)
    own.click()
    expect(page.locator("#call [value=callback]")).to_be_checked()
    assert is_readable(page)


def test_a_question_mark_lists_the_keys_of_any_page(hand, me):
    page = hand.page
    page.goto("/todos/")
    page.locator("body").press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Ctrl+K")
    assert is_readable(page)
    page.keyboard.press("Escape")
    User.objects.filter(pk=me.pk).update(has_single_keys=False)
    page.reload()
    page.locator("body").press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
