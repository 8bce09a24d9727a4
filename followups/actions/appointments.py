"""A won appointment: who of field sales holds the meeting, and the deal that comes alive by it (C-05, D9)."""

from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions import add_todos, cause_of
from activities.models import Activity, Todo
from deals.actions import Advance, OwnerChange, advance, claim, hand_over
from deals.models import Deal
from deals.states import OPEN_STATUSES, DealStatus
from followups.actions.reopening import REOPENABLE, Reopening, reopen
from followups.states import MEETING_SUBJECTS, MeetingWay
from leads.models import Contact
from people.models import User
from people.states import Role

# An order is no deal to be won again: what follows it is a deal of its own.
APPOINTABLE = tuple(status for status in DealStatus if status != DealStatus.WON)
BEFORE_APPOINTMENT = OPEN_STATUSES[: OPEN_STATUSES.index(DealStatus.APPOINTMENT)]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting that a call won: who of field sales holds it, when and how."""

    fs_id: int
    meeting_on: date
    meeting_time: time | None
    way: MeetingWay
    note: str = ""


def appointment_errors(appointment: Appointment, *, as_of: date) -> dict[str, str]:
    """What is wrong, by field: a day that is over, somebody who does not meet customers for us."""
    errors = {}
    if appointment.meeting_on < as_of:
        errors["meeting_on"] = _("The day of the meeting lies in the past.")
    if not User.objects.active().with_role(Role.FS).filter(pk=appointment.fs_id).exists():
        errors["fs"] = _("Choose somebody of field sales who works here.")
    return errors


def is_asleep(deal: Deal) -> bool:
    """Whether the deal is with inside sales, or over: an appointment brings it back to the field."""
    return deal.is_followed or deal.status in REOPENABLE


@transaction.atomic
def take_on(
    deal_id: int, appointment: Appointment, *, by: User | None, as_of: date, cause: str, call: Activity | None
) -> Deal:
    """Give the deal with its meeting to the person of field sales: live, his, at least in `appointment`.

    The meeting becomes his promised to-do. A deal that stands further along stays where it stands. Refused: a deal that
    is won.
    """
    (deal,) = claim([deal_id], APPOINTABLE)
    if deal.fs_owner_id != appointment.fs_id:
        hand_over([OwnerChange(deal_id, {"fs_owner": appointment.fs_id})], by=by, as_of=as_of, cause=cause)
    is_ahead = deal.status in OPEN_STATUSES and deal.status not in BEFORE_APPOINTMENT
    status = DealStatus(deal.status) if is_ahead else DealStatus.APPOINTMENT
    if is_asleep(deal):
        reopen([Reopening(deal_id=deal_id, status=status)], by=by, as_of=as_of, cause=cause)
    else:
        advance([Advance(deal_id, status)], by=by, as_of=as_of, cause=cause)
    deal = Deal.objects.get(pk=deal_id)
    plan_meeting(deal, appointment, by=by, as_of=as_of, cause=cause, call=call)
    return deal


def plan_meeting(
    deal: Deal, appointment: Appointment, *, by: User | None, as_of: date, cause: str, call: Activity | None
) -> Todo:
    """The meeting as a promised to-do of who holds it; made in the moment of the call where that is the cause (D25)."""
    todo = concerning(deal, call)
    todo.subject = MEETING_SUBJECTS[MeetingWay(appointment.way)]
    todo.assignee_id, todo.hook, todo.is_promised = appointment.fs_id, appointment.note.strip(), True
    todo.original_due_on, todo.due_time = appointment.meeting_on, appointment.meeting_time
    todo.created_by = by
    if call is not None and cause == cause_of(call):
        todo.created_at = call.created_at
    add_todos([todo], by=None, as_of=as_of)  # agreed with the customer: no cap stands against it
    return todo


def concerning(deal: Deal, call: Activity | None) -> Todo:
    """An unsaved to-do about the person of the call, else of the deal; in words where he must not be contacted."""
    contact_id = (call.contact_id if call is not None else None) or deal.contact_id
    contact = Contact.objects.filter(pk=contact_id or 0).first()
    if contact is not None and not contact.do_not_contact_reason:
        return Todo(deal=deal, contact=contact)
    lead = deal.lead.name if deal.lead else ""
    return Todo(deal=deal, contact_text=contact.name if contact else lead or deal.name)
