"""The last contact and last response of deals that exist already, corrected by a changed row (D24)."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.utils import timezone

from activities.actions import edit_activities, log_activities
from activities.models import Activity
from activities.states import ActivityKind
from deals.models import Deal
from intake.drafts import Change
from people.records import Edit
from people.rows import update_rows


def correct_last_contacts(changes: Sequence[Change], *, as_of: date) -> None:
    """Put the imported activity of each deal on the new day, or add it; the clock follows the newest activity.

    A contact that people logged meanwhile stays, so nothing can conflict here. A blank cell takes nothing away.
    """
    days = {change.id: day for change in changes if (day := _changed(change, "last_contact_on"))}
    imported = Activity.objects.filter(kind=ActivityKind.IMPORTED, deal__in=days).order_by("-pk")
    standing = dict(imported.values_list("deal_id", "pk"))
    moved = [(standing[deal_id], day) for deal_id, day in days.items() if deal_id in standing]
    edit_activities([Edit(pk, {"occurred_at": _midnight(day)}) for pk, day in moved], by=None, as_of=as_of)
    missing = [_activity(deal_id, day) for deal_id, day in days.items() if deal_id not in standing]
    log_activities(missing, by=None, as_of=as_of)


def correct_last_responses(changes: Sequence[Change]) -> None:
    """Take the new day over where the clock still stands on the old one or before the new; a later response stays."""
    rows = []
    for change in changes:
        day, deal = _changed(change, "last_response_on"), change.record
        assert isinstance(deal, Deal)
        before = change.old.values.get("last_response_on") if change.old else None
        if day and (deal.last_response_on in (None, before) or deal.last_response_on < day):
            rows.append((deal.pk, day))
    update_rows(Deal, ("id", "last_response_on"), rows)


def _changed(change: Change, name: str) -> date | None:
    day: date | None = change.new.values.get(name)
    before = change.old.values.get(name) if change.old else None
    return day if day != before else None


def _activity(deal_id: int, day: date) -> Activity:
    return Activity(kind=ActivityKind.IMPORTED.value, deal_id=deal_id, occurred_at=_midnight(day), is_imported=True)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
