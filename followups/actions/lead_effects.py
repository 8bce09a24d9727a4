"""What the result of a call does to the lead (D.6, C-22), and taking that back (D25)."""

from datetime import date
from itertools import takewhile

from activities.actions import cause_of, set_lead_status
from activities.models import Activity, Todo
from activities.states import CallOutcome
from followups.models import OutcomeEffect
from followups.outcome_effects import UNREACHED, is_last_attempt, suggested_status
from leads.actions import LeadMove, move_leads
from leads.models import Lead, LeadEvent
from leads.states import NURTURING_STATUSES, LeadStatus
from people.models import User
from people.records import lock
from people.refusal import Refused


def follow_lead(
    call: Activity, *, chosen: LeadStatus | None, nurturing_reason_id: int | None, note: str, by: User | None,
    as_of: date,
) -> Lead | None:  # fmt: skip
    """Move the lead of the call as the caller chose, else as the table of effects says; gives it back where it moved.

    The lead is locked here, after its to-dos. Refused: a nurturing status without a reason, or one that its to-dos
    belie.
    """
    lead = lock(Lead.objects.all(), [call.lead_id] if call.lead_id else []).get(call.lead_id or 0)
    if lead is None:
        return None
    status = LeadStatus(chosen) if chosen else _next_status(lead, call)
    known_id = lead.nurturing_reason_id if status in NURTURING_STATUSES else None
    move = LeadMove(
        lead.pk,
        status,
        nurturing_reason_id or known_id,
        no_appointment_reason_id=call.no_appointment_reason_id,
        note=note,
    )
    try:
        moved = set_lead_status([move], by=by, as_of=as_of, cause=cause_of(call))
    except Refused as refused:
        said = {"lead_status" if field == "status" else field: text for field, text in refused.errors.items()}
        raise Refused(said) from refused
    return moved[0] if moved else None


def _next_status(lead: Lead, call: Activity) -> LeadStatus:
    """Where the call leads when nobody chooses; where it says nothing the lead stays."""
    effect = OutcomeEffect.objects.filter(outcome=call.outcome).first() or OutcomeEffect(outcome=call.outcome or "")
    is_given_up = call.outcome == CallOutcome.NOT_CONNECTED and lead.status in UNREACHED and is_last_attempt(lead.pk)
    return _as_its_todos_say(lead, suggested_status(lead, effect, is_given_up=is_given_up))


def _as_its_todos_say(lead: Lead, status: LeadStatus) -> LeadStatus:
    """Of the two nurturing statuses the one that is true (S3-18, S3-19)."""
    if status not in NURTURING_STATUSES:
        return status
    has_todo = Todo.objects.open().filter(lead=lead).exists()
    return LeadStatus.NURTURING_ACTION if has_todo else LeadStatus.NURTURING_NO_ACTION


def take_back_lead(call: Activity, *, by: User | None, as_of: date) -> Lead | None:
    """Give the lead the status and reasons it had before the call; history keeps both lines."""
    lead = lock(Lead.objects.all(), [call.lead_id] if call.lead_id else []).get(call.lead_id or 0)
    if lead is None:
        return None
    told = list(LeadEvent.objects.filter(lead=lead).order_by("-id")[:3])
    changes = list(takewhile(lambda event: event.cause == cause_of(call), told))
    if not changes:
        return lead
    first, earlier = changes[-1], told[len(changes) : len(changes) + 1]
    since = earlier[0].happened_on if earlier else lead.created_on
    move = LeadMove(
        lead.pk,
        LeadStatus(first.from_status),
        first.former_nurturing_reason_id,
        since,
        no_appointment_reason_id=first.former_no_appointment_reason_id,
        forgets_no_appointment=True,
    )
    move_leads([move], by=by, as_of=as_of, cause=cause_of(call))
    return lead
