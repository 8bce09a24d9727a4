"""What holds of every proposed appointment: it waits only where it can be accepted, and what it set can be found."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from deals.models import HandOver
from deals.states import DealStatus
from followups.invariants.invariant import Invariant
from followups.models import Proposal
from followups.querysets import ProposalQuerySet
from followups.states import ProposalStatus

Ids = Iterable[Any]


def waiting_on_deals_that_are_over() -> Ids:
    """A lost deal may be won back; one that was won, or excluded after the question, waits for nothing."""
    excluded_since = Q(deal__status=DealStatus.OUT_OF_TARGET, deal__status_entered_on__gt=F("proposed_on"))
    waiting = Proposal.objects.pending().order_by()
    return waiting.filter(Q(deal__status=DealStatus.WON) | excluded_since).values_list("pk", flat=True)


def waiting_after_an_undone_call() -> Ids:
    return Proposal.objects.pending().order_by().filter(call__is_void=True).values_list("pk", flat=True)


def of_another_deal_than_their_call() -> Ids:
    fits = Q(call__deal=F("deal")) | Q(call__deal=None, call__lead=F("deal__lead"))
    return Proposal.objects.order_by().filter(call__isnull=False).exclude(fits).values_list("pk", flat=True)


def accepted_without_a_meeting() -> Ids:
    meeting = Todo.objects.filter(deal=OuterRef("deal"), original_due_on=OuterRef("meeting_on"), is_promised=True)
    return _accepted().filter(~Exists(meeting)).values_list("pk", flat=True)


def accepted_by_somebody_who_never_had_the_deal() -> Ids:
    """Who was asked has the deal, unless he has passed it on since."""
    passed_on = HandOver.objects.filter(
        deal=OuterRef("deal"), from_user=OuterRef("fs"), handed_on__gte=OuterRef("decided_on")
    )
    elsewhere = _accepted().filter(Q(deal__fs_owner=None) | ~Q(deal__fs_owner=F("fs")))
    return elsewhere.filter(~Exists(passed_on)).values_list("pk", flat=True)


def decided_before_they_were_made() -> Ids:
    return Proposal.objects.order_by().filter(decided_on__lt=F("proposed_on")).values_list("pk", flat=True)


def _accepted() -> ProposalQuerySet:
    return Proposal.objects.filter(status=ProposalStatus.ACCEPTED).order_by()


INVARIANTS = (
    Invariant(
        "proposal_waits_on_a_deal_to_be_won", Proposal,
        _("Proposal %(id)s waits for an answer, but its deal is won or excluded."), waiting_on_deals_that_are_over,
    ),
    Invariant(
        "undone_call_waits_for_no_answer", Proposal,
        _("Proposal %(id)s waits for an answer, but the call that won it was undone."), waiting_after_an_undone_call,
    ),
    Invariant(
        "proposal_is_of_the_deal_of_its_call", Proposal,
        _("Proposal %(id)s is about another deal than the call that won it."), of_another_deal_than_their_call,
    ),
    Invariant(
        "accepted_proposal_has_its_meeting", Proposal,
        _("Proposal %(id)s was accepted, but nobody has a to-do for the meeting."), accepted_without_a_meeting,
    ),
    Invariant(
        "accepted_proposal_gave_the_deal_away", Proposal,
        _("Proposal %(id)s was accepted, but the deal never came to the person asked."),
        accepted_by_somebody_who_never_had_the_deal,
    ),
    Invariant(
        "proposal_is_decided_after_it_was_made", Proposal,
        _("Proposal %(id)s was decided before it was made."), decided_before_they_were_made,
    ),
)  # fmt: skip
