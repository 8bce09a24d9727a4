"""A deal is live again with the field (D9)."""

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
    open_cycles_of,
    save_statuses,
    write_events,
    write_hand_overs,
)
from deals.models import Deal, FollowUpCycle
from deals.states import OPEN_STATUSES, CycleEnd, DealEventKind, DealStatus, HandOverDirection
from people.models import User
from people.refusal import refuse
from people.states import Role

# Closed and returned deals; a live one only while it is followed up.
REOPENABLE = (DealStatus.LOST, DealStatus.RETURNED_TO_IS, DealStatus.OUT_OF_TARGET, DealStatus.WON)
ACCEPTING_ROLES = (Role.FS, Role.IS_MANAGER, Role.OPS_ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """One deal live again. status None: `appointment`, or the one a followed live deal stands in.

    fs_owner_id None: the FS owner it had. on: None is the day of the verb.
    """

    deal_id: int
    status: DealStatus | None = None
    fs_owner_id: int | None = None
    on: date | None = None
    note: str = ""


@transaction.atomic
def reopen(reopenings: Sequence[Reopening], *, by: User | None, as_of: date, cause: str = "user") -> list[Deal]:
    """Revive the same deals: an open status, answers off the deal and kept on the cycle, which ends as `reopened`.

    Open rule-made to-dos are superseded, promised and manual ones stay (D7). Where a cycle ended, a hand-over to the FS
    owner is written. Refused, all or none: somebody who may not accept for the field (inside sales propose), a status
    that is not open, a live deal in no cycle.
    """
    if by is not None and cause == "user" and not by.has_role(*ACCEPTING_ROLES):
        refuse(_("A deal is re-opened by field sales or a manager."))
    deals = claim([one.deal_id for one in reopenings], (*REOPENABLE, *OPEN_STATUSES))
    cycles = open_cycles_of([deal.pk for deal in deals])
    happenings, passes, moved = [], [], []
    for position, (deal, one) in enumerate(zip(deals, reopenings, strict=True)):
        cycle = cycles.get(deal.pk)
        status = _status_of(deal, one, cycle, position)
        happenings.append(_happening(deal, status, one, cycle, as_of))
        if _revive(deal, status, one, as_of):
            moved.append(deal)
        if cycle is not None:
            passes.append(_pass(deal, cycle, one, as_of))
    endings = [CycleEnding(cycles[one.deal_id], one.on or as_of) for one in reopenings if one.deal_id in cycles]
    end_cycles(endings, end_type=CycleEnd.REOPENED, by=by)
    supersede_todos({cycle.pk: cause for cycle in cycles.values()}, by=by, as_of=as_of)
    save_statuses(moved, "fs_owner_id")
    write_hand_overs(passes, by=by)
    write_events(happenings, by=by, cause=cause)
    return deals


def _status_of(deal: Deal, one: Reopening, cycle: FollowUpCycle | None, position: int) -> DealStatus:
    is_live = deal.status in OPEN_STATUSES
    if is_live and cycle is None:
        refuse(_("This deal is live and is not being followed up."), position=position)
    status = one.status or (DealStatus(deal.status) if is_live else DealStatus.APPOINTMENT)
    if status not in OPEN_STATUSES:
        refuse(_("Choose a status of an open deal."), field="status", position=position)
    return status


def _revive(deal: Deal, status: DealStatus, one: Reopening, as_of: date) -> bool:
    """Set status and FS owner; whether either changed."""
    is_moved = deal.status != status
    if is_moved:
        enter_status(deal, status, one.on or as_of)
    if one.fs_owner_id is not None and one.fs_owner_id != deal.fs_owner_id:
        deal.fs_owner_id = one.fs_owner_id
        return True
    return is_moved


def _happening(
    deal: Deal, status: DealStatus, one: Reopening, cycle: FollowUpCycle | None, as_of: date
) -> DealHappening:
    cycle_id = cycle.pk if cycle else None
    if deal.status == status:
        return DealHappening(
            deal.pk, DealEventKind.CYCLE_ENDED, one.on or as_of, cycle_id=cycle_id, detail=one.note.strip()
        )
    return DealHappening(
        deal.pk, DealEventKind.STATUS, one.on or as_of, str(deal.status), status.value, cycle_id, one.note.strip()
    )


def _pass(deal: Deal, cycle: FollowUpCycle, one: Reopening, as_of: date) -> Pass:
    return Pass(deal, HandOverDirection.TO_FS, cycle.is_owner_id, deal.fs_owner_id, one.on or as_of, one.note.strip())
