"""失注にする, ISへ戻す and the shorter forms: what they refuse, what they keep, what they set in motion."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape

from activities.models import Todo
from activities.words import CALL_OUTCOME_WORDS
from deals.models import Deal, FollowUpCycle
from deals.states import DealStatus
from deals.words import DEAL_STATUS_WORDS
from followups.models import RuleExemption
from leads.models import NoAppointmentReason, NurturingReason
from people.models import Wording
from tests.factories import (
    ActivityFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db

TOMORROW = timedelta(days=1)


@pytest.fixture
def fs(client):
    user = UserFactory(field=True)
    client.force_login(user)
    return user


@pytest.fixture
def deal(fs):
    """An open deal of the FS who is logged in, with one contact."""
    contact = ContactFactory()
    return DealFactory(fs_owner=fs, company=contact.company, contact=contact, status="quoted")


def answers(deal: Deal, today, **changed):
    """A complete loss as the form sends it."""
    return {
        "lost_reason": reason("deprioritised").pk,
        "next_approach_on": (today + timedelta(days=90)).isoformat(),
        "approach_contact": deal.contact_id,
        "hook": "来期の予算を確認する",
    } | changed


def url(name: str, deal: Deal) -> str:
    return reverse(f"followups:{name}", args=[deal.pk])


class TestLosing:
    def test_a_complete_loss_opens_a_cycle_and_its_first_to_do(self, client, deal, today):
        inside = UserFactory(inside=True)
        page = client.post(url("lose", deal), answers(deal, today))
        assert page.url == url("deal", deal)
        deal.refresh_from_db()
        assert (deal.status, deal.lost_in_scope, deal.is_followed) == (DealStatus.LOST, True, True)
        todo = Todo.objects.get(deal=deal)
        assert (todo.assignee, todo.original_due_on, todo.rule_code) == (inside, today + timedelta(days=90), "R-LOST")

    @pytest.mark.parametrize(
        ("missing", "field"),
        [
            ({"lost_reason": ""}, "lost_reason"),
            ({"next_approach_on": ""}, "next_approach_on"),
            ({"approach_contact": "", "approach_contact_text": ""}, "approach_contact"),
            ({"hook": ""}, "hook"),
            ({"hook": "再連絡"}, "hook"),
            ({"hook": "  再連絡  "}, "hook"),
        ],
    )
    def test_an_incomplete_loss_is_refused_beside_its_field(self, client, deal, today, missing, field):
        page = client.post(url("lose", deal), answers(deal, today, **missing))
        assert page.status_code == 200
        assert field in page.context["form"].errors
        deal.refresh_from_db()
        assert deal.status == "quoted"

    def test_every_missing_answer_is_named_at_once(self, client, deal, today):
        page = client.post(url("lose", deal), {"lost_reason": reason("competitor").pk})
        assert set(page.context["form"].errors) == {"next_approach_on", "approach_contact", "hook"}

    def test_a_form_sent_empty_is_refused(self, client, deal):
        assert "lost_reason" in client.post(url("lose", deal), {}).context["form"].errors

    @pytest.mark.parametrize(("days", "is_refused"), [(0, True), (1, False), (-1, True)])
    def test_the_next_approach_lies_after_today(self, client, deal, today, days, is_refused):
        day = (today + timedelta(days=days)).isoformat()
        page = client.post(url("lose", deal), answers(deal, today, next_approach_on=day))
        assert (page.status_code == 200) is is_refused

    def test_nothing_typed_is_lost(self, client, deal, today):
        typed = {"hook": "短い", "note": "競合は初期費用なし", "competitor": "A社", "change_trigger": "budget"}
        page = client.post(url("lose", deal), answers(deal, today, **typed)).content.decode()
        for words in ("短い", "競合は初期費用なし", "A社", (today + timedelta(days=90)).isoformat()):
            assert words in page
        assert 'value="budget" id="id_change_trigger_0" checked' in page.replace("  ", " ")

    def test_the_errors_are_summed_up_with_links_to_their_fields(self, client, deal, today):
        page = client.post(url("lose", deal), answers(deal, today, hook="短い")).content.decode()
        assert 'role="alert"' in page
        assert 'href="#id_hook"' in page

    def test_a_reason_out_of_scope_needs_no_answers_and_opens_nothing(self, client, deal):
        client.post(url("lose", deal), {"lost_reason": reason("price").pk})
        deal.refresh_from_db()
        assert (deal.status, deal.lost_in_scope, deal.is_followed) == (DealStatus.LOST, False, False)
        assert not Todo.objects.exists()

    def test_somebody_who_is_not_registered_may_be_named(self, client, deal, today):
        named = {"approach_contact": "", "approach_contact_text": "総務部 佐藤部長"}
        client.post(url("lose", deal), answers(deal, today, **named))
        deal.refresh_from_db()
        assert deal.approach_contact_text == "総務部 佐藤部長"

    def test_a_contact_of_another_company_cannot_be_named(self, client, deal, today):
        stranger = ContactFactory()
        page = client.post(url("lose", deal), answers(deal, today, approach_contact=stranger.pk))
        assert "approach_contact" in page.context["form"].errors

    def test_a_single_contact_is_chosen_and_of_two_none_is(self, client, deal):
        assert client.get(url("lose", deal)).context["form"]["approach_contact"].value() == deal.contact_id
        ContactFactory(company=deal.company)
        assert client.get(url("lose", deal)).context["form"]["approach_contact"].value() is None

    def test_a_retired_reason_is_not_offered(self, client, deal):
        old = reason("competitor")
        type(old).objects.filter(pk=old.pk).update(is_active=False)
        assert "competitor" not in {
            choice.instance.code
            for choice, _label in client.get(url("lose", deal)).context["form"].fields["lost_reason"].choices
        }

    def test_losing_deletes_no_to_do_and_lists_what_goes_along(self, client, deal, today, fs):
        UserFactory(inside=True)
        kept = TodoFactory(deal=deal, assignee=fs, subject="見積の返事を確認する")
        assert "見積の返事を確認する" in client.get(url("lose", deal)).content.decode()
        client.post(url("lose", deal), answers(deal, today))
        kept.refresh_from_db()
        assert (kept.status, kept.cycle.kind) == ("open", "lost")

    def test_a_preview_says_what_would_happen_and_does_nothing(self, client, deal, today):
        page = client.post(url("lose", deal) + "?preview", answers(deal, today))
        assert page.status_code == 200
        assert "失注になります" in page.context["after"][0]
        deal.refresh_from_db()
        assert deal.status == "quoted"

    def test_a_preview_of_a_day_off_names_the_next_business_day(self, client, deal, today):
        saturday = today + timedelta(days=7 + (5 - today.weekday()) % 7)
        page = client.post(url("lose", deal) + "?preview", answers(deal, today, next_approach_on=saturday.isoformat()))
        assert any("休業日" in line for line in page.context["after"])

    def test_a_preview_of_a_reason_out_of_scope_says_that_nothing_follows(self, client, deal):
        page = client.post(url("lose", deal) + "?preview", {"lost_reason": reason("price").pk})
        assert "フォロー対象外" in page.context["after"][1]

    def test_what_a_colleague_lost_meanwhile_is_refused_and_the_text_stays(self, client, deal, today):
        typed = answers(deal, today, hook="わたしが考えたフック")
        client.post(url("lose", deal), answers(deal, today))
        page = client.post(url("lose", deal), typed)
        assert page.status_code == 200
        assert "失注" in page.context["form"].non_field_errors()[0]
        assert "わたしが考えたフック" in page.content.decode()
        assert FollowUpCycle.objects.count() == 1

    def test_quotes_come_from_the_latest_notes(self, client, deal):
        ActivityFactory(deal=deal, note="役員会で検討する。決裁は島田取締役。")
        ActivityFactory(deal=deal, note="")
        assert client.get(url("lose", deal)).context["quotes"] == ["役員会で検討する"]


class TestWhoMayLose:
    @pytest.mark.parametrize(
        ("role", "status"), [("inside", 403), ("viewer", 403), ("manager", 302), ("admin", 302), ("field", 403)]
    )
    def test_only_its_fs_a_manager_or_an_admin(self, client, deal, today, role, status):
        client.force_login(UserFactory(**{role: True}))
        assert client.post(url("lose", deal), answers(deal, today)).status_code == status
        deal.refresh_from_db()
        assert (deal.status == DealStatus.LOST) is (status == 302)

    @pytest.mark.parametrize("verb", ["return", "win", "exclude", "advance", "reopen", "exempt"])
    def test_a_colleague_s_deal_is_closed_to_an_fs(self, client, deal, verb):
        client.force_login(UserFactory(field=True))
        assert client.get(url(verb, deal)).status_code == 403


class TestReturning:
    def typed(self, **changed):
        return {"reason": "no_progress", "next_action": "来期の予算を聞く", "budget": "来期から"} | changed

    def test_it_hands_the_deal_back_with_what_is_known(self, client, deal, today):
        inside = UserFactory(inside=True)
        day = (today + timedelta(days=30)).isoformat()
        page = client.post(url("return", deal), self.typed(next_approach_on=day))
        assert page.url == url("deal", deal)
        deal.refresh_from_db()
        cycle = deal.cycles.get()
        assert (deal.status, deal.budget, cycle.kind) == ("returned_to_is", "来期から", "returned")
        assert (cycle.is_owner, cycle.return_reason) == (inside, "進捗がない: 来期の予算を聞く")
        assert (cycle.next_approach_on.isoformat(), cycle.has_default_approach_date) == (day, False)

    def test_the_day_proposed_stays_a_default(self, client, deal):
        UserFactory(inside=True)
        proposed = client.get(url("return", deal)).context["form"]["next_approach_on"].value()
        client.post(url("return", deal), self.typed(next_approach_on=proposed.isoformat()))
        assert deal.cycles.get().has_default_approach_date

    def test_a_day_that_has_come_is_refused_and_nothing_is_half_done(self, client, deal, today):
        page = client.post(url("return", deal), self.typed(next_approach_on=today.isoformat()))
        assert "next_approach_on" in page.context["form"].errors
        deal.refresh_from_db()
        assert (deal.status, deal.budget) == ("quoted", "")

    @pytest.mark.parametrize("missing", ["reason", "next_action"])
    def test_it_says_why_and_what_to_ask_next(self, client, deal, today, missing):
        page = client.post(url("return", deal), self.typed(**{missing: ""}))
        assert missing in page.context["form"].errors

    def test_inside_sales_may_not(self, client, deal):
        client.force_login(UserFactory(inside=True))
        assert client.post(url("return", deal), self.typed()).status_code == 403


class TestReopening:
    @pytest.fixture
    def lost(self, fs):
        return CycleFactory(lost=True, deal=DealFactory(lost=True, fs_owner=fs)).deal

    def test_the_same_deal_is_live_again(self, client, lost, fs):
        client.post(url("reopen", lost), {"status": "appointment", "fs_owner": fs.pk})
        lost.refresh_from_db()
        assert (lost.status, lost.is_followed, lost.hook) == ("appointment", False, "")
        assert lost.cycles.get().end_type == "reopened"

    def test_appointment_is_proposed(self, client, lost):
        assert client.get(url("reopen", lost)).context["form"]["status"].value() == "appointment"

    def test_inside_sales_only_proposes(self, client, lost):
        client.force_login(UserFactory(inside=True))
        assert client.post(url("reopen", lost), {"status": "appointment"}).status_code == 403

    def test_a_deal_without_an_fs_is_taken_by_whoever_reopens_it(self, client, fs):
        lost = CycleFactory(lost=True).deal
        assert client.get(url("reopen", lost)).context["form"]["fs_owner"].value() == fs.pk


class TestShorterForms:
    def test_advancing_proposes_the_next_status(self, client, fs, today):
        deal = DealFactory(fs_owner=fs, status="first_visit")
        assert client.get(url("advance", deal)).context["form"]["status"].value() == "ongoing"
        client.post(url("advance", deal), {"status": "ongoing", "on": today.isoformat()})
        deal.refresh_from_db()
        assert (deal.status, deal.status_entered_on) == ("ongoing", today)

    @pytest.mark.parametrize("name", ["advance", "win"])
    def test_a_day_to_come_is_refused(self, client, deal, today, name):
        page = client.post(url(name, deal), {"status": "ongoing", "on": (today + TOMORROW).isoformat()})
        assert "on" in page.context["form"].errors

    def test_winning_ends_the_follow_up(self, client, fs, today):
        deal = CycleFactory(deal=DealFactory(fs_owner=fs)).deal
        client.post(url("win", deal), {"on": today.isoformat()})
        deal.refresh_from_db()
        assert (deal.status, deal.closed_on, deal.cycles.get().end_type) == ("won", today, "won")

    def test_excluding_says_why(self, client, deal):
        assert "reason" in client.post(url("exclude", deal), {"reason": "  "}).context["form"].errors
        client.post(url("exclude", deal), {"reason": "逆営業"})
        deal.refresh_from_db()
        assert (deal.status, deal.out_of_target_reason) == ("out_of_target", "逆営業")

    @pytest.mark.parametrize(("days", "is_refused"), [(0, False), (30, False), (31, True), (-1, True)])
    def test_an_exemption_lasts_thirty_days_at_most(self, client, deal, today, days, is_refused):
        typed = {"reason": "先方の繁忙期", "expires_on": (today + timedelta(days=days)).isoformat()}
        page = client.post(url("exempt", deal), typed)
        assert (page.status_code == 200) is is_refused
        assert RuleExemption.objects.exists() is not is_refused

    def test_ending_a_follow_up_says_why_and_closes_what_rules_made(self, client, fs):
        cycle = CycleFactory(deal=DealFactory(fs_owner=fs))
        made, own = TodoFactory(rule_made=True, cycle=cycle), TodoFactory(deal=cycle.deal)
        assert "reason" in client.post(url("close_cycle", cycle.deal), {"reason": ""}).context["form"].errors
        client.post(url("close_cycle", cycle.deal), {"reason": "先方の要望"})
        cycle.refresh_from_db()
        assert (cycle.end_type, cycle.end_reason) == ("closed_by_user", "先方の要望")
        assert [Todo.objects.get(pk=todo.pk).status for todo in (made, own)] == ["superseded", "open"]

    def test_inside_sales_ends_what_it_follows_up_and_not_a_colleague_s(self, client):
        me, other = UserFactory(inside=True), UserFactory(inside=True)
        client.force_login(me)
        mine, theirs = CycleFactory(is_owner=me), CycleFactory(is_owner=other)
        assert client.get(url("close_cycle", mine.deal)).status_code == 200
        assert client.get(url("close_cycle", theirs.deal)).status_code == 403

    def test_a_verb_that_does_not_fit_any_more_says_so(self, client, fs):
        won = DealFactory(won=True, fs_owner=fs)
        assert "受注" in client.get(url("lose", won)).content.decode()


class TestWordsOfWhatIsChosen:
    """Each choice says when it is the one (S3-12), in the admin's words where he wrote any."""

    def test_the_statuses_of_a_deal(self, client):
        client.force_login(UserFactory(manager=True))
        Wording.objects.create(kind="deal_status", code="quoted", timing="社印のある見積を渡した日")
        page = client.get(reverse("followups:advance", args=[DealFactory().pk])).content.decode()
        assert "社印のある見積を渡した日" in page
        assert str(DEAL_STATUS_WORDS["first_visit"].timing) in page
        assert str(DEAL_STATUS_WORDS["won"].timing) not in page

    def test_the_lost_reasons(self, client):
        client.force_login(UserFactory(manager=True))
        page = client.get(reverse("followups:lose", args=[DealFactory().pk])).content.decode()
        assert reason("price").definition in page

    def test_the_results_of_a_call(self, client):
        client.force_login(UserFactory(manager=True))
        page = client.get(reverse("followups:log_call"), {"deal": DealFactory().pk}).content.decode()
        for words in CALL_OUTCOME_WORDS.values():
            assert escape(str(words.timing)) in page

    def test_the_reasons_of_a_lead_where_the_admin_has_said_what_they_mean(self, client):
        client.force_login(UserFactory(manager=True))
        NurturingReason.objects.filter(code="cost").update(definition="予算が合わないとき")
        page = client.get(reverse("followups:lead_status", args=[LeadFactory().pk])).content.decode()
        assert "コストネック: 予算が合わないとき" in page

    def test_why_a_call_gave_no_appointment(self, client):
        client.force_login(UserFactory(manager=True))
        NoAppointmentReason.objects.filter(code="timing").update(definition="来期に再検討")
        page = client.get(reverse("followups:log_call"), {"deal": DealFactory().pk}).content.decode()
        assert "来期に再検討" in page
