"""An appointment that inside sales won, until field sales accepts or declines it (D9)."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from activities.actions import complete_todos
from activities.actions.closing import Completion
from activities.models import Todo
from deals.actions import Exclusion, Win
from followups.actions import (
    accept_proposal,
    decline_proposal,
    mark_out_of_target,
    propose,
    win,
    withdraw_proposal,
)
from followups.invariants import violations
from followups.models import Proposal
from people.refusal import Refused
from tests.factories import TODAY, ContactFactory, UserFactory
from tests.followups.calls import (
    NEXT_WEEK,
    TOMORROW,
    cycle_of,
    known_deal,
    known_lead,
    lost,
    meeting,
    recorded,
    returned,
)

pytestmark = pytest.mark.django_db

ON_FRIDAY = date(2025, 8, 1)
ON_MONDAY = date(2025, 8, 4)


@pytest.fixture
def inside():
    return UserFactory(inside=True, name="高橋")


@pytest.fixture
def seller():
    return UserFactory(field=True, name="佐藤")


@pytest.fixture(autouse=True)
def everything_holds():
    yield
    assert violations() == []


@pytest.fixture
def proposal(inside, seller):
    """A lost deal for which inside sales has won a meeting with field sales."""
    deal = lost(known_deal(is_owner=inside))
    todo = Todo.objects.get()
    return recorded(deal, "appointment", by=inside, completing=(todo.pk,), appointment=meeting(seller)).proposal


@pytest.fixture
def new_deal(inside, seller):
    """A lead that inside sales has made a deal of; field sales has not answered yet."""
    return recorded(known_lead(), "appointment", by=inside, appointment=meeting(seller)).proposal


def open_todos():
    return [(todo.subject, todo.assignee, todo.effective_due_on) for todo in Todo.objects.open().order_by("id")]


class TestAccepting:
    def test_the_deal_is_live_again_with_its_meeting(self, proposal, seller):
        accept_proposal(proposal.pk, by=seller, as_of=ON_FRIDAY)

        proposal.refresh_from_db()
        deal = proposal.deal
        assert (proposal.status, proposal.decided_by, proposal.decided_on) == ("accepted", seller, ON_FRIDAY)
        assert (deal.status, deal.fs_owner, deal.status_entered_on) == ("appointment", seller, ON_FRIDAY)
        assert (cycle_of(deal).end_type, cycle_of(deal).ended_on) == ("reopened", ON_FRIDAY)
        assert open_todos() == [("商談(訪問)", seller, NEXT_WEEK)]
        assert (Todo.objects.open().get().due_time, Todo.objects.open().get().is_promised) == (time(14), True)

    def test_a_deal_made_of_a_lead_gets_its_person(self, new_deal, seller):
        accept_proposal(new_deal.pk, by=seller, as_of=TODAY)

        new_deal.deal.refresh_from_db()
        assert (new_deal.deal.fs_owner, new_deal.deal.status) == (seller, "appointment")
        assert open_todos() == [("商談(訪問)", seller, NEXT_WEEK)]

    @pytest.mark.parametrize("who", [{"manager": True}, {"admin": True}])
    def test_a_manager_may_for_him(self, proposal, seller, who):
        accept_proposal(proposal.pk, by=UserFactory(**who), as_of=TODAY)

        proposal.deal.refresh_from_db()
        assert proposal.deal.fs_owner == seller

    @pytest.mark.parametrize("who", [{"field": True}, {"inside": True}])
    def test_nobody_else_may(self, proposal, who):
        with pytest.raises(Refused):
            accept_proposal(proposal.pk, by=UserFactory(**who), as_of=TODAY)

        proposal.refresh_from_db()
        assert proposal.status == "pending"

    def test_once_only_and_it_says_who_did(self, proposal, seller):
        accept_proposal(proposal.pk, by=seller, as_of=TODAY)

        with pytest.raises(Refused, match="佐藤"):
            decline_proposal(proposal.pk, by=seller, as_of=TODAY, reason="多忙")

    def test_not_for_somebody_who_has_left(self, proposal, seller):
        seller.is_active = False
        seller.save()

        with pytest.raises(Refused):
            accept_proposal(proposal.pk, by=UserFactory(manager=True), as_of=TODAY)

    def test_later_than_the_meeting_it_is_to_do_today(self, proposal, seller):
        after = date(2025, 8, 8)

        accept_proposal(proposal.pk, by=seller, as_of=after)

        todo = Todo.objects.open().get()
        assert (todo.effective_due_on, todo.committed_due_on) == (after, NEXT_WEEK)

    def test_a_stagnant_deal_that_stands_further_along_stays_there(self, inside, seller):
        deal = known_deal("quoted", fs_owner=UserFactory(field=True))
        proposal = propose(deal.pk, meeting(seller), by=inside, as_of=TODAY)

        accept_proposal(proposal.pk, by=seller, as_of=TODAY)

        deal.refresh_from_db()
        assert (deal.status, deal.fs_owner) == ("quoted", seller)

    def test_one_that_does_not_exist_is_refused(self, seller):
        with pytest.raises(Refused):
            accept_proposal(4711, by=seller, as_of=TODAY)


class TestDeclining:
    def test_the_follow_up_goes_on_and_its_to_do_says_why(self, proposal, inside, seller):
        decline_proposal(proposal.pk, by=seller, as_of=ON_FRIDAY, reason="出張中")

        proposal.refresh_from_db()
        assert (proposal.status, proposal.decline_reason) == ("declined", "出張中")
        assert (proposal.deal.status, cycle_of(proposal.deal).is_open) == ("lost", True)
        assert open_todos() == [("FSの辞退を受けて再調整", inside, ON_MONDAY)]
        todo = Todo.objects.open().get()
        assert (todo.hook, todo.cycle) == ("出張中", cycle_of(proposal.deal))

    def test_it_says_why(self, proposal, seller):
        with pytest.raises(Refused) as refused:
            decline_proposal(proposal.pk, by=seller, as_of=TODAY, reason=" ")

        assert list(refused.value.errors) == ["decline_reason"]

    def test_a_deal_that_nobody_has_goes_into_a_follow_up_of_its_own(self, new_deal, inside, seller):
        decline_proposal(new_deal.pk, by=seller, as_of=TODAY, reason="担当地域外")

        new_deal.deal.refresh_from_db()
        cycle = cycle_of(new_deal.deal)
        assert (new_deal.deal.status, cycle.kind, cycle.return_reason) == ("returned_to_is", "returned", "担当地域外")
        assert open_todos() == [("インサイド戻しフォロー", inside, TOMORROW)]

    def test_it_may_be_proposed_to_somebody_else(self, new_deal, inside, seller):
        decline_proposal(new_deal.pk, by=seller, as_of=TODAY, reason="担当地域外")
        other = UserFactory(field=True)

        second = propose(new_deal.deal_id, meeting(other), by=inside, as_of=TODAY)
        accept_proposal(second.pk, by=other, as_of=TODAY)

        new_deal.deal.refresh_from_db()
        assert (new_deal.deal.status, new_deal.deal.fs_owner) == ("appointment", other)

    def test_whoever_looks_after_the_answer_by_now_gets_the_to_do(self, proposal, seller):
        other = UserFactory(inside=True)
        Todo.objects.open().update(assignee=other)

        decline_proposal(proposal.pk, by=seller, as_of=TODAY, reason="多忙")

        assert Todo.objects.open().get().assignee == other

    def test_a_live_deal_of_somebody_stays_his_and_inside_sales_has_a_to_do(self, inside, seller):
        deal = known_deal("contacting", fs_owner=UserFactory(field=True))
        proposal = propose(deal.pk, meeting(seller), by=inside, as_of=TODAY)

        decline_proposal(proposal.pk, by=seller, as_of=TODAY, reason="多忙")

        deal.refresh_from_db()
        assert (deal.status, open_todos()) == ("contacting", [("FSの辞退を受けて再調整", inside, TOMORROW)])

    def test_a_customer_who_must_not_be_contacted_is_named_in_words_alone(self, inside, seller):
        blocked = ContactFactory(name="鈴木課長")
        deal = known_deal("contacting", fs_owner=UserFactory(field=True), contact=blocked)
        proposal = propose(deal.pk, meeting(seller), by=inside, as_of=TODAY)
        blocked.do_not_contact_reason = "停止依頼"
        blocked.save()

        decline_proposal(proposal.pk, by=seller, as_of=TODAY, reason="多忙")

        todo = Todo.objects.open().get()
        assert (todo.contact, todo.contact_text) == (None, "鈴木課長")


class TestWithdrawing:
    def test_who_asked_takes_it_back_and_has_a_to_do(self, proposal, inside):
        withdraw_proposal(proposal.pk, by=inside, as_of=TODAY, reason="日程変更")

        proposal.refresh_from_db()
        assert proposal.status == "withdrawn"
        assert open_todos() == [("取り下げたアポを再調整", inside, TOMORROW)]

    def test_the_person_asked_may_not(self, proposal, seller):
        with pytest.raises(Refused):
            withdraw_proposal(proposal.pk, by=seller, as_of=TODAY)

    def test_then_another_may_be_proposed(self, proposal, inside, seller):
        withdraw_proposal(proposal.pk, by=inside, as_of=TODAY)

        assert propose(proposal.deal_id, meeting(seller), by=inside, as_of=TODAY).status == "pending"


class TestMeanwhile:
    def test_a_deal_won_meanwhile_waits_for_nobody(self, new_deal, seller):
        win([Win(new_deal.deal_id)], by=seller, as_of=TODAY)

        new_deal.refresh_from_db()
        assert (new_deal.status, open_todos()) == ("withdrawn", [])
        with pytest.raises(Refused):
            accept_proposal(new_deal.pk, by=seller, as_of=TODAY)

    def test_neither_does_one_that_is_no_target(self, proposal, seller):
        mark_out_of_target([Exclusion(proposal.deal_id, "廃業")], by=seller, as_of=TODAY)

        proposal.refresh_from_db()
        assert (proposal.status, open_todos()) == ("withdrawn", [])

    def test_a_deal_handed_back_meanwhile_is_taken_from_there(self, new_deal, seller):
        returned(new_deal.deal, on=TODAY)

        accept_proposal(new_deal.pk, by=seller, as_of=TODAY)

        new_deal.deal.refresh_from_db()
        assert (new_deal.deal.status, cycle_of(new_deal.deal).end_type) == ("appointment", "reopened")
        assert [todo[0] for todo in open_todos()] == ["商談(訪問)"]

    def test_the_answer_needs_no_to_do_any_more_where_somebody_has_done_it(self, proposal, seller, inside):
        todo = Todo.objects.open().get()
        complete_todos([Completion(todo.pk)], by=inside, as_of=TODAY)

        decline_proposal(proposal.pk, by=seller, as_of=TODAY, reason="多忙")

        assert open_todos() == [("FSの辞退を受けて再調整", inside, TOMORROW)]

    def test_the_database_keeps_two_from_waiting_at_once(self, proposal):
        again = Proposal(
            deal=proposal.deal, fs=proposal.fs, meeting_on=NEXT_WEEK, proposed_on=TODAY, proposed_by=proposal.fs
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save()
