"""本日のコール and its call panel: what it shows, and what saving does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.actions import TodoShift, cancel_todos, log_call, move_todos, reassign_todos
from activities.models import Activity, Todo, WhyYouNow
from followups.actions import Merging, merge_contacts
from leads.models import AvailabilityGuess, Company, Contact, Lead, NoAppointmentReason, NurturingReason
from people.business_days import add_months
from people.form_tokens import FIELD, new_token
from people.models import Absence, User
from people.working_days import load_calendar
from tests.factories import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
)
from tests.lines import ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def todo(me, today) -> Todo:
    """A rule-made to-do of mine, due today, in a follow-up."""
    contact = ContactFactory(name="大野 剛", kana="オオノ ツヨシ", phone="03-0000-0142")
    deal = DealFactory(company=contact.company, contact=contact, is_owner=me)
    return due(
        me, today, rule_made=True, cycle=CycleFactory(deal=deal, is_owner=me), contact=contact, hook="予算の確定"
    )


def due(me, day, **fields) -> Todo:
    return TodoFactory(assignee=me, original_due_on=day, **fields)


def call_url(todo, query="") -> str:
    return reverse("followups:call", args=[todo.pk]) + query


def preset(today, key) -> str:
    calendar = load_calendar()
    days = {"q": calendar.add(today, 1), "w": calendar.add(today, 3), "t": calendar.on_or_after(add_months(today, 3))}
    return f"{key}{days[key].isoformat()}"


BY_SCRIPT = {"HX-Request": "true"}


def following() -> Todo:
    return Todo.objects.open().get()


def following_of_deal(todo) -> Todo:
    return Todo.objects.open().get(deal=todo.deal)


def called(todo) -> Activity:
    return ActivityFactory.build(deal=todo.deal, outcome="callback", occurred_at=timezone.now())


class TestSaving:
    @pytest.mark.parametrize(("outcome", "key"), [("not_connected", "q"), ("callback", "w")])
    def test_a_result_alone_brings_its_usual_next_to_do(self, client, me, todo, today, outcome, key):
        answer = client.post(call_url(todo), {"outcome": outcome, "note": "会議中"})
        call, new = Activity.objects.get(), following()
        assert answer.status_code == 302
        assert (call.outcome, call.note, call.owner, call.contact) == (outcome, "会議中", me, todo.contact)
        assert new.due_on.isoformat() == preset(today, key)[1:]
        assert (new.assignee, new.contact, new.cycle, new.hook) == (me, todo.contact, todo.cycle, "予算の確定")
        todo.refresh_from_db()
        assert todo.done_by_activity == call

    def test_the_chosen_day_time_purpose_and_promise_go_into_the_next_to_do(self, client, todo, today):
        typed = {"next_time": "14:00", "next_subject": "見積の説明", "next_is_promised": "on"}
        client.post(call_url(todo), {"outcome": "callback", "when": preset(today, "t")} | typed)
        new = following()
        assert new.due_on.isoformat() == preset(today, "t")[1:]
        assert (new.due_time.hour, new.subject, new.hook, new.is_promised) == (14, "見積の説明", "見積の説明", True)

    def test_a_typed_date_counts_where_date_or_nothing_is_chosen(self, client, me, todo, today):
        day = load_calendar().add(today, 7)
        client.post(call_url(todo), {"outcome": "callback", "when": "date", "next_due_on": day.isoformat()})
        assert following().due_on == day
        client.post(call_url(following()), {"outcome": "callback", "next_due_on": day.isoformat()})
        assert following().due_on == day

    def test_a_talk_without_appointment_asks_why(self, client, todo, today):
        page = client.post(call_url(todo), {"outcome": "declined", "note": "時期が合わない"})
        assert "no_appointment_reason" in page.context["form"].errors
        assert "時期が合わない" in page.content.decode()
        assert not Activity.objects.exists()
        reason = NoAppointmentReason.objects.first()
        client.post(call_url(todo), {"outcome": "declined", "no_appointment_reason": reason.pk})
        assert Activity.objects.get().no_appointment_reason == reason
        assert following().due_on.isoformat() == preset(today, "t")[1:]

    def test_a_lead_that_is_nurtured_says_why(self, client, me, today):
        lead = LeadFactory(owner=me)
        todo = due(me, today, deal=None, lead=lead)
        reason = {"outcome": "declined", "no_appointment_reason": NoAppointmentReason.objects.first().pk}
        assert "nurturing_reason" in client.post(call_url(todo), reason).context["form"].errors
        client.post(call_url(todo), reason | {"nurturing_reason": NurturingReason.objects.first().pk})
        assert following().lead == lead

    def test_the_wrong_person_needs_a_next_step_or_a_reason_and_offers_to_correct_him(self, client, me, today):
        todo = due(me, today, contact=ContactFactory())
        page = client.post(call_url(todo), {"outcome": "out_of_target_person"})
        assert "when" in page.context["form"].errors
        assert reverse("leads:contact_edit", args=[todo.contact.pk]) in page.content.decode()
        client.post(call_url(todo), {"outcome": "out_of_target_person", "when": "none", "no_next_reason": "退職"})
        assert Activity.objects.get().no_next_reason == "退職"
        assert not Todo.objects.open().exists()

    def test_no_next_to_do_needs_a_reason(self, client, todo):
        page = client.post(call_url(todo), {"outcome": "not_connected", "when": "none"})
        assert "no_next_reason" in page.context["form"].errors

    def test_an_appointment_needs_a_day_and_somebody_of_field_sales(self, client, todo):
        page = client.post(call_url(todo), {"outcome": "appointment"})
        assert {"when", "fs"} <= set(page.context["form"].errors)

    @pytest.mark.parametrize("when", ["2020-01-06", "nonsense", "q2020-01-06", "date"])
    def test_a_day_that_has_passed_or_is_none_is_refused_at_the_field(self, client, todo, when):
        page = client.post(call_url(todo), {"outcome": "callback", "when": when, "note": "残る"})
        assert {"when", "next_due_on"} & set(page.context["form"].errors)
        assert "残る" in page.content.decode()

    def test_without_a_result_nothing_is_saved(self, client, todo):
        page = client.post(call_url(todo), {"note": "会議中とのこと"})
        assert "outcome" in page.context["form"].errors
        assert "会議中とのこと" in page.content.decode()
        assert not Activity.objects.exists()

    def test_it_goes_on_to_the_row_the_form_named_and_keeps_the_place(self, client, me, todo, today):
        other = due(me, today)
        answer = client.post(call_url(todo, "?tab=late&page=2"), {"outcome": "callback", "following": other.pk})
        assert answer.url == call_url(other, "?tab=late&page=2")

    def test_after_the_last_row_it_goes_to_the_queue(self, client, todo):
        assert client.post(call_url(todo), {"outcome": "callback", "following": ""}).url == reverse("followups:today")

    def test_sent_twice_it_makes_one_call(self, client, todo):
        for _ in range(2):
            assert client.post(call_url(todo), {"outcome": "callback"}).status_code == 302
        assert Activity.objects.count() == 1

    def test_a_note_of_emoji_rare_characters_and_markup_stays_text(self, client, todo):
        note = "髙﨑𠮷 🙂 <b>太字</b><script>alert(1)</script>"
        client.post(call_url(todo), {"outcome": "callback", "note": note})
        assert Activity.objects.get().note == note
        assert "<script>alert" not in client.get(call_url(following())).content.decode()


class TestTaken:
    def test_who_was_quicker_is_named_and_the_text_is_kept(self, client, todo, today):
        other = UserFactory(inside=True, name="鈴木 一郎")
        call = ActivityFactory.build(deal=todo.deal, outcome="callback", occurred_at=timezone.now())
        log_call(call, by=other, as_of=today, completing=[todo.pk])
        page = client.post(call_url(todo), {"outcome": "callback", "note": "残したい言葉"})
        text = page.content.decode()
        assert page.status_code == 409
        assert "鈴木 一郎さんが対応済みです(再架電必要)" in text
        assert "残したい言葉" in text
        assert Activity.objects.count() == 1

    def test_one_that_was_cancelled_meanwhile_says_by_whom(self, client, todo, today):
        cancel_todos([todo.pk], "duplicate", by=UserFactory(name="鈴木 一郎"), as_of=today)
        assert "鈴木 一郎さんが対応済みです" in client.get(call_url(todo)).content.decode()

    def test_one_given_to_somebody_else_meanwhile_says_to_whom(self, client, todo, today):
        other = UserFactory(inside=True, name="鈴木 一郎")
        reassign_todos([todo.pk], other, by=None, as_of=today)
        page = client.post(call_url(todo), {"outcome": "callback", "note": "残したい言葉"})
        assert page.status_code == 409
        assert "鈴木 一郎さんの担当" in page.content.decode()
        assert "残したい言葉" in page.content.decode()
        assert client.get(call_url(todo)).status_code == 403

    def test_one_that_was_deleted_meanwhile_gives_the_note_back(self, client, me, todo, today):
        other = due(me, today)
        Todo.objects.filter(pk=todo.pk).delete()
        page = client.post(call_url(todo), {"outcome": "callback", "note": "残したい言葉", "following": other.pk})
        text = page.content.decode()
        assert page.status_code == 410
        assert "このToDoはもうありません" in text
        assert "残したい言葉" in text
        assert call_url(other) in text
        assert client.post(reverse("followups:call_move", args=[todo.pk]), {"note": "残る"}).status_code == 410
        assert client.get(call_url(todo)).status_code == 404

    def test_a_person_merged_meanwhile_is_chosen_anew_and_the_text_is_kept(self, client, todo):
        typed = {"outcome": "callback", "note": "残したい言葉", "next_contact": 10**6}
        page = client.post(call_url(todo), typed)
        assert "担当者は統合または移動されました" in page.content.decode()
        assert "残したい言葉" in page.content.decode()

    def test_a_call_whose_own_person_was_merged_goes_to_the_one_who_is_left(self, client, me, todo):
        left = ContactFactory(company=todo.contact.company)
        gone = todo.contact_id
        merge_contacts([Merging(left.pk, gone)], by=me, as_of=timezone.localdate())
        assert client.post(call_url(todo), {"outcome": "callback"}).status_code == 302
        assert Activity.objects.get().contact == left

    def test_an_answer_lost_on_the_way_is_given_again_and_the_call_written_once(self, client, me, todo, today):
        other = due(me, today)
        typed = {"outcome": "callback", "following": other.pk, "form_token": new_token(me)}
        assert client.post(call_url(todo), typed, headers=BY_SCRIPT)["HX-Push-Url"] == call_url(other)
        assert client.post(call_url(todo), typed, headers=BY_SCRIPT)["HX-Redirect"] == call_url(other)
        assert Activity.objects.count() == 1

    def test_a_form_that_was_refused_may_be_sent_again(self, client, me, todo):
        typed = {"note": "残る", "form_token": new_token(me)}
        assert client.post(call_url(todo), typed).status_code == 200
        assert client.post(call_url(todo), typed | {"outcome": "callback"}).status_code == 302
        assert Activity.objects.count() == 1

    def test_a_viewer_may_not(self, client, todo):
        client.force_login(UserFactory(viewer=True))
        assert client.get(reverse("followups:today")).status_code == 403
        assert client.post(call_url(todo), {"outcome": "callback"}).status_code == 403


class TestSavedByTheScript:
    """One answer brings what the page needs to go on without being loaded again."""

    def save(self, client, todo, query="", **typed):
        return client.post(call_url(todo, query), {"outcome": "callback"} | typed, headers=BY_SCRIPT)

    def test_it_brings_the_next_card_the_list_the_toast_and_the_address(self, client, me, todo, today):
        other = due(me, today, contact=ContactFactory(name="白石 花"))
        third = due(me, today)
        answer = self.save(client, todo, "?page=1", following=other.pk)
        text = answer.content.decode()
        assert answer["HX-Push-Url"] == call_url(other, "?page=1")
        assert f'action="{call_url(other, "?page=1")}"' in text and "白石 花" in text and "<html" not in text
        assert ids(answer.context["rows"]) == [other.pk, third.pk] and answer.context["done"] == [todo]
        assert f'name="following" value="{third.pk}"' in text and 'name="form_token"' in text
        assert reverse("followups:call_undo", args=[Activity.objects.get().pk]) in text

    def test_one_that_a_colleague_has_taken_is_passed_over(self, client, me, todo, today):
        taken, free = due(me, today), due(me, today)
        reassign_todos([taken.pk], UserFactory(inside=True), by=None, as_of=today)
        answer = self.save(client, todo, following=taken.pk)
        assert (answer.context["todo"], answer["HX-Push-Url"]) == (free, reverse("followups:today"))

    def test_after_the_last_one_the_list_says_so(self, client, todo):
        answer = self.save(client, todo, following="")
        assert "本日の予定はすべて完了しました(1件)" in answer.content.decode().replace("（", "(").replace("）", ")")
        assert answer["HX-Push-Url"] == reverse("followups:today")

    def test_what_is_refused_comes_as_a_page(self, client, todo):
        answer = self.save(client, todo, when="2020-01-06")
        assert "<html" in answer.content.decode() and "HX-Push-Url" not in answer

    def test_the_strip_counts_the_next_to_do_that_was_just_made(self, client, me, todo, today):
        due(me, today)
        Absence.objects.create(user=me, starts_on=today + timedelta(days=9), ends_on=today + timedelta(days=9))
        strip = self.save(client, todo, when=preset(today, "w")).context["loads"]
        assert sum(load.count for load in strip) >= 1
        assert strip == client.get(reverse("followups:today")).context["loads"]


class TestFetchedBeforehand:
    """A card that was fetched while the person was on the phone is shown at once where it still holds."""

    @pytest.fixture
    def other(self, me, today) -> Todo:
        contact = ContactFactory(name="白石 花", phone="03-0000-0199")
        deal = DealFactory(company=contact.company, contact=contact, is_owner=me)
        return due(me, today, deal=deal, contact=contact, subject="見積の件")

    def fetch(self, client, todo, other, query="?part=card"):
        return client.get(call_url(other, f"{query}&after={todo.pk}"), headers=BY_SCRIPT)

    def save(self, client, todo, card, query="", **typed):
        asked = {"outcome": "callback", "following": card.context["todo"].pk, "fetched": card.context["stamp"]}
        return client.post(call_url(todo, query), asked | typed, headers=BY_SCRIPT)

    def is_drawn_anew(self, answer) -> bool:
        return 'class="split' in answer.content.decode()

    def test_it_is_the_card_alone_with_a_mark_of_its_own_and_names_who_comes_after_the_saved_call(
        self, client, me, todo, other, today
    ):
        third = due(me, today)
        card = self.fetch(client, todo, other)
        text = card.content.decode()
        assert "白石 花" in text and 'name="form_token"' in text and f'action="{call_url(other)}"' in text
        assert not any(part in text for part in ("<html", 'id="queue"', "予算の確定"))
        assert f'name="following" value="{third.pk}"' in text
        third.delete()
        assert 'name="following" value=""' in self.fetch(client, todo, other).content.decode()

    def test_the_save_says_that_it_may_be_shown_and_brings_the_toast_the_days_and_the_address(
        self, client, todo, other, today
    ):
        card = self.fetch(client, todo, other, "?part=card&page=1")
        answer = self.save(client, todo, card, "?page=1", when=preset(today, "w"))
        text = answer.content.decode()
        assert answer["HX-Push-Url"] == call_url(other, "?page=1")
        assert reverse("followups:call_undo", args=[Activity.objects.get().pk]) in text
        assert not any(part in text for part in ('class="split', 'id="queue"', 'id="call"', "白石 花"))
        assert answer.context["loads"] == client.get(reverse("followups:today")).context["loads"]
        assert following_of_deal(todo).due_on.isoformat() == preset(today, "w")[1:]

    def test_the_list_behind_it_is_as_it_is_now(self, client, me, todo, other, today):
        third = due(me, today)
        self.save(client, todo, self.fetch(client, todo, other))
        part = client.get(call_url(other, "?part=list"), headers=BY_SCRIPT)
        text = part.content.decode()
        assert (ids(part.context["rows"]), part.context["done"]) == ([other.pk, third.pk], [todo])
        assert f'href="{call_url(other)}" aria-current="true"' in text
        assert f'name="following" value="{third.pk}"' in text and f'data-card="{call_url(third)}"' in text
        assert 'id="call"' not in text and "<html" not in text

    MEANWHILE = {
        "taken": lambda other, mate, day: reassign_todos([other.pk], mate, by=None, as_of=day),
        "done": lambda other, mate, day: log_call(called(other), by=mate, as_of=day, completing=[other.pk]),
        "cancelled": lambda other, mate, day: cancel_todos([other.pk], "duplicate", by=mate, as_of=day),
        "moved": lambda other, mate, day: move_todos(
            [TodoShift(other.pk, load_calendar().add(day, 3), reason="不在")], by=mate, as_of=day
        ),
        "called": lambda other, mate, day: log_call(called(other), by=mate, as_of=day),
        "barred": lambda other, mate, day: Contact.objects.filter(todos=other).update(do_not_contact_reason="停止"),
        "renamed": lambda other, mate, day: Company.objects.filter(deals__todos=other).update(version=9),
    }

    @pytest.mark.parametrize("what", MEANWHILE)
    def test_it_is_drawn_anew_where_something_has_happened_meanwhile(self, client, todo, other, today, what):
        card = self.fetch(client, todo, other)
        self.MEANWHILE[what](other, UserFactory(inside=True, name="鈴木 一郎"), today)
        answer = self.save(client, todo, card)
        assert self.is_drawn_anew(answer)
        is_mine = what in ("moved", "called", "barred", "renamed")
        assert (answer.context.get("todo") == other) is is_mine

    @pytest.mark.parametrize("what", MEANWHILE)
    def test_without_that_guard_the_old_card_would_be_shown(self, client, todo, other, today, monkeypatch, what):
        monkeypatch.setattr("followups.views.today.still_holds", lambda *_: True)
        card = self.fetch(client, todo, other)
        self.MEANWHILE[what](other, UserFactory(inside=True), today)
        assert not self.is_drawn_anew(self.save(client, todo, card))

    def test_the_saved_call_itself_makes_a_card_of_the_same_customer_old(self, client, me, todo, today):
        sister = due(me, today, deal=DealFactory(company=todo.deal.company))
        answer = self.save(client, todo, self.fetch(client, todo, sister), note="受付で終わり")
        assert self.is_drawn_anew(answer)
        assert [entry.text for entry in answer.context["panel"].words][:1] == ["受付で終わり"]

    def test_a_note_that_was_put_off_with_it_meanwhile_is_not_lost(self, client, todo, other):
        card = self.fetch(client, todo, other)
        client.post(reverse("followups:call_skip", args=[other.pk]), {"note": "途中まで"})
        answer = self.save(client, todo, card)
        assert self.is_drawn_anew(answer) and "途中まで" in answer.content.decode()

    @pytest.mark.parametrize("stamp", ["", "x", ".", "1." + "0" * 32, "9" * 40 + ".x"])
    def test_a_stamp_that_says_nothing_brings_the_card(self, client, todo, other, stamp):
        card = self.fetch(client, todo, other)
        assert self.is_drawn_anew(self.save(client, todo, card, fetched=stamp))

    def test_the_stamp_of_another_card_brings_the_right_one(self, client, me, todo, other, today):
        third = due(me, today)
        answer = self.save(client, todo, self.fetch(client, todo, third), following=other.pk)
        assert self.is_drawn_anew(answer) and answer.context["todo"] == other

    def test_it_is_drawn_anew_where_the_coming_days_in_it_would_be_wrong(self, client, todo, other):
        card = self.fetch(client, todo, other)
        assert self.is_drawn_anew(self.save(client, todo, card, when="none", no_next_reason="退職"))

    def test_a_colleague_s_card_is_not_fetched(self, client, me, todo, today):
        theirs = due(UserFactory(inside=True), today)
        assert self.fetch(client, todo, theirs).status_code == 403

    def test_what_is_refused_comes_as_a_page(self, client, todo, other):
        answer = self.save(client, todo, self.fetch(client, todo, other), when="2020-01-06", note="残る")
        assert "<html" in answer.content.decode() and "残る" in answer.content.decode()

    def test_sent_twice_it_makes_one_call(self, client, me, todo, other):
        card, token = self.fetch(client, todo, other), new_token(me)
        assert self.save(client, todo, card, form_token=token)["HX-Push-Url"] == call_url(other)
        assert self.save(client, todo, card, form_token=token)["HX-Redirect"] == call_url(other)
        assert Activity.objects.count() == 1

    def test_leads_go_on_in_the_same_way(self, client, me, today):
        first, second = (due(me, today, deal=None, lead=LeadFactory(owner=me)) for _ in range(2))
        answer = self.save(client, first, self.fetch(client, first, second))
        assert not self.is_drawn_anew(answer) and answer["HX-Push-Url"] == call_url(second)


@pytest.mark.usefixtures("at_once")
class TestUndo:
    def test_it_takes_back_the_call_and_the_next_to_do(self, client, todo):
        page = client.post(call_url(todo), {"outcome": "callback"}, follow=True)
        undo = reverse("followups:call_undo", args=[Activity.objects.get().pk])
        assert undo in page.content.decode()
        assert client.post(undo).url == call_url(todo)
        assert following() == todo
        assert Activity.objects.get().is_void

    def test_after_ten_seconds_it_says_so(self, client, todo):
        client.post(call_url(todo), {"outcome": "callback"})
        Activity.objects.update(created_at=timezone.now() - timedelta(seconds=11))
        page = client.post(reverse("followups:call_undo", args=[Activity.objects.get().pk]), follow=True)
        assert "10秒を過ぎたため" in page.content.decode()

    def test_a_colleague_s_call_is_not_mine_to_take_back(self, client, me):
        call = ActivityFactory(owner=UserFactory(), deal=DealFactory())
        assert client.post(reverse("followups:call_undo", args=[call.pk])).status_code == 404


class TestAnotherDay:
    def move(self, client, todo, **typed):
        return client.post(reverse("followups:call_move", args=[todo.pk]), {"version": todo.version} | typed)

    def test_alone_it_means_the_next_business_day(self, client, todo, today):
        assert self.move(client, todo).status_code == 302
        todo.refresh_from_db()
        assert todo.due_on == load_calendar().add(today, 1)
        assert (todo.moves.get().reason, Activity.objects.exists()) == ("多忙", False)

    def test_the_chosen_day_the_note_and_the_promise_go_along(self, client, todo, today):
        self.move(client, todo, when=preset(today, "w"), note="出張中", next_is_promised="on")
        todo.refresh_from_db()
        assert todo.due_on.isoformat() == preset(today, "w")[1:]
        assert (todo.moves.get().reason, todo.moves.get().is_agreed) == ("出張中", True)

    def test_a_note_too_long_to_be_kept_is_refused(self, client, todo):
        assert "note" in self.move(client, todo, note="長" * 201).context["form"].errors

    def test_somebody_else_s_change_meanwhile_is_shown(self, client, todo):
        page = self.move(client, todo, version=todo.version - 1, note="残る")
        assert page.status_code == 409
        assert "残る" in page.content.decode()


class TestLater:
    def test_it_goes_to_the_end_of_today_s_queue_and_keeps_the_note(self, client, me, todo, today):
        other = due(me, today)
        client.post(reverse("followups:call_skip", args=[todo.pk]), {"note": "途中まで", "following": other.pk})
        assert ids(client.get(reverse("followups:today")).context["rows"]) == [other.pk, todo.pk]
        assert "途中まで" in client.get(call_url(todo)).content.decode()
        before = todo.due_on
        todo.refresh_from_db()
        assert todo.due_on == before

    def test_the_form_may_be_sent_again_afterwards(self, client, me, todo):
        token = new_token(me)
        client.post(reverse("followups:call_skip", args=[todo.pk]), {"form_token": token})
        client.post(call_url(todo), {"outcome": "callback", "form_token": token})
        assert Activity.objects.count() == 1


class TestPanel:
    def text(self, client, todo) -> str:
        return client.get(call_url(todo)).content.decode()

    def test_the_reason_stands_first_with_the_number_and_the_reading(self, client, todo):
        text = self.text(client, todo)
        assert text.index("予算の確定", text.index("なぜ今")) < text.index("これまで")
        assert 'href="tel:+81300000142"' in text
        assert "オオノ ツヨシ" in text

    def test_last_words_refusals_and_meetings_of_anybody_are_there(self, client, todo, today):
        other = UserFactory(field=True, name="中村 健太")
        sister = DealFactory(company=todo.deal.company)
        ActivityFactory(deal=sister, owner=other, outcome="declined", note="時期が合わない", day=today)
        ActivityFactory(contact=todo.contact, owner=other, visit=True, day=today - timedelta(days=9), note="倉庫を見学")
        text = self.text(client, todo)
        assert text.count("時期が合わない") == 2
        assert "以前の断り" in text
        assert "中村 健太 → 大野 剛" in text

    def test_the_customer_s_days_and_sentences_that_fit_are_there(self, client, me, todo, today):
        company = todo.deal.company
        company.industry, company.peak_months, company.slack_months = "運輸", [3, 9], [6]
        company.save()
        AvailabilityGuess.objects.create(
            contact=todo.contact, guess="as_usual", starts_on=today, ends_on=today, noted_by=me
        )
        for text, industries, last in [("運輸の話", ["運輸"], 5), ("皆の話", [], 0), ("薬局の話", ["薬局"], 5)]:
            expires = today + timedelta(days=last)
            WhyYouNow.objects.create(text=text, industries=industries, starts_on=today, expires_on=expires)
        WhyYouNow.objects.create(text="昔の話", starts_on=today - timedelta(9), expires_on=today - timedelta(1))
        shown = self.text(client, todo)
        assert all(words in shown for words in ("普段と変わらない", "繁忙 3、9月", "閑散 6月", "運輸の話", "皆の話"))
        assert not any(words in shown for words in ("薬局の話", "昔の話"))

    def test_a_first_contact_says_so_and_a_person_without_a_number_too(self, client, me, today):
        text = self.text(client, due(me, today, contact=ContactFactory()))
        assert "初めての連絡です" in text
        assert "電話番号なし" in text

    def test_whoever_must_not_be_contacted_is_not_dialled(self, client, me, today):
        contact = ContactFactory(phone="03-0000-0142", do_not_contact_reason="停止依頼")
        text = self.text(client, due(me, today, contact=contact))
        assert "連絡不可" in text
        assert "tel:" not in text

    def test_the_strip_shows_ten_business_days_against_the_cap_and_my_days_off(self, client, me, todo, today):
        days = load_calendar().next_days(today + timedelta(days=1), 10)
        due(me, days[1])
        Absence.objects.create(user=me, starts_on=days[2], ends_on=days[2])
        loads = client.get(call_url(todo)).context["loads"]
        assert [load.day for load in loads] == days
        assert (loads[1].count, loads[1].cap, loads[2].is_away) == (1, 20, True)

    def test_each_person_of_field_sales_stands_with_his_coming_days(self, client, todo):
        seller = UserFactory(field=True, name="中村 健太")
        days = load_calendar().next_days(timezone.localdate() + timedelta(days=1), 10)
        due(seller, days[1])
        Absence.objects.create(user=seller, starts_on=days[2], ends_on=days[2])
        text = client.get(call_url(todo), {"outcome": "appointment"}).content.decode()
        strip = text[text.index("中村 健太の営業日ごとのToDo件数") :].split("</ol>")[0]
        assert strip.count("<li") == 10
        assert ("1件、上限8件" in strip or "1/8" in strip) and "休み" in strip

    def test_field_sales_is_fetched_by_itself_once_the_result_is_an_appointment(self, client, todo):
        UserFactory(field=True, name="中村 健太")
        assert "中村 健太" not in self.text(client, todo)
        part = client.get(call_url(todo), {"outcome": "appointment"}, headers={"HX-Request": "true"}).content.decode()
        assert "中村 健太" in part and "<html" not in part and 'name="way"' in part

    def test_without_a_script_saving_an_appointment_once_asks_who_holds_it(self, client, todo):
        UserFactory(field=True, name="中村 健太")
        answers = {"outcome": "appointment", "when": "none", "note": "12s"}
        text = client.post(call_url(todo), answers).content.decode()
        assert "中村 健太" in text and "12s" in text and not Activity.objects.exists()

    def test_single_keys_are_offered_unless_switched_off(self, client, me, todo):
        assert "data-keys>" in self.text(client, todo)
        User.objects.filter(pk=me.pk).update(has_single_keys=False)
        assert "data-keys>" not in self.text(client, todo)


class TestQueuePage:
    def page(self, client, query=""):
        return client.get(reverse("followups:today") + query)

    def test_the_first_row_is_in_the_panel_and_the_second_is_next(self, client, me, todo, today):
        late = due(me, today - timedelta(days=1))
        context = self.page(client).context
        assert (context["todo"], context["following"].pk) == (late, todo.pk)

    def test_first_use_says_what_will_be_here(self, client, me):
        assert "ToDoがまだありません" in self.page(client).content.decode()

    def test_cleared_it_counts_what_is_done_and_what_comes_next(self, client, me, todo, today):
        client.post(call_url(todo), {"outcome": "not_connected"})
        text = self.page(client).content.decode()
        assert "本日の予定はすべて完了しました(1件)" in text
        assert "1件です" in text

    def test_a_cleared_list_offers_the_next_business_day_to_work_ahead(self, client, me, today):
        coming = load_calendar().on_or_after(today + timedelta(days=1))
        ahead, beyond = due(me, coming), due(me, coming + timedelta(days=7))
        assert "?tab=ahead" in self.page(client).content.decode()
        context = self.page(client, "?tab=ahead").context
        assert (ids(context["rows"]), context["sizes"]["ahead"], context["todo"]) == ([ahead.pk], 1, ahead)
        assert beyond.pk not in ids(context["rows"])
        late = due(me, today - timedelta(days=3))
        assert ids(self.page(client, "?tab=ahead").context["rows"]) == [ahead.pk], late

    def test_a_cleared_list_offers_the_new_leads_too(self, client, me, today):
        due(me, load_calendar().on_or_after(today + timedelta(days=1)))
        LeadFactory(owner=me, status="new")
        text = self.page(client).content.decode()
        assert "新規リード1件に架電する" in text
        assert text.index('?tab=new">新規') < text.index("?tab=ahead")

    def test_an_empty_tab_leads_back_to_today(self, client, todo):
        assert "「遅延」は0件です" in self.page(client, "?tab=late").content.decode()

    def test_nonsense_in_the_address_is_the_first_page(self, client, todo):
        assert self.page(client, "?tab=x&page=x").context["todo"] == todo
        assert self.page(client, "?page=99").context["todo"] == todo

    def test_the_fifty_first_row_is_on_the_second_page(self, client, me, today):
        deal = DealFactory()
        for _ in range(51):
            due(me, today, deal=deal)
        assert len(self.page(client).context["rows"]) == 50
        assert len(self.page(client, "?page=2").context["rows"]) == 1

    def test_a_new_lead_gets_its_to_do_with_the_first_call(self, client, me, today):
        lead = LeadFactory(owner=me, company=CompanyFactory())
        assert reverse("followups:call_lead", args=[lead.pk]) in self.page(client, "?tab=new").content.decode()
        answer = client.post(reverse("followups:call_lead", args=[lead.pk]))
        todo = following()
        assert (todo.lead, todo.assignee, todo.original_due_on) == (lead, me, today)
        assert answer.url == call_url(todo, "?tab=new")
        assert Lead.objects.get().status == "new"

    def test_calling_a_lead_again_opens_the_same_to_do(self, client, me, today):
        lead = LeadFactory(owner=me)
        planned = TodoFactory(deal=None, lead=lead, assignee=me, original_due_on=today)
        assert client.post(reverse("followups:call_lead", args=[lead.pk])).url == call_url(planned, "?tab=new")
        assert lead.todos.count() == 1

    def test_a_full_day_keeps_nobody_from_calling_a_lead(self, client, me, today):
        me.todo_cap = 0
        me.save()
        lead = LeadFactory(owner=me)
        assert client.post(reverse("followups:call_lead", args=[lead.pk])).status_code == 302
        assert lead.todos.get().created_by == me

    def test_a_lead_whose_person_must_not_be_contacted_is_not_called(self, client, me):
        contact = ContactFactory(do_not_contact_reason="停止依頼")
        lead = LeadFactory(owner=me, contact=contact)
        answer = client.post(reverse("followups:call_lead", args=[lead.pk]), follow=True)
        assert "停止依頼" in answer.content.decode()
        assert not lead.todos.exists()

    @pytest.mark.parametrize("status", ["meeting_won", "out_of_target"])
    def test_a_lead_that_is_over_is_not_called(self, client, me, status):
        lead = LeadFactory(owner=me, status=status)
        assert client.post(reverse("followups:call_lead", args=[lead.pk])).status_code == 403
        assert not lead.todos.exists()


# Session and person; the mark of the form; deal, to-do and what stands fixed for the caller; call, its day, to-do, deal
# and next to-do. Two more begin and end the transaction.
SAVE = 13
# The queue in its order, its rows, what is done, leads to begin with; of the next card to-do, deal and what made it,
# colleagues, why now, how busy he is, the company's deals, last words, refusals and meetings, reasons to choose from.
NEXT = 14


class TestQueries:
    """Constant, however long the queue and however much is known of the customer."""

    def fill(self, me, today, count) -> Todo:
        company = CompanyFactory()
        first = None
        for _ in range(count):
            person = ContactFactory(company=company)
            cycle = CycleFactory(deal=DealFactory(company=company))
            todo = due(me, today, rule_made=True, cycle=cycle, contact=person)
            first = first or todo
            ActivityFactory(deal=cycle.deal, contact=person, owner=UserFactory(field=True), note="メモ")
            LeadFactory(owner=me, company=company)
        return first

    @pytest.mark.parametrize("count", [1, 30])
    @pytest.mark.parametrize(("address", "expected"), [("/today/", 21), ("/today/?tab=avoid", 10), ("/call/{}/", 21)])
    def test_the_page_asks_as_often_for_thirty_rows_as_for_one(
        self, client, me, today, django_assert_num_queries, count, address, expected
    ):
        todo = self.fill(me, today, count)
        with django_assert_num_queries(expected):
            client.get(address.format(todo.pk))

    @pytest.mark.parametrize("count", [2, 30])
    def test_the_save_with_the_next_card_asks_as_often_too(self, client, me, today, django_assert_num_queries, count):
        todo = self.fill(me, today, count)
        named = {"following": Todo.objects.open().exclude(pk=todo.pk).last().pk, FIELD: new_token(me)}
        answers = {"outcome": "not_connected", "when": preset(today, "t")} | named
        with django_assert_num_queries(SAVE + NEXT):
            assert client.post(call_url(todo), answers, headers=BY_SCRIPT).status_code == 200

    @pytest.mark.parametrize("count", [2, 30])
    def test_with_a_card_fetched_beforehand_the_save_asks_one_thing_more(
        self, client, me, today, django_assert_num_queries, count
    ):
        todo = self.fill(me, today, count - 1)
        other = due(me, today, deal=DealFactory())
        card = client.get(call_url(other, f"?part=card&after={todo.pk}"), headers=BY_SCRIPT)
        named = {"following": other.pk, "fetched": card.context["stamp"], FIELD: new_token(me)}
        answers = {"outcome": "not_connected", "when": preset(today, "t")} | named
        with django_assert_num_queries(SAVE + 1):
            assert 'id="queue"' not in client.post(call_url(todo), answers, headers=BY_SCRIPT).content.decode()

    @pytest.mark.parametrize("count", [1, 30])
    @pytest.mark.parametrize(("part", "expected"), [("card", 22), ("list", 9)])
    def test_what_the_script_fetches_asks_as_often_for_thirty_rows_as_for_one(
        self, client, me, today, django_assert_num_queries, count, part, expected
    ):
        todo = self.fill(me, today, count)
        with django_assert_num_queries(expected):
            client.get(call_url(todo, f"?part={part}"), headers=BY_SCRIPT)

    @pytest.mark.parametrize("count", [1, 30])
    def test_the_save_asks_as_often_in_a_long_queue_as_in_a_short_one(
        self, client, me, today, django_assert_num_queries, count
    ):
        todo = self.fill(me, today, count)
        answers = {"outcome": "not_connected", "when": preset(today, "t"), "following": todo.pk, FIELD: new_token(me)}
        with django_assert_num_queries(SAVE):
            assert client.post(call_url(todo), answers).status_code == 302
