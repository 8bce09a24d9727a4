"""Keeping the losses of deals, which the deals themselves forget when they live again (D9)."""

from collections.abc import Mapping, Sequence

from deals.actions.cohorts import touch_cohorts
from deals.models import Deal, DealLoss, FollowUpCycle
from deals.states import DealStatus
from people.rows import insert_rows, update_rows

_COLUMNS = ("lost_on", "reason_id", "in_scope", "competitor", "cycle_id")


def remember_losses(deals: Sequence[Deal], cycles: Mapping[int, FollowUpCycle]) -> None:
    """One new row for each of the deals that is lost; cycles: the follow-ups that begin, by deal id."""
    rows = [
        (deal.pk, deal.fs_owner_id, *_said(deal), _cycle_id(cycles, deal))
        for deal in deals
        if deal.status == DealStatus.LOST
    ]
    insert_rows(DealLoss, ("deal_id", "fs_owner_id", *_COLUMNS), rows)
    # A follow-up that begins has marked what its deal was in before.
    touch_cohorts([deal.pk for deal in deals if deal.status == DealStatus.LOST and deal.pk not in cycles])


def correct_losses(deals: Sequence[Deal], cycles: Mapping[int, FollowUpCycle]) -> None:
    """The last loss of each deal that is lost says what the deal says now.

    cycles: follow-ups that begin by it, by deal id; the others keep the cycle they had.
    """
    lost = {deal.pk: deal for deal in deals if deal.status == DealStatus.LOST}
    newest = dict(DealLoss.objects.filter(deal__in=lost).order_by("id").values_list("deal_id", "id"))
    rows = [(newest[pk], *_said(deal), _cycle_id(cycles, deal)) for pk, deal in lost.items() if pk in newest]
    update_rows(DealLoss, ("id", *_COLUMNS), rows, kept_where_null=["cycle_id"])


def _said(deal: Deal) -> tuple[object, ...]:
    return deal.closed_on, deal.lost_reason_id, deal.lost_in_scope, deal.competitor


def _cycle_id(cycles: Mapping[int, FollowUpCycle], deal: Deal) -> int | None:
    return cycles[deal.pk].pk if deal.pk in cycles else None
