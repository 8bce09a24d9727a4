"""Verbs that end a follow-up for good, and new deals that end an older one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import deals.actions as deal_verbs
from activities.actions import supersede_todos
from activities.models import Activity
from activities.states import ActivityKind
from deals.actions import CycleEnding, DealHappening, Exclusion, Win, claim, end_cycles, open_cycles_of, write_events
from deals.models import Deal, FollowUpCycle
from deals.states import CycleEnd, DealEventKind, DealStatus
from followups.actions.pending import drop_proposals
from people.models import User
from people.records import insert_records
from people.refusal import refuse, refuse_first


@dataclass(frozen=True, slots=True)
class Closing:
    """One deal whose follow-up is given up, and why (D13)."""

    deal_id: int
    reason: str


@transaction.atomic
def create_deals(deals: Sequence[Deal], *, by: User | None, as_of: date, cause: str = "user") -> list[Deal]:
    """Enter new deals; see `deals.actions.create_deals`.

    A last contact that a deal brings along becomes one activity of kind `imported`, so that the last contact is always
    that of the newest activity (D24). Rule-made to-dos of a deal that a new one revives are superseded.
    """
    created = deal_verbs.create_deals(deals, by=by, as_of=as_of, cause=cause)
    _settle(created.ended, by=by, as_of=as_of, cause=cause)
    insert_records([_last_contact(deal, day) for deal in created.deals if (day := deal.last_contact_on)])
    return created.deals


@transaction.atomic
def win(wins: Sequence[Win], *, by: User | None, as_of: date, cause: str = "user") -> None:
    """Close deals as won; an open cycle ends as won and its open rule-made to-dos are superseded.

    An appointment that still waits for field sales is withdrawn. Refused, all or none: a deal that is won or excluded
    already.
    """
    _settle(deal_verbs.win(wins, by=by, as_of=as_of, cause=cause), by=by, as_of=as_of, cause=cause)
    drop_proposals([won.deal_id for won in wins], by=by, as_of=as_of, cause=cause)


@transaction.atomic
def mark_out_of_target(exclusions: Sequence[Exclusion], *, by: User | None, as_of: date, cause: str = "user") -> None:
    """Close deals as out of target, each with its reason; an open cycle ends as excluded (S2-19).

    An appointment that still waits for field sales is withdrawn. Refused, all or none: no reason, a deal that is won or
    excluded already.
    """
    ended = deal_verbs.mark_out_of_target(exclusions, by=by, as_of=as_of, cause=cause)
    _settle(ended, by=by, as_of=as_of, cause=cause)
    drop_proposals([exclusion.deal_id for exclusion in exclusions], by=by, as_of=as_of, cause=cause)


@transaction.atomic
def close_cycle(
    closings: Sequence[Closing], *, by: User | None, as_of: date, cause: str = "user"
) -> list[FollowUpCycle]:
    """Give up the follow-up of deals, which keep their status; every clock gets its whole limit again (D12, D13).

    Refused, all or none: no reason, a deal that is not being followed up.
    """
    refuse_first({n: _closing_errors(closing) for n, closing in enumerate(closings)})
    deals = claim([closing.deal_id for closing in closings], DealStatus.values)
    cycles = open_cycles_of([deal.pk for deal in deals])
    for position, deal in enumerate(deals):
        if deal.pk not in cycles:
            refuse(_("This deal is not being followed up."), position=position)
    endings = [CycleEnding(cycles[closing.deal_id], as_of, closing.reason.strip()) for closing in closings]
    end_cycles(endings, end_type=CycleEnd.CLOSED_BY_USER, by=by)
    happenings = [
        DealHappening(
            ending.cycle.deal_id, DealEventKind.CYCLE_ENDED, as_of, cycle_id=ending.cycle.pk, detail=ending.reason
        )
        for ending in endings
    ]
    _settle(list(cycles.values()), by=by, as_of=as_of, cause=cause)
    write_events(happenings, by=by, cause=cause)
    return list(cycles.values())


def _settle(ended: Sequence[FollowUpCycle], *, by: User | None, as_of: date, cause: str) -> None:
    supersede_todos({cycle.pk: cause for cycle in ended}, by=by, as_of=as_of)


def _closing_errors(closing: Closing) -> dict[str, str]:
    return {} if closing.reason.strip() else {"reason": _("Say why the follow-up ends.")}


def _last_contact(deal: Deal, day: date) -> Activity:
    return Activity(
        kind=ActivityKind.IMPORTED,
        occurred_at=timezone.make_aware(datetime.combine(day, time())),
        occurred_on=day,
        deal=deal,
        company_id=deal.company_id,
        contact_id=deal.contact_id,
        owner_id=deal.fs_owner_id or deal.is_owner_id,
        is_imported=True,
    )
