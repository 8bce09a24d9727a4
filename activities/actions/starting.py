"""The first word with a customer begins the work on a deal: 未着手 becomes 接触中."""

from collections.abc import Mapping, Sequence

from activities.actions.held import HeldDeal
from activities.actions.resuming import cause_of, is_contact
from activities.models import Activity
from deals.actions import DealHappening, enter_status, save_statuses, write_events
from deals.models import Deal
from deals.states import DealEventKind, DealStatus
from people.models import User


def start_deals(activities: Sequence[Activity], *, by: User | None, held: Mapping[int, HeldDeal]) -> list[Deal]:
    """Move the deals on which nothing had been done to `contacting`; gives them back. held: the locked deals.

    Each moves on the day of its first contact here, which its event names as the cause. Bookings and newsletters begin
    nothing, and imports bring statuses of their own.
    """
    waiting_ids = {pk for pk, deal in held.items() if deal.status == DealStatus.NOT_STARTED}
    firsts: dict[int, Activity] = {}
    for activity in sorted(activities, key=lambda one: one.occurred_at):
        is_waiting = activity.deal_id in waiting_ids
        if activity.deal_id and is_waiting and is_contact(activity) and not activity.is_imported:
            firsts.setdefault(activity.deal_id, activity)
    waiting = Deal.objects.filter(pk__in=firsts, status=DealStatus.NOT_STARTED) if firsts else Deal.objects.none()
    started = list(waiting.order_by("pk"))
    happenings = []
    for deal in started:
        first = firsts[deal.pk]
        on = max(first.occurred_on, deal.status_entered_on)
        enter_status(deal, DealStatus.CONTACTING, on)
        happenings.append(
            DealHappening(
                deal.pk, DealEventKind.STATUS, on, DealStatus.NOT_STARTED.value, DealStatus.CONTACTING.value,
                cause=cause_of(first),
            )
        )  # fmt: skip
    save_statuses(started)
    write_events(happenings, by=by, cause="")
    return started
