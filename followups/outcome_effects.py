"""What the result of a call suggests: the table of domain.md D.6, as the settings have it (C-22)."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from activities.models import Activity
from activities.states import MEETING_KINDS, CallOutcome, Direction
from followups.models import OutcomeEffect
from followups.states import NextUnit
from leads.models import Lead
from leads.states import SETTLED_STATUSES, LeadStatus
from people.business_days import BusinessCalendar, add_units
from people.models import Threshold
from people.prepared import prepared
from people.states import ThresholdCode

# Leads that are given up as not reached after so many calls in vain.
UNREACHED = (LeadStatus.NEW, LeadStatus.APPROACHING)


def outcome_effects() -> dict[str, OutcomeEffect]:
    """The effect of every call result, by its code; one query."""
    return {effect.outcome: effect for effect in _effects()}


@prepared
def _effects() -> "QuerySet[OutcomeEffect]":
    return OutcomeEffect.objects.all()


def suggested_day(effect: OutcomeEffect, as_of: date, calendar: BusinessCalendar) -> date | None:
    """The day offered for the next to-do, never a day off; None where the table offers none."""
    if effect.next_unit == NextUnit.NONE:
        return None
    if effect.next_unit == NextUnit.BUSINESS_DAY:
        return calendar.on_or_after(calendar.add(as_of, effect.next_value))
    return calendar.on_or_after(add_units(as_of, effect.next_value, effect.next_unit))


def suggested_status(lead: Lead, effect: OutcomeEffect, *, is_given_up: bool) -> LeadStatus:
    """Where a call with this result leads the lead when nobody chooses. is_given_up: its last attempt was in vain too.

    What is settled stays: the lead has become a deal, or is no customer. Calling in vain begins the approach, and
    leaves a conversation that has begun where it is.
    """
    stays = LeadStatus(lead.status)
    if stays in SETTLED_STATUSES:
        return stays
    if effect.outcome == CallOutcome.NOT_CONNECTED:
        if stays not in UNREACHED:
            return stays
        return LeadStatus.NOT_REACHED if is_given_up else LeadStatus(effect.lead_status or LeadStatus.APPROACHING)
    if effect.lead_status:
        return LeadStatus(effect.lead_status)
    is_begun = stays == LeadStatus.NEW and effect.outcome != CallOutcome.OUT_OF_TARGET_PERSON
    return LeadStatus.APPROACHING if is_begun else stays


def attempts(lead_id: int) -> int | None:
    """How often the lead was called in vain; None where anybody has ever spoken with it or heard from it (C-22)."""
    in_vain = Q(outcome=CallOutcome.NOT_CONNECTED, direction=Direction.OUTBOUND)
    answered = Q(outcome__isnull=False) & ~Q(outcome=CallOutcome.NOT_CONNECTED)
    spoken = answered | Q(direction=Direction.INBOUND) | Q(kind__in=MEETING_KINDS)
    touches = Activity.objects.contacts().filter(lead=lead_id).order_by()
    counts = touches.aggregate(spoken=Count("pk", filter=spoken), in_vain=Count("pk", filter=in_vain))
    return None if counts["spoken"] else counts["in_vain"]


def is_last_attempt(lead_id: int, *, more: int = 0) -> bool:
    """Whether the calls made, and so many more, give the lead up as not reached (C-22)."""
    tried = attempts(lead_id)
    if tried is None:
        return False
    return tried + more >= Threshold.objects.in_force()[ThresholdCode.NOT_REACHED_ATTEMPTS]
