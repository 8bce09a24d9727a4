"""Appointments won day by day: from the rollup where it is in step with its rows, else from the rows (ADR 8)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from activities.models import Activity
from deals.models import Deal, FollowUpCycle
from followups.appointments_won import appointments_won, with_channel
from followups.models import AppointmentDay
from leads.models import Lead
from people.rollups import Span, Tell, forget, on_days, refresh, trusted, uncounted_days
from people.rows import insert_rows
from people.states import Rollup


def appointments_of(days: Q, source: str, *keys: str) -> QuerySet[Any]:
    """Source, keys (occurred_on, channel) and number of what was won on these days. source: its column, such as id."""
    won = with_channel(appointments_won().filter(days)).order_by()
    sourced = won.annotate(won_source=Coalesce(f"deal__source__{source}", f"lead__source__{source}"))
    return sourced.values_list("won_source", *keys).annotate(n=Count("pk"))


def won_by_day(first_on: date, last_on: date) -> Counter[date]:
    """Everybody's appointments of each day. Two queries, three where days are not counted."""
    kept, uncounted = _kept(first_on, last_on)
    found = Counter(dict(kept.values_list("won_on").annotate(n=Sum("rows"))))
    if uncounted:
        rows = appointments_won().filter(on_days("occurred_on", uncounted)).order_by()
        found.update(dict(rows.values_list("occurred_on").annotate(n=Count("pk"))))
    return found


def won_by_source(first_on: date, last_on: date) -> Counter[tuple[str | None, str]]:
    """Everybody's appointments of the days by the name of the source, None where unknown, and by channel."""
    kept, uncounted = _kept(first_on, last_on)
    rows: Iterable[tuple[Any, ...]] = kept.values_list("source__name", "channel").annotate(n=Sum("rows"))
    found = Counter({(source, channel): n for source, channel, n in rows})
    if uncounted:
        live = appointments_of(on_days("occurred_on", uncounted), "name", "channel")
        found.update({(source, channel): n for source, channel, n in live})
    return found


def _kept(first_on: date, last_on: date) -> tuple[QuerySet[AppointmentDay], list[date]]:
    """The counts of the days that may be trusted, and the days that may not."""
    uncounted = uncounted_days(Rollup.APPOINTMENTS, first_on, last_on)
    return trusted(AppointmentDay.objects.all(), "won_on", first_on, last_on, uncounted), uncounted


def forget_appointments() -> None:
    """Every day is counted again by the next refresh, and read from its rows until then."""
    forget(Rollup.APPOINTMENTS)


def refresh_appointments(tell: Tell | None = None) -> int:
    """Count the days again on which something has changed; gives back how many there were."""
    reads = (Activity, Deal, Lead, FollowUpCycle)
    return refresh(Rollup.APPOINTMENTS, count_appointments, _extent, tell, reads)


def count_appointments(first_on: date, last_on: date) -> None:
    """Write what is kept of these days anew."""
    AppointmentDay.objects.filter(won_on__range=(first_on, last_on)).delete()
    rows = list(appointments_of(Q(occurred_on__range=(first_on, last_on)), "id", "occurred_on", "channel"))
    insert_rows(AppointmentDay, ("source_id", "won_on", "channel", "rows"), rows)


def _extent() -> Span | None:
    """From the first to the last day that has activities or kept counts."""
    tables = ((Activity, "occurred_on"), (AppointmentDay, "won_on"))
    ends = [model._default_manager.aggregate(first_on=Min(column), last_on=Max(column)) for model, column in tables]
    known = [end for end in ends if end["first_on"]]
    return (min(end["first_on"] for end in known), max(end["last_on"] for end in known)) if known else None
