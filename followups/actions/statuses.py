"""Statuses as another system reports them: each change goes through its verb (D28)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from deals.actions import Advance, Exclusion, Loss, Win, advance
from deals.models import Deal
from deals.states import OPEN_STATUSES, DealStatus
from followups.actions.closing import mark_out_of_target, win
from followups.actions.losing import lose
from followups.actions.reopening import Reopening, reopen
from followups.actions.returning import Return, return_to_is
from people.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """The status one deal has now, and since when (None: the day of the verb).

    loss: what is said about a loss; needed for `lost`. reason: of an exclusion or a return.
    """

    deal_id: int
    status: DealStatus
    on: date | None = None
    loss: Loss | None = None
    reason: str = ""


@transaction.atomic
def change_statuses(changes: Sequence[StatusChange], *, by: User | None, as_of: date, cause: str) -> None:
    """Bring deals to the statuses that an import reports, each by its verb; a deal already there is left alone.

    A deal that its verb cannot take from where it stands (won, now reported as lost) is reopened first, so the history
    has no gap. Losses leave their to-do to the next sweep (D6). Refused, all or none: what the verbs refuse; Refused
    .position counts within the deals of that status, so imports check rows beforehand with `loss_errors`.
    """
    stand = dict(Deal.objects.filter(pk__in=[c.deal_id for c in changes]).values_list("pk", "status"))
    due = [change for change in changes if stand.get(change.deal_id) != change.status]
    reopen(
        [_reopening(change) for change in due if _is_stuck(stand.get(change.deal_id, ""), change.status)],
        by=by, as_of=as_of, cause=cause,
    )  # fmt: skip
    open_now = [c for c in due if c.status in OPEN_STATUSES]
    advance([Advance(c.deal_id, c.status, c.on) for c in open_now], by=by, as_of=as_of, cause=cause)
    wins = [Win(c.deal_id, c.on) for c in due if c.status == DealStatus.WON]
    win(wins, by=by, as_of=as_of, cause=cause)
    excluded = [Exclusion(c.deal_id, c.reason or cause, c.on) for c in due if c.status == DealStatus.OUT_OF_TARGET]
    mark_out_of_target(excluded, by=by, as_of=as_of, cause=cause)
    returned = [c for c in due if c.status == DealStatus.RETURNED_TO_IS]
    return_to_is([_return(c, cause) for c in returned], by=by, as_of=as_of, cause=cause)
    lost = [_loss(c) for c in due if c.status == DealStatus.LOST]
    lose(lost, by=by, as_of=as_of, cause=cause, leaves_todo_to_sweep=True)


def _is_stuck(before: str, after: DealStatus) -> bool:
    """Whether no verb leads from the one status to the other."""
    if before in OPEN_STATUSES:
        return False
    if after in (DealStatus.WON, DealStatus.OUT_OF_TARGET):
        return before in (DealStatus.WON, DealStatus.OUT_OF_TARGET)
    return not (after == DealStatus.LOST and before == DealStatus.RETURNED_TO_IS)


def _reopening(change: StatusChange) -> Reopening:
    status = change.status if change.status in OPEN_STATUSES else None
    return Reopening(deal_id=change.deal_id, status=status, on=change.on)


def _return(change: StatusChange, cause: str) -> Return:
    return Return(deal_id=change.deal_id, reason=change.reason or cause, on=change.on)


def _loss(change: StatusChange) -> Loss:
    said = change.loss or Loss(deal_id=change.deal_id, reason_id=None)
    return replace(said, deal_id=change.deal_id, closed_on=said.closed_on or change.on)
