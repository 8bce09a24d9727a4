"""Keeping the volume of work per day in step with the activities (ADR 8)."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Max, Min, Q, QuerySet

from activities.actions.held import HeldDeal
from activities.models import Activity, DayVolume, PersonDay
from activities.states import ActivityKind, CallOutcome
from activities.volumes import DAY_COUNTS, VOLUME, volume_of, work_of
from deals.actions import marks_of_losses
from people.business_days import DAY
from people.rollups import REBOOKING_DAYS, TAKEN_BACK_DAYS, Span, Tell, forget, refresh, touch_each
from people.rows import insert_rows
from people.states import Rollup

COUNTED = (ActivityKind.CALL, ActivityKind.EMAIL)


def touch_volume(activities: Collection[Activity], held: Mapping[int, HeldDeal] | None = None) -> None:
    """These activities are written, changed or taken back in this transaction; one statement at most.

    held: their deals as they were locked; without them it is looked up whether a loss came after.
    """
    counted = [activity for activity in activities if activity.kind in COUNTED]
    days = {activity.occurred_on for activity in counted}
    won_on = {activity.occurred_on for activity in counted if activity.outcome == CallOutcome.APPOINTMENT}
    # Whether a call won another appointment depends on those of the two weeks before.
    appointments = ((day, day + REBOOKING_DAYS * DAY) for day in won_on)
    touch_each({VOLUME: ((day, day) for day in days), Rollup.APPOINTMENTS: appointments}, _losses_of(activities, held))


def _losses_of(activities: Collection[Activity], held: Mapping[int, HeldDeal] | None) -> QuerySet[Any] | None:
    """Marks of the follow-ups of deals that were lost soon after these contacts, which are a sign of life then.

    None where there is no such deal; an ordinary call asks nothing.
    """
    contacts = [
        (one.deal_id, one.occurred_on)
        for one in activities
        if one.deal_id and one.is_completed and not one.is_bulk and _may_be_lost_since(one, held)
    ]
    if not contacts:
        return None
    days = [day for _deal_id, day in contacts]
    return marks_of_losses({pk for pk, _day in contacts}, min(days), max(days) + TAKEN_BACK_DAYS * DAY)


def _may_be_lost_since(one: Activity, held: Mapping[int, HeldDeal] | None) -> bool:
    deal = (held or {}).get(one.deal_id or 0)
    return deal is None or deal.may_be_lost_since(one.occurred_on)


def forget_volume() -> None:
    """Every day is counted again by the next refresh, and read from its rows until then."""
    forget(VOLUME)


def refresh_volume(tell: Tell | None = None) -> int:
    """Count the days again on which something has changed; gives back how many there were."""
    return refresh(VOLUME, count_volume, _extent, tell)


def count_volume(first_on: date, last_on: date) -> None:
    """Write what is kept of these days anew."""
    of_days, kept = Q(occurred_on__range=(first_on, last_on)), Q(done_on__range=(first_on, last_on))
    DayVolume.objects.filter(kept).delete()
    sorts = [(day, kind, direction, outcome or "", n) for day, kind, direction, outcome, n in volume_of(of_days)]
    insert_rows(DayVolume, ("done_on", "kind", "direction", "outcome", "rows"), sorts)
    PersonDay.objects.filter(kept).delete()
    insert_rows(PersonDay, ("done_on", "owner_id", *DAY_COUNTS), list(work_of(of_days, "owner")))


def _extent() -> Span | None:
    """From the first to the last day that has activities or kept counts."""
    tables = ((Activity, "occurred_on"), (DayVolume, "done_on"), (PersonDay, "done_on"))
    ends = [model._default_manager.aggregate(first_on=Min(column), last_on=Max(column)) for model, column in tables]
    known = [end for end in ends if end["first_on"]]
    return (min(end["first_on"] for end in known), max(end["last_on"] for end in known)) if known else None
