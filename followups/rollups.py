"""All rollups together: what the minute's tick refreshes, and how to count everything anew (ADR 8)."""

from collections.abc import Callable
from typing import NamedTuple

from activities.actions import forget_volume, refresh_volume
from followups.appointment_days import forget_appointments, refresh_appointments
from followups.cohort_days import forget_cohorts, refresh_cohorts
from people.rollups import Tell


class Rollup(NamedTuple):
    """forget: trust no count; refresh: count what is not trusted, and give back how many days that were."""

    forget: Callable[[], None]
    refresh: Callable[[Tell | None], int]


ROLLUPS: tuple[Rollup, ...] = (
    Rollup(forget_volume, refresh_volume),
    Rollup(forget_appointments, refresh_appointments),
    Rollup(forget_cohorts, refresh_cohorts),
)


def refresh_rollups(tell: Tell | None = None) -> int:
    """Count the days again whose rows have changed; running it twice, late or never shows no other number."""
    return sum(rollup.refresh(tell) for rollup in ROLLUPS)


def rebuild_rollups(tell: Tell | None = None) -> int:
    """Count every day again; pages read the rows meanwhile."""
    for rollup in ROLLUPS:
        rollup.forget()
    return refresh_rollups(tell)
