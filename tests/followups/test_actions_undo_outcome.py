"""Taking a call back takes back all that it started, and nothing that others have done since (D25)."""

import pytest

from activities.actions import add_todos, log_call
from activities.models import Todo
from deals.actions import Exclusion
from deals.models import Deal
from followups.actions import accept_proposal, mark_out_of_target, reopen, undo_outcome
from followups.actions.reopening import Reopening
from followups.invariants import violations
from followups.models import Proposal
from leads.models import NoAppointmentReason
from people.refusal import Refused
from tests.factories import TODAY, ActivityFactory, UserFactory, days_ago
from tests.followups.calls import (
    TOMORROW,
    cycle_of,
    known_deal,
    known_lead,
    lost,
    meeting,
    next_step,
    nurturing,
    planned,
    recorded,
    returned,
    seconds_after,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside():
    return UserFactory(inside=True)


@pytest.fixture
def seller():
    return UserFactory(field=True)


@pytest.fixture(autouse=True)
def everything_holds():
    yield
    assert violations() == []


def undo(said, by, seconds=5):
    call = said.activities[0]
    return undo_outcome(call.pk, now=seconds_after(call, seconds), by=by, as_of=TODAY)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def open_todos():
    return list(Todo.objects.open().order_by("pk"))


@pytest.mark.parametrize(("seconds", "is_possible"), [(10, True), (11, False)])
def test_for_ten_seconds(inside, seconds, is_possible):
    said = recorded(known_lead(), "callback", by=inside, next_todo=next_step())

    if is_possible:
        assert undo(said, inside, seconds).is_void
    else:
        with pytest.raises(Refused):
            undo(said, inside, seconds)
        assert len(open_todos()) == 1


def test_once_only(inside):
    said = recorded(known_lead(), "callback", by=inside, next_todo=next_step())
    undo(said, inside)

    with pytest.raises(Refused):
        undo(said, inside)


def test_a_call_that_does_not_exist_is_refused(inside):
    with pytest.raises(Refused):
        undo_outcome(4711, now=seconds_after(ActivityFactory.build()), by=inside, as_of=TODAY)


class TestOfALead:
    def test_status_to_dos_and_history(self, inside):
        lead = known_lead()
        todo = planned(lead=lead, assignee=inside)
        said = recorded(lead, "callback", by=inside, completing=(todo.pk,), next_todo=next_step())

        undo(said, inside)

        assert (fresh(lead).status, fresh(lead).status_entered_on) == ("new", days_ago(30))
        assert open_todos() == [todo]
        told = lead.events.filter(kind="status").values_list("from_status", "to_status")
        assert list(told) == [("new", "approaching"), ("approaching", "new")]

    def test_the_nurturing_reason_it_had(self, inside):
        lead = known_lead("nurturing_action")
        todo = planned(lead=lead, assignee=inside)
        said = recorded(lead, "callback", by=inside, completing=(todo.pk,), next_todo=next_step())
        assert fresh(lead).nurturing_reason is None

        type(nurturing("timing")).objects.update(label_ja="時期が合わない")  # a label is not what it is known by
        undo(said, inside)

        assert (fresh(lead).status, fresh(lead).nurturing_reason) == ("nurturing_action", nurturing("timing"))

    def test_why_there_was_no_appointment(self, inside):
        lead = known_lead("approaching")
        why = NoAppointmentReason.objects.get(code="cost")
        said = recorded(
            lead, "declined", by=inside, nurturing_reason_id=nurturing("cost").pk, next_todo=next_step(),
            said={"no_appointment_reason": why},
        )  # fmt: skip

        undo(said, inside)

        assert (fresh(lead).status, fresh(lead).no_appointment_reason) == ("approaching", None)

    def test_why_there_was_none_before_as_somebody_had_chosen_it_by_hand(self, inside):
        reasons = {one.code: one for one in NoAppointmentReason.objects.all()}
        lead = known_lead("nurturing_no_action", no_appointment_reason=reasons["timing"])
        said = recorded(
            lead, "declined", by=inside, next_todo=next_step(), said={"no_appointment_reason": reasons["cost"]}
        )
        assert fresh(lead).no_appointment_reason == reasons["cost"]

        undo(said, inside)

        assert fresh(lead).no_appointment_reason == reasons["timing"]

    def test_a_deal_made_of_it_is_excluded_and_nobody_is_asked_any_more(self, inside, seller):
        lead = known_lead("approaching")
        said = recorded(lead, "appointment", by=inside, appointment=meeting(seller))

        undo(said, inside)

        assert (fresh(lead).status, fresh(said.deal).status) == ("approaching", "out_of_target")
        assert (fresh(said.proposal).status, open_todos()) == ("withdrawn", [])

    def test_the_meeting_of_field_sales_is_off(self, seller):
        lead = known_lead("approaching")
        said = recorded(lead, "appointment", by=seller, appointment=meeting(seller))

        undo(said, seller)

        assert (fresh(lead).status, fresh(said.deal).status, open_todos()) == ("approaching", "out_of_target", [])

    def test_it_may_become_a_deal_again(self, seller):
        lead = known_lead("approaching")
        undo(recorded(lead, "appointment", by=seller, appointment=meeting(seller)), seller)

        again = recorded(lead, "appointment", by=seller, appointment=meeting(seller))

        assert (fresh(lead).status, Deal.objects.filter(status="appointment").get()) == ("meeting_won", again.deal)


class TestOfADeal:
    def test_status_and_day_of_a_first_call(self, inside):
        deal = known_deal("not_started")
        said = recorded(deal, "callback", by=inside, next_todo=next_step())
        assert fresh(deal).status == "contacting"

        undo(said, inside)

        deal = fresh(deal)
        assert (deal.status, deal.status_entered_on, deal.last_contact_on) == ("not_started", days_ago(30), None)

    @pytest.mark.parametrize("sleep", [lost, returned])
    def test_a_proposal_is_withdrawn_and_the_follow_up_stands_as_before(self, inside, seller, sleep):
        deal = sleep(known_deal(is_owner=inside))
        (todo,) = open_todos()
        said = recorded(deal, "appointment", by=inside, completing=(todo.pk,), appointment=meeting(seller))

        undo(said, inside)

        assert (fresh(said.proposal).status, open_todos()) == ("withdrawn", [todo])
        assert cycle_of(deal).has_open_todo

    def test_a_loss_has_its_answers_and_its_follow_up_again(self, inside, seller):
        former = UserFactory(field=True)
        deal = lost(known_deal(is_owner=inside, fs_owner=former))
        (todo,) = open_todos()
        said = recorded(deal, "appointment", by=seller, appointment=meeting(seller))
        assert (fresh(deal).fs_owner, fresh(deal).hook) == (seller, "")

        undo(said, seller)

        back = fresh(deal)
        for name in ("status", "closed_on", "lost_reason", "lost_in_scope", "next_approach_on", "hook", "fs_owner",
                     "approach_contact_text", "status_entered_on", "is_followed", "last_cycle_ended_on"):  # fmt: skip
            assert getattr(back, name) == getattr(deal, name), name
        assert (cycle_of(deal).is_open, open_todos()) == (True, [todo])

    def test_a_return_goes_on(self, inside, seller):
        deal = returned(known_deal(is_owner=inside))
        (todo,) = open_todos()

        undo(recorded(deal, "appointment", by=seller, appointment=meeting(seller)), seller)

        assert (fresh(deal).status, fresh(deal).next_approach_on) == ("returned_to_is", deal.next_approach_on)
        assert (fresh(deal).fs_owner, cycle_of(deal).is_open, open_todos()) == (None, True, [todo])

    def test_an_exclusion_keeps_its_reason(self, seller):
        deal = known_deal("ongoing")
        mark_out_of_target([Exclusion(deal.pk, "逆営業")], by=None, as_of=days_ago(5))

        undo(recorded(deal, "appointment", by=seller, appointment=meeting(seller)), seller)

        back = fresh(deal)
        assert (back.status, back.out_of_target_reason, back.closed_on) == ("out_of_target", "逆営業", days_ago(5))

    def test_a_loss_that_nobody_follows_up_is_told_nowhere_else_and_cannot_be_put_back(self, seller):
        deal = lost(known_deal(), "price")
        said = recorded(deal, "appointment", by=seller, appointment=meeting(seller))

        with pytest.raises(Refused):
            undo(said, seller)

        assert (fresh(deal).status, fresh(said.activities[0]).is_void) == ("appointment", False)

    def test_a_follow_up_that_ended_with_the_call_goes_on(self, inside):
        deal = lost(known_deal(is_owner=inside))
        (todo,) = open_todos()
        said = recorded(deal, "declined", by=inside, completing=(todo.pk,), end_follow_up="不要")

        undo(said, inside)

        assert (cycle_of(deal).is_open, open_todos(), fresh(deal).is_followed) == (True, [todo], True)

    @pytest.mark.parametrize("status", ["contacting", "not_started"])
    def test_a_live_deal_stands_where_it_stood(self, inside, seller, status):
        deal = known_deal(status, fs_owner=seller)

        undo(recorded(deal, "appointment", by=inside, appointment=meeting(seller)), inside)

        assert (fresh(deal).status, fresh(deal).status_entered_on, open_todos()) == (status, days_ago(30), [])


class TestWorkedOnSince:
    def refused(self, said, by):
        with pytest.raises(Refused):
            undo(said, by)
        assert not fresh(said.activities[0]).is_void

    def test_field_sales_has_accepted(self, inside, seller):
        said = recorded(known_lead(), "appointment", by=inside, appointment=meeting(seller))
        accept_proposal(said.proposal.pk, by=seller, as_of=TODAY)

        self.refused(said, inside)

    def test_the_next_to_do_is_done(self, inside):
        step = next_step()
        said = recorded(known_lead(), "callback", by=inside, next_todo=step)
        recorded(said.lead, "callback", by=inside, completing=(step.pk,), next_todo=next_step())

        self.refused(said, inside)

    def test_somebody_has_logged_another_call(self, inside):
        deal = known_deal()
        said = recorded(deal, "callback", by=inside, next_todo=next_step())
        log_call(ActivityFactory.build(deal=deal), by=inside, as_of=TODAY)

        self.refused(said, inside)

    def test_somebody_has_re_opened_the_deal(self, inside, seller):
        deal = lost(known_deal(is_owner=inside))
        said = recorded(deal, "appointment", by=inside, appointment=meeting(seller))
        reopen([Reopening(deal_id=deal.pk, fs_owner_id=seller.pk)], by=seller, as_of=TODAY)

        self.refused(said, inside)

    def test_somebody_has_moved_the_lead(self, inside):
        lead = known_lead()
        said = recorded(lead, "callback", by=inside, next_todo=next_step())
        recorded(lead, "out_of_target_person", by=inside, lead_status="out_of_target")

        self.refused(said, inside)

    def test_work_on_another_deal_does_not_matter(self, inside):
        said = recorded(known_deal(), "callback", by=inside, next_todo=next_step())
        recorded(known_deal(), "callback", by=inside, next_todo=next_step())
        add_todos([next_step(on=TOMORROW, deal=known_deal())], by=inside, as_of=TODAY)

        assert undo(said, inside).is_void
        assert not Proposal.objects.exists()
