"""失注 and 戻す in detail: days however they are typed, the load of inside sales, to-dos decided one by one."""

from datetime import date

import pytest
from django.urls import reverse

from activities.models import Todo
from deals.models import Deal, FollowUpCycle
from tests.factories import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    SourceFactory,
    TodoFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db

TODAY = date(2025, 7, 31)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def fs(client):
    user = UserFactory(field=True)
    client.force_login(user)
    return user


@pytest.fixture
def inside():
    return UserFactory(inside=True, name="高橋", todo_cap=2)


@pytest.fixture
def deal(fs, inside):
    company = CompanyFactory(slack_months=[2])
    contact = ContactFactory(company=company, name="鈴木課長", phone="+81312345678")
    return DealFactory(fs_owner=fs, is_owner=inside, company=company, contact=contact, status="quoted")


def url(name: str, deal: Deal) -> str:
    return reverse(f"followups:{name}", args=[deal.pk])


def loss(deal: Deal, **changed):
    return {
        "lost_reason": reason("deprioritised").pk,
        "next_approach_on": "2026-04-01",
        "approach_contact": deal.contact_id,
        "hook": "人手不足で紙の勤怠が限界",
        "version": deal.version,
        "seen_status": deal.status,
    } | changed


def handed_back(deal: Deal, **changed):
    return {"reason": "no_progress", "next_action": "予算を聞く", "next_approach_on": "2025-10-31"} | changed


class TestTheDay:
    @pytest.mark.parametrize("typed", ["令和8年4月1日", "R8.4.1", "2026/04/01", "4/1", "R8.4.1"])
    def test_it_is_understood_however_it_is_typed(self, client, deal, typed):
        client.post(url("lose", deal), loss(deal, next_approach_on=typed))
        deal.refresh_from_db()
        assert deal.next_approach_on == date(2026, 4, 1)

    def test_three_months_from_today_clip_the_month_end(self, client, deal):
        client.post(url("lose", deal), loss(deal, next_approach_on="+3m"))
        deal.refresh_from_db()
        assert deal.next_approach_on == date(2025, 10, 31)

    @pytest.mark.parametrize("typed", ["来週", "2026/2/30", "R8.13.1"])
    def test_what_is_no_day_is_refused_and_stays_in_the_field(self, client, deal, typed):
        page = client.post(url("lose", deal), loss(deal, next_approach_on=typed))
        assert "next_approach_on" in page.context["form"].errors
        assert f'value="{typed}"' in page.content.decode()

    def test_chips_name_the_day_in_both_calendars(self, client, deal):
        page = client.get(url("lose", deal)).content.decode()
        assert "2026/04/01 令和8年" in page
        assert [chip.day for chip in client.get(url("lose", deal)).context["chips"]] == [
            date(2025, 10, 31), date(2026, 1, 5), date(2026, 2, 2), date(2026, 4, 1),
        ]  # fmt: skip

    def test_the_load_of_the_person_who_will_call_stands_beside_it(self, client, deal, inside):
        TodoFactory(assignee=inside, original_due_on=date(2026, 4, 1))
        page = client.post(url("lose", deal) + "?preview", loss(deal))
        assert str(page.context["approach"].room) == "1/2"

    def test_a_full_day_is_said_and_days_with_room_are_offered(self, client, deal, inside):
        for _ in range(2):
            TodoFactory(assignee=inside, original_due_on=date(2026, 4, 1))
        found = client.post(url("lose", deal) + "?preview", loss(deal)).context["approach"]
        assert found.room.is_full
        assert [room.day for room in found.others] == [date(2026, 3, 31), date(2026, 4, 2)]

    def test_a_day_off_is_said_and_shifted(self, client, deal):
        page = client.post(url("lose", deal) + "?preview", loss(deal, next_approach_on="2026/2/11"))
        assert page.context["approach"].day == date(2026, 2, 12)
        assert "休業日" in page.content.decode()

    def test_the_end_of_the_competitors_contract_suggests_three_months_before(self, client, deal):
        sent = loss(deal, competitor="A社", competitor_contract_ends_on="2026-11-30")
        assert client.post(url("lose", deal) + "?preview", sent).context["contract_day"] == date(2026, 8, 31)
        client.post(url("lose", deal), sent)
        deal.refresh_from_db()
        assert (deal.competitor, deal.competitor_contract_ends_on) == ("A社", date(2026, 11, 30))


class TestWhatIsSaidBeforehand:
    def test_one_sentence_says_when_who_whom_and_with_what(self, client, deal):
        sentence = client.post(url("lose", deal) + "?preview", loss(deal)).context["sentence"]
        assert all(words in sentence for words in ("2026/04/01", "高橋", "鈴木課長", "人手不足で紙の勤怠が限界"))

    def test_without_a_hook_there_is_no_sentence_yet(self, client, deal):
        assert client.post(url("lose", deal) + "?preview", loss(deal, hook="")).context["sentence"] == ""

    def test_a_contact_without_phone_and_mail_is_a_warning_and_no_refusal(self, client, deal):
        mute = ContactFactory(company=deal.company, name="田中部長")
        page = client.post(url("lose", deal) + "?preview", loss(deal, approach_contact=mute.pk))
        assert any("田中部長" in line for line in page.context["after"])
        assert not page.context["form"].errors

    def test_price_says_that_it_is_out_of_scope_and_keeps_given_answers(self, client, deal):
        client.post(url("lose", deal), loss(deal, lost_reason=reason("price").pk))
        deal.refresh_from_db()
        assert (deal.is_followed, deal.next_approach_on) == (False, date(2026, 4, 1))

    def test_other_names_the_day_by_which_it_must_be_classified(self, client, deal):
        page = client.post(url("lose", deal) + "?preview", {"lost_reason": reason("other").pk})
        assert any("5営業日以内(2025/08/07まで" in line for line in page.context["after"]), page.context["after"]

    def test_hooks_are_quoted_from_how_the_deal_began(self, client, deal):
        Deal.objects.filter(pk=deal.pk).update(source=SourceFactory(name="展示会"), needs="打刻漏れの確認に毎月2日")
        ActivityFactory(deal=deal, day=date(2025, 7, 1), note="工場増設で交替勤務が始まる。見積は来週")
        ActivityFactory(deal=deal, day=date(2025, 7, 20), note="役員会の後に返事をもらう")
        assert client.get(url("lose", deal)).context["quotes"] == [
            "展示会からの問い合わせ",
            "打刻漏れの確認に毎月2日",
            "工場増設で交替勤務が始まる",
            "役員会の後に返事をもらう",
        ]


class TestOpenToDos:
    def test_each_is_kept_done_or_cancelled_as_chosen(self, client, deal, fs, inside):
        kept, done, dropped = (TodoFactory(deal=deal, assignee=fs) for _ in range(3))
        sent = loss(deal) | {f"todo_{kept.pk}": "", f"todo_{done.pk}": "done", f"todo_{dropped.pk}": "not_useful"}
        client.post(url("lose", deal), sent)
        found = {todo.pk: todo for todo in Todo.objects.filter(pk__in=[kept.pk, done.pk, dropped.pk])}
        assert (found[kept.pk].status, found[kept.pk].assignee) == ("open", inside)
        assert found[done.pk].status == "done"
        assert (found[dropped.pk].status, found[dropped.pk].cancel_reason) == ("cancelled", "not_useful")

    def test_a_refused_loss_closes_none(self, client, deal, fs):
        todo = TodoFactory(deal=deal, assignee=fs)
        client.post(url("lose", deal), loss(deal, hook="") | {f"todo_{todo.pk}": "done"})
        todo.refresh_from_db()
        assert todo.status == "open"

    def test_one_out_of_reach_goes_along_and_is_not_decided(self, client, deal, inside):
        todo = TodoFactory(deal=deal, assignee=inside)
        page = client.get(url("lose", deal))
        assert f"todo_{todo.pk}" not in page.context["form"].fields
        assert todo.subject in page.content.decode()


class TestSomebodyElseWasQuicker:
    def test_both_values_are_shown_and_what_was_typed_stays(self, client, deal):
        sent = loss(deal, competitor="B社")
        Deal.objects.filter(pk=deal.pk).update(version=deal.version + 1, status="ongoing", competitor="A社")
        page = client.post(url("lose", deal), sent)
        rows = {row.label: (row.theirs, row.mine) for row in page.context["form"].conflict.rows}
        assert rows == {"ステータス": ("営業継続", "見積提出"), "競合": ("A社", "B社")}
        assert "人手不足で紙の勤怠が限界" in page.content.decode()
        deal.refresh_from_db()
        assert deal.status == "ongoing"

    def test_saving_again_goes_through(self, client, deal):
        Deal.objects.filter(pk=deal.pk).update(version=7)
        form = client.post(url("lose", deal), loss(deal)).context["form"]
        client.post(url("lose", deal), loss(deal, version=form["version"].value()))
        deal.refresh_from_db()
        assert deal.status == "lost"

    def test_a_return_stops_in_the_same_way(self, client, deal):
        Deal.objects.filter(pk=deal.pk).update(version=7)
        page = client.post(url("return", deal), handed_back(deal, version=1, seen_status="quoted"))
        assert page.context["form"].conflict


class TestReturning:
    def test_sending_the_form_as_it_opens_returns_the_deal(self, client, deal, inside):
        form = client.get(url("return", deal)).context["form"]
        client.post(url("return", deal), {name: form[name].value() or "" for name in form.fields})
        deal.refresh_from_db()
        cycle = FollowUpCycle.objects.open().get(deal=deal)
        assert (deal.status, cycle.is_owner) == ("returned_to_is", inside)
        assert cycle.next_approach_on == date(2025, 10, 31)

    @pytest.mark.parametrize(("status", "likely"), [("contacting", "no_response"), ("first_visit", "no_progress")])
    def test_the_status_suggests_the_reason(self, client, deal, status, likely):
        Deal.objects.filter(pk=deal.pk).update(status=status)
        assert client.get(url("return", deal)).context["form"]["reason"].value() == likely

    def test_what_is_unknown_of_bantc_is_what_to_ask(self, client, deal):
        Deal.objects.filter(pk=deal.pk).update(budget="120万", authority="社長", needs="直行直帰")
        assert client.get(url("return", deal)).context["form"]["next_action"].value() == "時期・競合を聞く"

    def test_nothing_known_of_bantc_is_a_warning(self, client, deal):
        assert "0/5" in client.get(url("return", deal)).content.decode()
        assert "BANTCが1つも" in client.get(url("return", deal)).content.decode()

    def test_each_assignee_is_named_with_the_load_of_that_day(self, client, deal, inside):
        TodoFactory(assignee=inside, original_due_on=date(2025, 10, 31))
        assert "高橋 1/2" in client.get(url("return", deal)).content.decode()

    def test_open_to_dos_are_decided_here_too(self, client, deal, fs):
        todo = TodoFactory(deal=deal, assignee=fs)
        client.post(url("return", deal), handed_back(deal) | {f"todo_{todo.pk}": "customer"})
        todo.refresh_from_db()
        assert (todo.status, todo.cancel_reason) == ("cancelled", "customer")


class TestReclassifying:
    def lost_as_other(self, fs, **fields):
        return DealFactory(
            lost=True,
            lost_reason=reason("other"),
            lost_in_scope=False,
            created_on=date(2025, 7, 20),
            fs_owner=fs,
            **fields,
        )

    def test_a_real_reason_begins_the_follow_up(self, client, fs, inside):
        deal = self.lost_as_other(fs, is_owner=inside)
        sent = loss(deal, approach_contact="", approach_contact_text="佐藤部長")
        client.post(url("reclassify", deal), sent)
        deal.refresh_from_db()
        assert (deal.lost_reason.code, deal.is_followed) == ("deprioritised", True)

    def test_what_is_known_already_stands_in_the_form(self, client, fs):
        deal = self.lost_as_other(fs)
        form = client.get(url("reclassify", deal)).context["form"]
        assert (form["hook"].value(), form["approach_contact_text"].value()) == ("来期の予算を確認する", "佐藤部長")

    def test_a_colleagues_loss_is_not_his_to_correct(self, client, fs):
        deal = self.lost_as_other(UserFactory(field=True))
        assert client.get(url("reclassify", deal)).status_code == 403
