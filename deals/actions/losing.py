"""Losing deals: the three answers, and the cycle that a loss worth following opens (S0-22 … S0-25, D4 … D6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.actions.cycles import CycleEnding, end_cycles, open_cycles, open_cycles_of
from deals.actions.events import DealHappening, write_events
from deals.actions.moving import claim, enter_status, save_statuses
from deals.actions.remembering import remember_losses
from deals.models import Deal, FollowUpCycle, LostReason
from deals.states import HOOK_MIN_LENGTH, OPEN_STATUSES, CycleEnd, CycleKind, DealEventKind, DealStatus
from people.models import User
from people.refusal import refuse_first

LOSABLE = (*OPEN_STATUSES, DealStatus.RETURNED_TO_IS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is said when a deal is lost.

    Needed where the reason is followed up: next_approach_on, a contact (registered or as text) and the hook. closed_on:
    the day of the loss, None is the day of the verb; imports name past days. competitor '' leaves the deal's own.
    has_default_approach_date, has_imported_answers: the import filled in what the file lacked (D16).
    """

    deal_id: int
    reason_id: int | None
    next_approach_on: date | None = None
    approach_contact_id: int | None = None
    approach_contact_text: str = ""
    hook: str = ""
    change_trigger: str = ""
    closed_on: date | None = None
    competitor: str = ""
    note: str = ""
    has_default_approach_date: bool = False
    has_imported_answers: bool = False


class Lost(NamedTuple):
    """One lost deal, the cycle that ended by it and the cycle that began (None: reason not followed up)."""

    deal: Deal
    ended: FollowUpCycle | None
    opened: FollowUpCycle | None


def loss_errors(loss: Loss, reason: LostReason | None, *, as_of: date) -> dict[str, str]:
    """What is missing or wrong, by field of the deal; empty for a loss that may be entered.

    reason: the row of loss.reason_id, None if there is none. For a reason out of scope the answers are optional (C-13),
    yet a next approach date lies after the loss in every case.
    """
    errors = {}
    if reason is None:
        errors["lost_reason"] = _("Choose a lost reason.")
    if loss.next_approach_on is not None and loss.next_approach_on <= (loss.closed_on or as_of):
        errors["next_approach_on"] = _must_lie_after(loss.closed_on, as_of)
    if reason is None or not reason.in_scope:
        return errors
    return _missing_answers(loss) | errors


def _must_lie_after(closed_on: date | None, as_of: date) -> str:
    if closed_on is None or closed_on == as_of:
        return _("The next approach date must be tomorrow or later.")
    return _("The next approach date must lie after the day of the loss.")


def _missing_answers(loss: Loss) -> dict[str, str]:
    errors = {}
    if loss.next_approach_on is None:
        errors["next_approach_on"] = _("Enter the next approach date.")
    if loss.approach_contact_id is None and not loss.approach_contact_text.strip():
        errors["approach_contact"] = _("Say whom to approach.")
    if len(loss.hook.strip()) < HOOK_MIN_LENGTH:
        text = ngettext(
            "Write the hook in at least %(count)d character.",
            "Write the hook in at least %(count)d characters.",
            HOOK_MIN_LENGTH,
        )
        errors["hook"] = text % {"count": HOOK_MIN_LENGTH}
    return errors


@transaction.atomic
def lose(losses: Sequence[Loss], *, by: User | None, as_of: date, cause: str = "user") -> list[Lost]:
    """Lose the deals: status, answers, one event each, and for a reason in scope a lost cycle from the day of the loss.

    An open cycle ends as converted_to_lost and is the new one's previous link; after a reason out of scope nothing
    follows it (D5). Refused, all or none: missing answers, a deal neither open nor returned. To-dos are the business
    of `followups.actions.lose`.
    """
    reasons = LostReason.objects.in_bulk([loss.reason_id for loss in losses if loss.reason_id])
    refuse_first({n: loss_errors(loss, reasons.get(loss.reason_id or 0), as_of=as_of) for n, loss in enumerate(losses)})
    deals = claim([loss.deal_id for loss in losses], LOSABLE)
    before = {deal.pk: deal.status for deal in deals}
    for deal, loss in zip(deals, losses, strict=True):
        enter_status(deal, DealStatus.LOST, loss.closed_on or as_of)
        take_answers(deal, loss, reasons[loss.reason_id or 0])
    ended = open_cycles_of(before)
    save_statuses(deals, "competitor")
    days = [CycleEnding(ended[deal.pk], deal.status_entered_on) for deal in deals if deal.pk in ended]
    end_cycles(days, end_type=CycleEnd.CONVERTED_TO_LOST, by=by)
    opened = open_lost_cycles(deals, ended)
    remember_losses(deals, opened)
    lost = [Lost(deal, ended.get(deal.pk), opened.get(deal.pk)) for deal in deals]
    notes = [loss.note for loss in losses]
    write_events([_happening(one, before, note) for one, note in zip(lost, notes, strict=True)], by=by, cause=cause)
    return lost


def open_lost_cycles(deals: Sequence[Deal], previous: Mapping[int, FollowUpCycle]) -> dict[int, FollowUpCycle]:
    """Open a lost cycle for each deal lost in scope, with a copy of its answers (D4); by deal id."""
    cycles = {
        deal.pk: lost_cycle(deal, previous.get(deal.pk), deal.closed_on or deal.status_entered_on)
        for deal in deals
        if deal.lost_in_scope
    }
    open_cycles(list(cycles.values()))
    return cycles


def take_answers(deal: Deal, loss: Loss, reason: LostReason) -> None:
    """Write what was said about a loss into the deal; nothing is saved."""
    deal.lost_reason, deal.lost_in_scope = reason, reason.in_scope
    deal.next_approach_on, deal.change_trigger = loss.next_approach_on, loss.change_trigger
    deal.approach_contact_id = loss.approach_contact_id
    deal.approach_contact_text, deal.hook = loss.approach_contact_text.strip(), loss.hook.strip()
    deal.has_default_approach_date = loss.has_default_approach_date
    deal.has_imported_answers = loss.has_imported_answers
    deal.competitor = loss.competitor.strip() or deal.competitor


def lost_cycle(deal: Deal, previous: FollowUpCycle | None, entered_on: date) -> FollowUpCycle:
    """An unsaved lost cycle with a copy of the deal's answers, so that a second loss keeps the first one's (D4)."""
    return FollowUpCycle(
        deal=deal,
        kind=CycleKind.LOST,
        entered_on=entered_on,
        is_owner_id=previous.is_owner_id if previous else None,
        previous=previous,
        reason_id=deal.lost_reason_id,
        next_approach_on=deal.next_approach_on,
        has_default_approach_date=deal.has_default_approach_date,
        has_imported_answers=deal.has_imported_answers,
        approach_contact_id=deal.approach_contact_id,
        approach_contact_text=deal.approach_contact_text,
        hook=deal.hook,
        change_trigger=deal.change_trigger,
    )


def _happening(lost: Lost, before: Mapping[int, str], note: str) -> DealHappening:
    cycle = lost.opened or lost.ended
    return DealHappening(
        lost.deal.pk, DealEventKind.STATUS, lost.deal.status_entered_on, before[lost.deal.pk], DealStatus.LOST.value,
        cycle.pk if cycle else None, note,
    )  # fmt: skip
