"""Taking back what was just logged (D25)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from activities.actions.closing import cancel_todos, reopen_todos
from activities.actions.open_todos import lock_deals
from activities.actions.resuming import cause_of
from activities.actions.retracting import retract
from activities.actions.volumes import touch_volume
from activities.models import Activity, Todo
from activities.states import CancelReason
from deals.actions import DealHappening, revive_cycles, take_back_status, write_events
from deals.models import DealEvent, FollowUpCycle
from deals.states import OPEN_STATUSES, CycleKind, DealEventKind, DealStatus
from people.models import User
from people.records import lock
from people.refusal import refuse

UNDO_WINDOW = timedelta(seconds=10)
_IN_ITS_STATUS = (
    Q(kind=CycleKind.STAGNANT, deal__status__in=OPEN_STATUSES)
    | Q(kind=CycleKind.LOST, deal__status=DealStatus.LOST)
    | Q(kind=CycleKind.RETURNED, deal__status=DealStatus.RETURNED_TO_IS)
)


@transaction.atomic
def undo_activity(activity_id: int, *, now: datetime, by: User | None, as_of: date) -> Activity:
    """Void an activity logged within the last ten seconds, as if it had not been.

    The clocks are set back, the deal gets the status back that it had, to-dos it had done or superseded open again, a
    cycle it had ended goes on, unless the deal has moved on since, and a next to-do made in the same moment is
    cancelled as a duplicate. Refused: later than that, or undone already.
    """
    deal_id = Activity.objects.filter(pk=activity_id).values_list("deal_id", flat=True).first()
    lock_deals([deal_id])
    activity = lock(Activity.objects.all(), [activity_id]).get(activity_id)
    if activity is None or activity.is_void:
        refuse(_("This was undone already."))
    if now - activity.created_at > UNDO_WINDOW:
        refuse(_("Ten seconds have passed, so this cannot be undone any more."))
    Activity.objects.filter(pk=activity_id).update(is_void=True)
    touch_volume([activity])
    retract([activity])
    if activity.deal_id:
        take_back_status(activity.deal_id, by=by, as_of=as_of, cause=cause_of(activity))
    _revive(activity, by=by, as_of=as_of)
    closed = Todo.objects.filter(closed_cause=cause_of(activity))
    reopen_todos(list(closed.values_list("pk", flat=True)))
    made_with_it = Todo.objects.open().filter(created_at=activity.created_at)
    next_ids = made_with_it.filter(deal=activity.deal_id, lead=activity.lead_id).values_list("pk", flat=True)
    cancel_todos(list(next_ids), CancelReason.DUPLICATE, by=by, as_of=as_of, cause=cause_of(activity))
    activity.is_void = True
    return activity


def _revive(activity: Activity, *, by: User | None, as_of: date) -> None:
    """The cycle it ended goes on where the deal still stands in a status that such a cycle follows up."""
    ended = DealEvent.objects.filter(deal=activity.deal_id, cause=cause_of(activity), cycle__isnull=False)
    newer = FollowUpCycle.objects.filter(deal=OuterRef("deal"), number__gt=OuterRef("number"))
    over = FollowUpCycle.objects.filter(~Exists(newer), _IN_ITS_STATUS, ended_on__isnull=False)
    cycles = list(over.filter(pk__in=ended.values("cycle_id")).select_for_update(no_key=True, of=("self",)))
    revive_cycles(cycles)
    happenings = [DealHappening(cycle.deal_id, DealEventKind.UNDONE, as_of, cycle_id=cycle.pk) for cycle in cycles]
    write_events(happenings, by=by, cause=cause_of(activity))
