"""New deals, in any of the ten statuses."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from deals.actions.cohorts import touch_cohorts
from deals.actions.cycles import CycleEnding, end_cycles, open_cycles, open_cycles_of
from deals.actions.events import DealHappening, write_events
from deals.actions.losing import Loss, loss_errors, open_lost_cycles
from deals.actions.remembering import remember_losses
from deals.models import Deal, FollowUpCycle, LostReason, Product
from deals.states import CLOSED_STATUSES, RETURN_OFFSET_MONTHS, CycleEnd, CycleKind, DealEventKind, DealStatus
from leads.actions import LeadMove, move_leads
from leads.models import Lead
from leads.states import LeadStatus
from people.business_days import add_months
from people.models import User
from people.records import insert_records, lock, on_sight
from people.refusal import refuse_first

_FROM_LEAD = ("company_id", "contact_id", "source_id")


class Created(NamedTuple):
    """The new deals, and the cycles of older deals that they ended by reviving them (D9)."""

    deals: list[Deal]
    ended: list[FollowUpCycle]


def deal_errors(deal: Deal, reason: LostReason | None, *, as_of: date) -> dict[str, str]:
    """What keeps an unsaved deal from being entered, by field; a lost one needs what `loss_errors` needs.

    reason: the row of deal.lost_reason_id, None if there is none.
    """
    errors = {} if deal.name.strip() else {"name": _("Enter a name.")}
    if deal.status == DealStatus.LOST:
        errors |= loss_errors(_loss_of(deal), reason, as_of=as_of)
    if deal.status == DealStatus.OUT_OF_TARGET and not deal.out_of_target_reason.strip():
        errors["out_of_target_reason"] = _("Say why the deal is excluded.")
    if deal.amount is not None and deal.amount < 0:
        errors["amount"] = _("The amount cannot be negative.")
    if deal.probability is not None and not 0 <= deal.probability <= 100:
        errors["probability"] = _("The probability is a number from 0 to 100.")
    return errors


@transaction.atomic
def create_deals(deals: Sequence[Deal], *, by: User | None, as_of: date, cause: str = "user") -> Created:
    """Insert unsaved deals, each with its first event from '' on the day its status was entered.

    Empty dates: created_on is as_of; status_entered_on is closed_on, else created_on; closed_on of a closed deal is
    status_entered_on, of an open one nothing. What a deal lacks comes from its lead (company, contact, source), its
    team from the FS owner, else the IS owner; its lead becomes meeting_won (D27). A loss in scope opens its cycle on
    closed_on (D6), a returned deal its cycle on the day of the return; the first to-do is the sweep's. `revived_from`
    ends the older deal's cycle as reopened (D9). Refused: what `deal_errors` finds.
    """
    _fill_dates(deals, as_of)
    _fill_from_leads(deals)
    _fill_teams(deals)
    reasons = LostReason.objects.in_bulk([deal.lost_reason_id for deal in deals if deal.lost_reason_id])
    refuse_first({n: deal_errors(d, reasons.get(d.lost_reason_id or 0), as_of=as_of) for n, d in enumerate(deals)})
    for deal in deals:
        _settle_loss(deal, reasons)
    insert_records(deals)
    cycles = open_lost_cycles(deals, {}) | _open_returned_cycles(deals)
    remember_losses(deals, cycles)
    write_events([_created(deal, cycles.get(deal.pk)) for deal in deals], by=by, cause=cause)
    won_leads = {deal.lead_id: deal.created_on for deal in deals if deal.lead_id}
    moves = [LeadMove(lead_id, LeadStatus.MEETING_WON, on=on) for lead_id, on in won_leads.items()]
    move_leads(moves, by=by, as_of=as_of, cause=cause)
    return Created(list(deals), _end_revived(deals, by=by, cause=cause))


def ensure_products(names: Iterable[str]) -> dict[str, Product]:
    """Products by normalised name, made on sight (D27)."""
    return on_sight(Product, names)


def _fill_dates(deals: Sequence[Deal], as_of: date) -> None:
    for deal in deals:
        deal.created_on = deal.created_on or as_of
        is_closed = deal.status in CLOSED_STATUSES
        deal.status_entered_on = deal.status_entered_on or (is_closed and deal.closed_on) or deal.created_on
        deal.closed_on = (deal.closed_on or deal.status_entered_on) if is_closed else None


def _fill_from_leads(deals: Sequence[Deal]) -> None:
    leads = Lead.objects.in_bulk([deal.lead_id for deal in deals if deal.lead_id])
    for deal in deals:
        lead = leads.get(deal.lead_id or 0)
        for column in _FROM_LEAD if lead else ():
            if getattr(deal, column) is None:
                setattr(deal, column, getattr(lead, column))


def _fill_teams(deals: Sequence[Deal]) -> None:
    owners = {owner for deal in deals if deal.team_id is None for owner in (deal.fs_owner_id, deal.is_owner_id)}
    teams = dict(User.objects.filter(pk__in=owners - {None}).values_list("pk", "team_id"))
    for deal in deals:
        if deal.team_id is None:
            deal.team_id = teams.get(deal.fs_owner_id or deal.is_owner_id or 0)


def _settle_loss(deal: Deal, reasons: dict[int, LostReason]) -> None:
    """A lost deal says whether it is followed up; no other deal says anything about a loss."""
    if deal.status == DealStatus.LOST:
        deal.lost_in_scope = reasons[deal.lost_reason_id or 0].in_scope
        deal.hook, deal.approach_contact_text = deal.hook.strip(), deal.approach_contact_text.strip()
    else:
        deal.lost_reason_id = deal.lost_in_scope = None


def _loss_of(deal: Deal) -> Loss:
    return Loss(
        deal_id=deal.pk or 0,
        reason_id=deal.lost_reason_id,
        next_approach_on=deal.next_approach_on,
        approach_contact_id=deal.approach_contact_id,
        approach_contact_text=deal.approach_contact_text,
        hook=deal.hook,
        closed_on=deal.closed_on,
    )


def _open_returned_cycles(deals: Sequence[Deal]) -> dict[int, FollowUpCycle]:
    returned = [deal for deal in deals if deal.status == DealStatus.RETURNED_TO_IS]
    cycles = {deal.pk: _returned_cycle(deal) for deal in returned}
    open_cycles(list(cycles.values()))
    return cycles


def _returned_cycle(deal: Deal) -> FollowUpCycle:
    return FollowUpCycle(
        deal=deal,
        kind=CycleKind.RETURNED,
        entered_on=deal.status_entered_on,
        next_approach_on=deal.next_approach_on or add_months(deal.status_entered_on, RETURN_OFFSET_MONTHS),
        has_default_approach_date=deal.next_approach_on is None,
        approach_contact_id=deal.contact_id,
    )


def _created(deal: Deal, cycle: FollowUpCycle | None) -> DealHappening:
    return DealHappening(
        deal.pk, DealEventKind.CREATED, deal.status_entered_on, "", str(deal.status), cycle.pk if cycle else None
    )


def _end_revived(deals: Sequence[Deal], *, by: User | None, cause: str) -> list[FollowUpCycle]:
    """End the cycles of the deals that these revive, on the day the new deal was made."""
    days = {deal.revived_from_id: deal.created_on for deal in deals if deal.revived_from_id}
    lock(Deal.objects.only("pk"), days)
    cycles = open_cycles_of(days)
    endings = [CycleEnding(cycle, days[deal_id]) for deal_id, cycle in cycles.items()]
    end_cycles(endings, end_type=CycleEnd.REOPENED, by=by)
    touch_cohorts([deal.pk for deal in deals if deal.revived_from_id not in {None, *cycles}])  # the rest is marked
    happenings = [
        DealHappening(ending.cycle.deal_id, DealEventKind.CYCLE_ENDED, ending.ended_on, cycle_id=ending.cycle.pk)
        for ending in endings
    ]
    write_events(happenings, by=by, cause=cause)
    return list(cycles.values())
