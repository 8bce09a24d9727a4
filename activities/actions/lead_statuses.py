"""The status of a lead, in step with its to-dos."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import Todo
from leads.actions import LeadMove, lead_status_errors, move_leads
from leads.models import Lead
from leads.states import LeadStatus
from people.models import User
from people.refusal import refuse_first


@transaction.atomic
def set_lead_status(moves: Sequence[LeadMove], *, by: User | None, as_of: date, cause: str = "user") -> list[Lead]:
    """Change the status of leads; gives back those that moved.

    Refused: a nurturing status without a reason (S3-21), `nurturing_action` without an open to-do (S3-19),
    `nurturing_no_action` with one (S3-18). Imports, which bring statuses before to-dos, use `leads.actions.move_leads`.
    """
    lead_ids = [move.lead_id for move in moves]
    busy = set(Todo.objects.open().filter(lead__in=lead_ids).order_by().values_list("lead_id", flat=True))
    refuse_first({n: _errors(move, has_todo=move.lead_id in busy) for n, move in enumerate(moves)})
    return move_leads(moves, by=by, as_of=as_of, cause=cause)


def _errors(move: LeadMove, *, has_todo: bool) -> dict[str, str]:
    errors = lead_status_errors(move.status, move.nurturing_reason_id)
    if move.status == LeadStatus.NURTURING_ACTION and not has_todo:
        errors["status"] = _("Add the next to-do first: this status says that there is one.")
    if move.status == LeadStatus.NURTURING_NO_ACTION and has_todo:
        errors["status"] = _("Close the open to-dos first: this status says that there is none.")
    return errors
