"""アポ獲得: the lead becomes a deal, a deal comes alive again, and field sales has the meeting to do (C-05, D9)."""

from datetime import time

import pytest

from activities.models import Activity, Todo
from deals.actions import Win, win
from deals.models import Deal
from followups.actions import record_outcome
from followups.invariants import violations
from followups.models import Proposal
from people.refusal import Refused
from tests.factories import TODAY, ActivityFactory, ContactFactory, UserFactory, days_ago
from tests.followups.calls import (
    NEXT_WEEK,
    TOMORROW,
    cycle_of,
    known_deal,
    known_lead,
    lost,
    meeting,
    next_step,
    planned,
    recorded,
    returned,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside():
    return UserFactory(inside=True, name="高橋")


@pytest.fixture
def seller():
    return UserFactory(field=True, name="佐藤")


@pytest.fixture
def manager():
    return UserFactory(manager=True)


@pytest.fixture(autouse=True)
def everything_holds():
    yield
    assert violations() == []


def refusal(record, by, **said):
    with pytest.raises(Refused) as refused:
        recorded(record, **{"outcome": "appointment", "by": by} | said)
    assert not Activity.objects.filter(kind="call").exists()
    return list(refused.value.errors)


class TestOfALead:
    def test_the_field_s_own_becomes_a_deal_with_its_meeting_at_once(self, seller):
        lead = known_lead("approaching", contact=ContactFactory(name="鈴木課長"))

        said = recorded(lead, "appointment", by=seller, appointment=meeting(seller, note="予算の話"))

        lead.refresh_from_db()
        assert (lead.status, said.lead, said.proposal) == ("meeting_won", lead, None)
        assert (said.deal.status, said.deal.fs_owner, said.deal.lead) == ("appointment", seller, lead)
        assert lead.events.latest("id").cause == f"activity:{said.activities[0].pk}"
        todo = Todo.objects.open().get()
        assert (todo.deal, todo.assignee, todo.effective_due_on, todo.due_time) == (
            said.deal, seller, NEXT_WEEK, time(14),
        )  # fmt: skip
        assert (todo.is_promised, todo.subject, todo.hook) == (True, "商談(訪問)", "予算の話")
        assert todo.contact == lead.contact

    def test_a_manager_gives_it_to_field_sales(self, manager, seller):
        said = recorded(known_lead(), "appointment", by=manager, appointment=meeting(seller))

        assert (said.deal.fs_owner, said.proposal) == (seller, None)

    def test_inside_sales_proposes_it_and_looks_after_the_answer(self, inside, seller):
        lead = known_lead("approaching")

        said = recorded(lead, "appointment", by=inside, appointment=meeting(seller))

        lead.refresh_from_db()
        assert lead.status == "meeting_won"
        assert (said.deal.status, said.deal.fs_owner, said.deal.is_owner) == ("appointment", None, inside)
        assert (said.proposal.deal, said.proposal.fs, said.proposal.status) == (said.deal, seller, "pending")
        todo = Todo.objects.open().get()
        assert (todo.subject, todo.assignee, todo.deal, todo.effective_due_on) == (
            "FSの返答を確認", inside, said.deal, TOMORROW,
        )  # fmt: skip

    def test_its_owner_keeps_it(self, inside, seller):
        owner = UserFactory(inside=True)

        said = recorded(known_lead(owner=owner), "appointment", by=inside, appointment=meeting(seller))

        assert said.deal.is_owner == owner

    def test_one_that_has_become_a_deal_already_is_refused(self, inside, seller):
        assert refusal(known_lead("meeting_won"), inside, appointment=meeting(seller)) == ["__all__"]

    def test_another_status_beside_it_is_refused(self, inside, seller):
        errors = refusal(known_lead(), inside, appointment=meeting(seller), lead_status="out_of_target")

        assert errors == ["lead_status"]

    def test_a_next_to_do_may_stand_beside_it(self, inside, seller):
        lead = known_lead()

        recorded(lead, "appointment", by=inside, appointment=meeting(seller), next_todo=next_step())

        assert Todo.objects.open().count() == 2


class TestOfADealWithInsideSales:
    @pytest.mark.parametrize("sleep", [lost, returned])
    def test_inside_sales_proposes_it_and_the_follow_up_goes_on_with_a_to_do(self, inside, seller, sleep):
        deal = sleep(known_deal(is_owner=inside))
        before = deal.status
        rules = Todo.objects.open().get()

        said = recorded(deal, "appointment", by=inside, completing=(rules.pk,), appointment=meeting(seller))

        deal.refresh_from_db()
        waiting = Todo.objects.open().get()
        assert (said.deal, said.proposal.fs, deal.status, deal.fs_owner) == (None, seller, before, None)
        assert (waiting.cycle, waiting.assignee, waiting.effective_due_on) == (cycle_of(deal), inside, TOMORROW)
        assert (cycle_of(deal).is_open, cycle_of(deal).has_open_todo) == (True, True)

    @pytest.mark.parametrize("sleep", [lost, returned])
    @pytest.mark.parametrize("who", ["seller", "manager"])
    def test_the_field_re_opens_it_at_once(self, request, inside, seller, sleep, who):
        deal = sleep(known_deal(is_owner=inside))

        said = recorded(deal, "appointment", by=request.getfixturevalue(who), appointment=meeting(seller))

        deal.refresh_from_db()
        assert (said.deal, deal.status, deal.fs_owner, deal.status_entered_on) == (deal, "appointment", seller, TODAY)
        assert (cycle_of(deal).end_type, cycle_of(deal).ended_on) == ("reopened", TODAY)
        todo = Todo.objects.open().get()
        assert (todo.assignee, todo.effective_due_on, todo.is_promised, todo.cycle) == (seller, NEXT_WEEK, True, None)

    @pytest.mark.parametrize("trait", ["price", "excluded"])
    def test_one_that_nobody_follows_up_comes_back_too(self, seller, trait):
        deal = (
            lost(known_deal(), "price") if trait == "price" else known_deal("out_of_target", out_of_target_reason="逆")
        )

        recorded(deal, "appointment", by=seller, appointment=meeting(seller))

        deal.refresh_from_db()
        assert (deal.status, deal.fs_owner) == ("appointment", seller)

    def test_what_the_customer_was_promised_stays(self, inside, seller):
        deal = lost(known_deal(is_owner=inside))
        promise = planned(deal=deal, assignee=inside, is_promised=True, on=NEXT_WEEK)

        recorded(deal, "appointment", by=seller, appointment=meeting(seller))

        promise.refresh_from_db()
        assert promise.status == "open"

    def test_a_won_deal_is_refused(self, seller):
        deal = known_deal()
        win([Win(deal.pk)], by=None, as_of=TODAY)

        assert refusal(deal, seller, appointment=meeting(seller)) == ["__all__"]


class TestOfALiveDeal:
    @pytest.mark.parametrize(
        ("status", "after"),
        [("not_started", "appointment"), ("contacting", "appointment"), ("appointment", "appointment"),
         ("first_visit", "first_visit"), ("ongoing", "ongoing"), ("quoted", "quoted")],
    )  # fmt: skip
    def test_it_stands_in_appointment_at_least(self, inside, seller, status, after):
        deal = known_deal(status, fs_owner=seller)

        said = recorded(deal, "appointment", by=inside, appointment=meeting(seller))

        deal.refresh_from_db()
        assert (deal.status, said.deal, said.proposal) == (after, deal, None)
        assert Todo.objects.open().get().assignee == seller

    def test_inside_sales_does_not_give_it_to_somebody_else(self, inside, seller):
        deal = known_deal("contacting", fs_owner=UserFactory(field=True))
        owner = deal.fs_owner

        said = recorded(deal, "appointment", by=inside, appointment=meeting(seller))

        deal.refresh_from_db()
        assert (deal.status, deal.fs_owner, said.proposal.fs) == ("contacting", owner, seller)

    def test_a_manager_does(self, manager, seller):
        deal = known_deal("contacting", fs_owner=UserFactory(field=True))

        recorded(deal, "appointment", by=manager, appointment=meeting(seller))

        deal.refresh_from_db()
        assert (deal.status, deal.fs_owner) == ("appointment", seller)


class TestWhatItNeeds:
    def test_the_result_says_when_and_who(self, inside):
        assert refusal(known_deal(), inside) == ["meeting_on"]

    def test_no_other_result_has_a_meeting(self, inside, seller):
        assert refusal(known_deal(), inside, outcome="callback", appointment=meeting(seller)) == ["outcome"]

    @pytest.mark.parametrize(("day", "errors"), [(days_ago(1), ["meeting_on"]), (TODAY, [])])
    def test_a_day_in_the_past_is_refused(self, inside, seller, day, errors):
        if errors:
            assert refusal(known_lead(), inside, appointment=meeting(seller, on=day)) == errors
        else:
            assert recorded(known_lead(), "appointment", by=inside, appointment=meeting(seller, on=day)).deal

    @pytest.mark.parametrize("person", [{"inside": True}, {"field": True, "gone": True}])
    def test_only_field_sales_who_works_here_holds_it(self, inside, person):
        assert refusal(known_lead(), inside, appointment=meeting(UserFactory(**person))) == ["fs"]

    def test_a_meeting_on_a_day_off_is_to_do_on_the_next_business_day_and_promised_for_its_own(self, seller):
        saturday = days_ago(-2)

        recorded(known_lead(), "appointment", by=seller, appointment=meeting(seller, on=saturday))

        todo = Todo.objects.open().get()
        assert (todo.effective_due_on, todo.committed_due_on) == (days_ago(-4), saturday)

    def test_it_belongs_to_a_deal_or_a_lead(self, inside, seller):
        call = ActivityFactory.build(contact=ContactFactory(), outcome="appointment")
        with pytest.raises(Refused) as refused:
            record_outcome(call, by=inside, as_of=TODAY, appointment=meeting(seller))

        assert list(refused.value.errors) == ["deal"]

    def test_two_at_once_are_refused_by_name(self, inside, seller):
        deal = lost(known_deal(is_owner=inside))
        recorded(deal, "appointment", by=inside, appointment=meeting(seller))

        with pytest.raises(Refused, match="高橋"):
            recorded(deal, "appointment", by=UserFactory(inside=True), appointment=meeting(UserFactory(field=True)))

        assert (Proposal.objects.count(), Deal.objects.get().activities.count()) == (1, 1)


class TestNextStep:
    def test_a_live_deal_is_not_left_without_one(self, inside):
        assert refusal(known_deal(), inside, outcome="callback") == ["next_todo"]

    def test_a_reason_is_enough_for_a_live_deal(self, inside):
        assert recorded(known_deal(), "callback", by=inside, said={"no_next_reason": "先方から連絡"}).activities

    def test_a_reason_is_not_enough_for_a_follow_up(self, inside):
        deal = lost(known_deal(is_owner=inside))
        todo = Todo.objects.get()

        errors = refusal(deal, inside, outcome="declined", completing=(todo.pk,), said={"no_next_reason": "不要"})

        assert errors == ["next_todo"]

    def test_a_follow_up_may_end_with_the_call(self, inside):
        deal = lost(known_deal(is_owner=inside))
        todo = Todo.objects.get()

        said = recorded(deal, "declined", by=inside, completing=(todo.pk,), end_follow_up="担当部署が無くなった")

        assert (cycle_of(deal).end_type, cycle_of(deal).end_reason) == ("closed_by_user", "担当部署が無くなった")
        assert said.activities[0].no_next_reason == "担当部署が無くなった"

    def test_an_open_to_do_of_the_follow_up_is_enough(self, inside):
        deal = lost(known_deal(is_owner=inside))

        assert recorded(deal, "not_connected", by=inside).bare_cycle_ids == []

    def test_a_deal_that_is_over_needs_none(self, inside):
        assert recorded(lost(known_deal(), "price"), "callback", by=inside).activities
