"""Taking the effect of activities on the clocks back."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Aggregate, Max, Min

from activities.models import Activity
from activities.querysets import ActivityQuerySet
from activities.states import MEETING_KINDS
from deals.actions import Retraction, retract_contacts


def retract(activities: Sequence[Activity]) -> None:
    """Set back the clocks that these activities had set, to what the others of their deals give (D25).

    activities: as they were; in the database they are void, deleted or changed already.
    """
    days: dict[int, set[date]] = {}
    for activity in activities:
        if activity.deal_id:
            days.setdefault(activity.deal_id, set()).add(activity.occurred_on)
    contacts, responses, visits = _remaining(set(days))
    retractions = [
        Retraction(deal_id, taken_back, contacts.get(deal_id), responses.get(deal_id), visits.get(deal_id))
        for deal_id, taken_back in days.items()
    ]
    retract_contacts(retractions)


def _remaining(deal_ids: set[int]) -> tuple[dict[int, date], dict[int, date], dict[int, date]]:
    of_deals = Activity.objects.filter(deal__in=deal_ids)
    visits = of_deals.contacts().filter(kind__in=MEETING_KINDS)
    newest, oldest = Max("occurred_on"), Min("occurred_on")
    return _by_deal(of_deals.contacts(), newest), _by_deal(of_deals.responses(), newest), _by_deal(visits, oldest)


def _by_deal(activities: ActivityQuerySet, day: Aggregate) -> dict[int, date]:
    return dict(activities.order_by().values_list("deal_id").annotate(day=day))
