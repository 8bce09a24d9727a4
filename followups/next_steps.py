"""Whether a call or meeting left its record with a next step (次の一手, M-23)."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from activities.models import Activity, Todo
from activities.states import MEETING_KINDS, ActivityKind
from deals.models import FollowUpCycle
from deals.states import CycleEnd
from leads.states import SETTLED_STATUSES

SAVING = timedelta(minutes=1)  # the next to-do is written within the request of the activity


def on_open_records() -> QuerySet[Activity]:
    """Completed calls and meetings that were logged here, on a deal or lead that was not over on the day."""
    held = Activity.objects.contacts().filter(kind__in=[ActivityKind.CALL, *MEETING_KINDS], is_imported=False)
    followed = FollowUpCycle.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=OuterRef("occurred_on")),
        deal=OuterRef("deal"),
        entered_on__lte=OuterRef("occurred_on"),
    ).exclude(end_type=CycleEnd.UNDONE)
    is_live = Q(deal__isnull=False) & (Q(deal__closed_on=None) | Q(deal__closed_on__gt=F("occurred_on")))
    was_unsettled = ~Q(lead__status__in=SETTLED_STATUSES) | Q(lead__status_entered_on__gt=F("occurred_on"))
    is_open_lead = Q(deal=None, lead__isnull=False) & was_unsettled
    return held.filter(is_live | Exists(followed) | is_open_lead)


def has_next_step() -> Q:
    """It was followed by an open to-do of the same deal or lead, or by the reason why there is none."""
    stands = Q(closed_on=None) | Q(closed_on__gt=OuterRef("occurred_on")) | Q(created_at__gte=OuterRef("created_at"))
    todos = Todo.objects.filter(stands, created_at__lte=OuterRef("created_at") + SAVING)
    return (
        ~Q(no_next_reason="")
        | Q(Exists(todos.filter(deal=OuterRef("deal"))))
        | Q(Exists(todos.filter(lead=OuterRef("lead"))))
    )
