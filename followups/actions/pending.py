"""Appointments that wait for field sales, and the to-do that looks after each answer."""

from collections.abc import Sequence
from datetime import date

from activities.actions import overtake_todos
from activities.models import Todo
from followups.models import Proposal
from followups.states import ProposalStatus
from people.models import User


def decide(proposal: Proposal, status: ProposalStatus, by: User | None, as_of: date) -> None:
    """Write down the answer; the proposal is locked."""
    proposal.status, proposal.decided_by, proposal.decided_on = status.value, by, as_of
    proposal.save(update_fields=["status", "decided_by", "decided_on", "decline_reason"])


def drop_proposals(deal_ids: Sequence[int], *, by: User | None, as_of: date, cause: str) -> None:
    """Withdraw what waits for an answer on deals that are over for good. The deals are locked."""
    for proposal in Proposal.objects.pending().filter(deal__in=deal_ids).order_by("pk").select_for_update(no_key=True):
        decide(proposal, ProposalStatus.WITHDRAWN, by, as_of)
        stop_waiting(proposal, by=by, as_of=as_of, cause=cause)


def waiting_todos(proposal: Proposal) -> list[Todo]:
    """The open to-do that looks after the answer; it is known by the moment that it shares with the proposal."""
    return list(Todo.objects.open().filter(deal=proposal.deal_id, created_at=proposal.created_at).order_by("pk"))


def stop_waiting(proposal: Proposal, *, by: User | None, as_of: date, cause: str) -> None:
    """The answer is there: nobody has to look after it any more."""
    overtake_todos([todo.pk for todo in waiting_todos(proposal)], by=by, as_of=as_of, cause=cause)
