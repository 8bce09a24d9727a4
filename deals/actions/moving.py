"""What every change of a deal's status has in common."""

from collections.abc import Collection, Sequence
from datetime import date

from django.utils.translation import gettext as _

from deals.models import Deal
from deals.states import CLOSED_STATUSES, DealStatus
from people.records import lock, save_columns
from people.refusal import refuse

# What a loss or an exclusion says; it belongs to the deal only while it stands in that status (D9).
_LOSS_COLUMNS = {
    "lost_reason_id": None,
    "lost_in_scope": None,
    "next_approach_on": None,
    "approach_contact_id": None,
    "approach_contact_text": "",
    "hook": "",
    "change_trigger": "",
    "has_imported_answers": False,
    "has_default_approach_date": False,
}
_STATUS_COLUMNS = {"status", "status_entered_on", "closed_on", "out_of_target_reason", *_LOSS_COLUMNS}


def claim(deal_ids: Sequence[int], allowed: Collection[str]) -> list[Deal]:
    """Lock these deals and make sure, on what stands in the database now, that they may be moved.

    Gives them back in the order asked. Refused: a deal that is gone, named twice, or in a status not in allowed.
    """
    deals = lock(Deal.objects.all(), deal_ids)
    found = []
    for position, deal_id in enumerate(deal_ids):
        deal = deals.pop(deal_id, None) or refuse(_("This deal does not exist, or is named twice."), position=position)
        if deal.status not in allowed:
            text = _("The deal is in the status “%(status)s” now, so this is not possible any more.")
            refuse(text % {"status": deal.get_status_display()}, position=position)
        found.append(deal)
    return found


def enter_status(deal: Deal, status: DealStatus, on: date) -> None:
    """Set the status with the dates that follow it, and take off what only the former status may say.

    The answers of a loss are kept on its cycle (D9). Nothing is saved: `save_statuses` does, for many deals.
    """
    deal.status, deal.status_entered_on = status.value, on
    deal.closed_on = on if status in CLOSED_STATUSES else None
    deal.out_of_target_reason = ""
    if status == DealStatus.FIRST_VISIT and deal.first_visit_on is None:
        deal.first_visit_on = on
    for column, empty in _LOSS_COLUMNS.items():
        setattr(deal, column, empty)


def save_statuses(deals: Sequence[Deal], *more: str) -> None:
    """Write what `enter_status` set, and more columns where the verb set them; raises `version` (D21)."""
    save_columns(deals, {*_STATUS_COLUMNS, "first_visit_on", *more})
