"""Handing a deal back to inside sales (S2-02, S2-27, S2-28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions import supersede_todos
from deals.actions import (
    CycleEnding,
    DealHappening,
    Pass,
    claim,
    end_cycles,
    enter_status,
    open_cycles,
    open_cycles_of,
    save_statuses,
    write_events,
    write_hand_overs,
)
from deals.models import Deal, FollowUpCycle
from deals.states import (
    OPEN_STATUSES,
    RETURN_OFFSET_MONTHS,
    CycleEnd,
    CycleKind,
    DealEventKind,
    DealStatus,
    HandOverDirection,
)
from followups.actions.first_steps import Start, begin
from people.business_days import add_months
from people.models import User
from people.refusal import refuse_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One deal handed back. next_approach_on None: three months after the anchor of its status (S2-28).

    assignee_id: the person of inside sales asked for; who is none, or away for good, is passed over (D15). on: None is
    the day of the verb.
    """

    deal_id: int
    reason: str
    next_approach_on: date | None = None
    assignee_id: int | None = None
    on: date | None = None


def return_errors(one: Return, *, as_of: date) -> dict[str, str]:
    """What is missing or wrong: a return says why, and its call lies in the days to come."""
    errors = {}
    if not one.reason.strip():
        errors["reason"] = _("Say why the deal goes back to IS.")
    if one.next_approach_on is not None and one.next_approach_on <= (one.on or as_of):
        errors["next_approach_on"] = _("The next approach date must be tomorrow or later.")
    return errors


@transaction.atomic
def return_to_is(
    returns: Sequence[Return], *, by: User | None, as_of: date, cause: str = "user"
) -> list[FollowUpCycle]:
    """Hand open deals back: status, IS owner, hand-over, a returned cycle and its first to-do; gives back the cycles.

    A stagnant cycle ends as converted_to_returned and is the previous link (D10). Open to-dos go to the IS assignee
    with the cycle (D8). Refused, all or none: what `return_errors` finds, a deal that is not open.
    """
    refuse_first({n: return_errors(one, as_of=as_of) for n, one in enumerate(returns)})
    deals = claim([one.deal_id for one in returns], OPEN_STATUSES)
    before = {deal.pk: deal.status for deal in deals}
    ended = open_cycles_of(before)
    days = {one.deal_id: one.on or as_of for one in returns}
    endings = [CycleEnding(cycle, days[deal_id]) for deal_id, cycle in ended.items()]
    end_cycles(endings, end_type=CycleEnd.CONVERTED_TO_RETURNED, by=by)
    supersede_todos({cycle.pk: cause for cycle in ended.values()}, by=by, as_of=as_of)
    starts = [_start(deal, one, ended.get(deal.pk), as_of) for deal, one in zip(deals, returns, strict=True)]
    open_cycles([start.cycle for start in starts])
    begin(starts, by=by, as_of=as_of, cause=cause)
    for start in starts:
        enter_status(start.deal, DealStatus.RETURNED_TO_IS, days[start.deal.pk])
        start.deal.is_owner_id = start.cycle.is_owner_id or start.deal.is_owner_id
        start.deal.next_approach_on = start.asked_for
    save_statuses(deals, "is_owner_id")
    _write_history(starts, returns, before, by=by, cause=cause)
    return [start.cycle for start in starts]


def _start(deal: Deal, one: Return, previous: FollowUpCycle | None, as_of: date) -> Start:
    asked_for = one.next_approach_on or default_call_day(deal, one.on or as_of)
    cycle = FollowUpCycle(
        deal=deal,
        kind=CycleKind.RETURNED,
        entered_on=one.on or as_of,
        previous=previous,
        is_owner_id=previous.is_owner_id if previous else None,
        return_reason=one.reason.strip(),
        next_approach_on=asked_for,
        has_default_approach_date=one.next_approach_on is None,
        approach_contact_id=deal.contact_id,
    )
    return Start(deal, cycle, asked_for, one.assignee_id)


def default_call_day(deal: Deal, returned_on: date) -> date:
    """Three months after the last contact, the first visit, else the return itself, by the deal's status (S2-28)."""
    anchors = {DealStatus.CONTACTING: deal.last_contact_on, DealStatus.FIRST_VISIT: deal.first_visit_on}
    return add_months(anchors.get(DealStatus(deal.status)) or returned_on, RETURN_OFFSET_MONTHS)


def _write_history(
    starts: Sequence[Start], returns: Sequence[Return], before: dict[int, str], *, by: User | None, cause: str
) -> None:
    happenings, passes = [], []
    for start, one in zip(starts, returns, strict=True):
        deal, on, reason = start.deal, start.deal.status_entered_on, one.reason.strip()
        happenings.append(
            DealHappening(
                deal.pk, DealEventKind.STATUS, on, before[deal.pk], str(deal.status), start.cycle.pk, detail=reason
            )
        )
        passes.append(Pass(deal, HandOverDirection.TO_IS, deal.fs_owner_id, deal.is_owner_id, on, reason))
    write_hand_overs(passes, by=by)
    write_events(happenings, by=by, cause=cause)
