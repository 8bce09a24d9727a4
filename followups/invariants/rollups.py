"""What holds of the counts kept per day: they are those of the rows wherever pages trust them (ADR 8)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import DayVolume, PersonDay
from activities.volumes import DAY_COUNTS, VOLUME, volume_of, work_of
from followups.appointment_days import appointments_of
from followups.cohort_days import COHORT, cohorts_of
from followups.invariants.invariant import Invariant
from followups.models import AppointmentDay, CohortDay
from people.rollups import uncounted_days
from people.states import Rollup

Kept = Iterable[tuple[Any, ...]]


def days_of_another_volume() -> list[int]:
    kept = DayVolume.objects.order_by().values_list("done_on", "kind", "direction", "outcome", "rows")
    counted = ((day, kind, direction, outcome or "", n) for day, kind, direction, outcome, n in volume_of(Q()))
    return _differing(VOLUME, kept, counted)


def days_of_other_work() -> list[int]:
    kept = PersonDay.objects.order_by().values_list("done_on", "owner", *DAY_COUNTS)
    return _differing(VOLUME, kept, work_of(Q(), "owner"))


def _differing(rollup: str, kept: Kept, counted: Kept) -> list[int]:
    """The counted days on which both do not say the same, as numbers: 20261001."""
    days = {row[0] for row in set(kept) ^ set(counted)}
    uncounted = uncounted_days(rollup, min(days), max(days)) if days else []
    return [int(f"{day:%Y%m%d}") for day in days.difference(uncounted)]


def days_of_other_appointments() -> list[int]:
    kept = AppointmentDay.objects.order_by().values_list("won_on", "source", "channel", "rows")
    counted = appointments_of(Q(), "id", "occurred_on", "channel")
    return _differing(Rollup.APPOINTMENTS, kept, ((day, source, channel, n) for source, day, channel, n in counted))


def days_of_other_cohorts() -> list[int]:
    kept = CohortDay.objects.order_by().values_list("began_on", "is_chain", *COHORT, "rows")
    counted = ((day, is_chain, *sort) for is_chain in (True, False) for day, *sort in cohorts_of(is_chain, Q()))
    return _differing(Rollup.COHORTS, kept, counted)


INVARIANTS = (
    Invariant(
        "volume_of_a_day_is_that_of_its_rows", DayVolume,
        _("The volume kept for day %(id)s is not that of its activities. rebuild_rollups mends it."),
        days_of_another_volume,
    ),
    Invariant(
        "work_of_a_person_is_that_of_its_rows", PersonDay,
        _("The work kept by person for day %(id)s is not that of its activities. rebuild_rollups mends it."),
        days_of_other_work,
    ),
    Invariant(
        "appointments_of_a_day_are_those_of_its_rows", AppointmentDay,
        _("The appointments kept for day %(id)s are not those of its calls. rebuild_rollups mends it."),
        days_of_other_appointments,
    ),
    Invariant(
        "follow_ups_of_a_day_are_those_of_its_rows", CohortDay,
        _("What is kept of the follow-ups of day %(id)s is not what became of them. rebuild_rollups mends it."),
        days_of_other_cohorts,
    ),
)  # fmt: skip
