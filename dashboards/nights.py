"""The demo's nights: the day's numbers are kept as beat would have kept them."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from dashboards.snapshots import take_snapshot

AT = time(23, 55)


def keep(sender: object, *, day: date, **_more: Any) -> None:
    """Receiver of `intake.demo.nights.night_fell`."""
    take_snapshot(day, now=datetime.combine(day, AT, timezone.get_default_timezone()))
