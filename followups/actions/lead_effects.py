"""What the result of a call does to the lead (D.6, C-22), and taking that back (D25)."""

from datetime import date
from itertools import takewhile

from django.db.models import Q

from activities.actions import cause_of, set_lead_status
from activities.models import Activity, Todo
from activities.states import MEETING_KINDS, CallOutcome, Direction
from followups.models import OutcomeEffect
from leads.actions import LeadMove, move_leads
from leads.models import Lead, LeadEvent, NurturingReason
from leads.states import NURTURING_STATUSES, LeadStatus
from people.models import Threshold, User
from people.records import lock, save_columns
from people.refusal import Refused
from people.states import ThresholdCode

# What later calls leave alone: the lead has become a deal, or is no customer.
SETTLED = (LeadStatus.MEETING_WON, LeadStatus.OUT_OF_TARGET)
UNREACHED = (LeadStatus.NEW, LeadStatus.APPROACHING)


def follow_lead(
    call: Activity, *, chosen: LeadStatus | None, nurturing_reason_id: int | None, by: User | None, as_of: date
) -> Lead | None:
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
        note=lead.nurturing_reason.label_ja if lead.nurturing_reason else "",  # undoing the call finds it there
    )
    try:
        moved = set_lead_status([move], by=by, as_of=as_of, cause=cause_of(call))
    except Refused as refused:
        said = {"lead_status" if field == "status" else field: text for field, text in refused.errors.items()}
        raise Refused(said) from refused
    return moved[0] if moved else None


def attempts(lead_id: int) -> int | None:
    """How often the lead was called in vain; None where anybody has ever spoken with it or heard from it (C-22)."""
    touches = Activity.objects.contacts().filter(lead=lead_id)
    in_vain = Q(outcome=CallOutcome.NOT_CONNECTED, direction=Direction.OUTBOUND)
    answered = Q(outcome__isnull=False) & ~Q(outcome=CallOutcome.NOT_CONNECTED)
    if touches.filter(answered | Q(direction=Direction.INBOUND) | Q(kind__in=MEETING_KINDS)).exists():
        return None
    return touches.filter(in_vain).count()


def _next_status(lead: Lead, call: Activity) -> LeadStatus:
    """Where the call leads when nobody chooses; where it says nothing the lead stays."""
    stays = LeadStatus(lead.status)
    if stays in SETTLED:
        return stays
    if call.outcome == CallOutcome.NOT_CONNECTED:
        return _in_vain(lead)
    effect = OutcomeEffect.objects.filter(outcome=call.outcome).first()
    if effect is not None and effect.lead_status:
        return _as_its_todos_say(lead, LeadStatus(effect.lead_status))
    if stays == LeadStatus.NEW and call.outcome != CallOutcome.OUT_OF_TARGET_PERSON:
        return LeadStatus.APPROACHING
    return _as_its_todos_say(lead, stays)


def _in_vain(lead: Lead) -> LeadStatus:
    """A first attempt begins the approach, the last of so many gives it up; a conversation that began goes on."""
    if lead.status not in UNREACHED:
        return _as_its_todos_say(lead, LeadStatus(lead.status))
    tried = attempts(lead.pk)
    if tried is not None and tried >= Threshold.objects.in_force()[ThresholdCode.NOT_REACHED_ATTEMPTS]:
        return LeadStatus.NOT_REACHED
    effect = OutcomeEffect.objects.filter(outcome=CallOutcome.NOT_CONNECTED).first()
    return LeadStatus(effect.lead_status) if effect and effect.lead_status else LeadStatus.APPROACHING


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
    said = Activity.objects.filter(lead=lead, is_void=False, no_appointment_reason__isnull=False)
    reason_id = said.order_by("-occurred_at", "-id").values_list("no_appointment_reason", flat=True).first()
    if call.no_appointment_reason_id is not None and reason_id != lead.no_appointment_reason_id:
        lead.no_appointment_reason_id = reason_id
        save_columns([lead], {"no_appointment_reason_id"})
    told = list(LeadEvent.objects.filter(lead=lead).order_by("-id")[:3])
    changes = list(takewhile(lambda event: event.cause == cause_of(call), told))
    if not changes:
        return lead
    first, earlier = changes[-1], told[len(changes) : len(changes) + 1]
    reason = NurturingReason.objects.filter(label_ja=first.note).first() if first.note else None
    since = earlier[0].happened_on if earlier else lead.created_on
    move = LeadMove(lead.pk, LeadStatus(first.from_status), reason.pk if reason else None, since)
    move_leads([move], by=by, as_of=as_of, cause=cause_of(call))
    return lead
