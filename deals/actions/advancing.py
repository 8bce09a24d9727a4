"""A deal on its way: the next status, the order, or out of target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from deals.actions.cohorts import touch_cohorts
from deals.actions.cycles import CycleEnding, end_cycles, open_cycles_of
from deals.actions.events import DealHappening, write_events
from deals.actions.moving import claim, enter_status, save_statuses
from deals.models import Deal, FollowUpCycle
from deals.states import OPEN_STATUSES, CycleEnd, DealEventKind, DealStatus
from people.models import User
from people.refusal import refuse, refuse_first

# A returned or lost deal may turn out to be an order, or never to have been a target.
ENDABLE = (*OPEN_STATUSES, DealStatus.RETURNED_TO_IS, DealStatus.LOST)


@dataclass(frozen=True, slots=True)
class Advance:
    """One open deal's next status. on: the day it happened; None is the day of the verb."""

    deal_id: int
    status: DealStatus
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Win:
    """One deal won. on: the day of the order; None is the day of the verb."""

    deal_id: int
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One deal that is no target, and why (S2-19). on: None is the day of the verb."""

    deal_id: int
    reason: str
    on: date | None = None


@transaction.atomic
def advance(moves: Sequence[Advance], *, by: User | None, as_of: date, cause: str = "user") -> list[Deal]:
    """Move open deals to another open status, forwards or backwards; gives back those that moved.

    `first_visit` sets first_visit_on where it is empty. A deal already there is left alone. A cycle goes on: moving a
    deal is no word with the customer (D7). Refused: a deal that is not open, a status that is not.
    """
    for position, move in enumerate(moves):
        if move.status not in OPEN_STATUSES:
            refuse(_("Choose a status of an open deal."), field="status", position=position)
    deals = claim([move.deal_id for move in moves], OPEN_STATUSES)
    moved, happenings = [], []
    for deal, move in zip(deals, moves, strict=True):
        if deal.status != move.status:
            happenings.append(_status_event(deal, move.status, move.on or as_of))
            enter_status(deal, move.status, move.on or as_of)
            moved.append(deal)
    save_statuses(moved)
    write_events(happenings, by=by, cause=cause)
    return moved


@transaction.atomic
def win(wins: Sequence[Win], *, by: User | None, as_of: date, cause: str = "user") -> list[FollowUpCycle]:
    """Close the deals as won; gives back the cycles that ended by it.

    Refused: a deal that is won or excluded already. Entrances call `followups.actions.win`.
    """
    deals = claim([won.deal_id for won in wins], ENDABLE)
    days = {won.deal_id: won.on or as_of for won in wins}
    return _close(deals, DealStatus.WON, days, {}, by=by, cause=cause)


@transaction.atomic
def mark_out_of_target(
    exclusions: Sequence[Exclusion], *, by: User | None, as_of: date, cause: str = "user"
) -> list[FollowUpCycle]:
    """Close the deals as out of target, each with its reason; gives back the cycles that ended by it.

    Refused: no reason, a deal that is won or excluded already. Entrances call `followups.actions.mark_out_of_target`.
    """
    refuse_first({n: _exclusion_errors(exclusion) for n, exclusion in enumerate(exclusions)})
    deals = claim([exclusion.deal_id for exclusion in exclusions], ENDABLE)
    days = {exclusion.deal_id: exclusion.on or as_of for exclusion in exclusions}
    reasons = {exclusion.deal_id: exclusion.reason.strip() for exclusion in exclusions}
    return _close(deals, DealStatus.OUT_OF_TARGET, days, reasons, by=by, cause=cause)


def _exclusion_errors(exclusion: Exclusion) -> dict[str, str]:
    return {} if exclusion.reason.strip() else {"out_of_target_reason": _("Say why the deal is excluded.")}


def _close(
    deals: Sequence[Deal],
    status: DealStatus,
    days: Mapping[int, date],
    reasons: Mapping[int, str],
    *,
    by: User | None,
    cause: str,
) -> list[FollowUpCycle]:
    cycles = open_cycles_of(days)
    happenings = []
    for deal in deals:
        cycle = cycles.get(deal.pk)
        detail = reasons.get(deal.pk, "")
        happenings.append(_status_event(deal, status, days[deal.pk], cycle.pk if cycle else None, detail))
        enter_status(deal, status, days[deal.pk])
        deal.out_of_target_reason = detail
    save_statuses(deals)
    end_type = CycleEnd.WON if status == DealStatus.WON else CycleEnd.EXCLUDED
    end_cycles([CycleEnding(cycle, days[deal_id]) for deal_id, cycle in cycles.items()], end_type=end_type, by=by)
    if status == DealStatus.OUT_OF_TARGET:  # it counts no more, neither by itself nor for the deal that it revived
        touch_cohorts([deal.pk for deal in deals])
    write_events(happenings, by=by, cause=cause)
    return list(cycles.values())


def _status_event(
    deal: Deal, status: DealStatus, on: date, cycle_id: int | None = None, detail: str = ""
) -> DealHappening:
    return DealHappening(deal.pk, DealEventKind.STATUS, on, str(deal.status), status.value, cycle_id, detail)
