"""Putting a deal back to where it stood before one act changed its status (D25)."""

from datetime import date
from itertools import takewhile

from deals.actions.cohorts import touch_cohorts
from deals.actions.events import DealHappening, write_events
from deals.actions.moving import claim, enter_status, save_statuses
from deals.models import Deal, DealEvent, FollowUpCycle
from deals.states import CycleKind, DealEventKind, DealStatus
from people.models import User

# Whose answers are told nowhere but on the deal itself: a loss that was not followed up, and an order.
_GONE_FOR_GOOD = (DealStatus.LOST, DealStatus.WON)


def take_back_status(deal_id: int, *, by: User | None, as_of: date, cause: str) -> bool:
    """Give the deal the status and the day it had before the changes of this cause; whether it stands there again.

    A deal that was moved on since is left alone, as is one whose former answers are lost. The deal is locked here; its
    cycles are the business of `revive_cycles`.
    """
    (deal,) = claim([deal_id], DealStatus.values)
    told = list(DealEvent.objects.filter(deal=deal_id).exclude(to_status="").order_by("-id")[:4])
    changes = list(takewhile(lambda event: event.cause == cause, told))
    if not changes or changes[0].to_status != deal.status:
        return False
    first, earlier = changes[-1], told[len(changes) : len(changes) + 1]
    status = DealStatus(first.from_status)
    cycle = FollowUpCycle.objects.filter(pk=first.cycle_id or 0).first()
    if status in _GONE_FOR_GOOD and (cycle is None or cycle.kind != CycleKind.LOST):
        return False
    left = str(deal.status)
    enter_status(deal, status, earlier[0].happened_on if earlier else deal.created_on)
    _remember(deal, cycle, earlier[0].detail if earlier else "")
    save_statuses([deal])
    if DealStatus.OUT_OF_TARGET in (left, status):
        touch_cohorts([deal_id])
    happening = DealHappening(deal.pk, DealEventKind.UNDONE, as_of, left, status.value)
    write_events([happening], by=by, cause=cause)
    return True


def _remember(deal: Deal, cycle: FollowUpCycle | None, detail: str) -> None:
    """What the former status says beside itself: the answers of a loss from its cycle, why a deal was excluded."""
    if deal.status == DealStatus.OUT_OF_TARGET:
        deal.out_of_target_reason = detail
    if cycle is None or deal.status not in (DealStatus.LOST, DealStatus.RETURNED_TO_IS):
        return
    deal.next_approach_on = cycle.next_approach_on
    if deal.status == DealStatus.LOST:
        deal.lost_reason_id, deal.lost_in_scope = cycle.reason_id, True
        deal.approach_contact_id, deal.approach_contact_text = cycle.approach_contact_id, cycle.approach_contact_text
        deal.hook, deal.change_trigger = cycle.hook, cycle.change_trigger
        deal.has_default_approach_date = cycle.has_default_approach_date
        deal.has_imported_answers = cycle.has_imported_answers
