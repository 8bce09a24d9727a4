"""What the people of the demo are to reach in a month."""

from datetime import date

from intake.demo.cast import PART_TIMER, Cast
from people.business_days import add_months
from people.states import TargetMetric
from people.workloads import copy_targets, set_targets

MONTHS = 4  # with targets: this one, the next one, and those before
INSIDE = {TargetMetric.APPOINTMENTS: 4, TargetMetric.ACTIVITIES: 70, TargetMetric.REOPENED: 1}
FIELD = {TargetMetric.APPOINTMENTS: 1, TargetMetric.ACTIVITIES: 25}


def set_goals(cast: Cast, as_of: date) -> None:
    """Each person's targets, the same for every month; who works half days has half of them."""
    first = add_months(as_of.replace(day=1), 2 - MONTHS)
    wanted = {}
    for person in (*cast.field, *cast.inside):  # who does both is measured as inside sales
        for metric, value in (INSIDE if person in cast.inside else FIELD).items():
            wanted[person.pk, metric.value] = (None, -(-value // 2) if person.name == PART_TIMER else value)
    set_targets(first, wanted, by=cast.manager)
    for month in range(1, MONTHS):
        copy_targets(add_months(first, month), by=cast.manager)
