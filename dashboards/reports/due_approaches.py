"""due_approaches: the next approaches of a period, and those carried over from before it (S0-36, C-29)."""

from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Todo
from activities.states import TodoStatus
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Grain, of_cycles
from dashboards.reports.report import Report
from deals.models import FollowUpCycle
from followups.coverage import standing

APPROACH_ON = "deal__next_approach_on"
DIMENSIONS = of_cycles(dated_on=APPROACH_ON)


def due_approaches(asked: Asked) -> Report:
    """Followed deals by their next approach date, which never moves (D16). Without a period: the month of the day.

    A period that is open at its start carries nothing over.
    """
    if asked.first_on is None and asked.last_on is None:
        first_on, last_on = Grain.MONTH.span(Grain.MONTH.key(asked.as_of))
        asked = replace(asked, first_on=first_on, last_on=last_on)
    followed = asked.narrow(standing(asked.as_of).filter(deal__next_approach_on__isnull=False), DIMENSIONS, APPROACH_ON)

    def figures() -> dict[str, Any]:
        return {"carried_over": carried_over(asked).count()}

    return Report(
        name="due_approaches",
        title=gettext_lazy("Next approaches"),
        asked=asked,
        rows=followed,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=figures,
    )


def carried_over(asked: Asked) -> QuerySet[FollowUpCycle]:
    """Followed deals whose approach was due before the period and is still to be made.

    It is made once a to-do that the product made for the cycle is done.
    """
    if asked.first_on is None:
        return FollowUpCycle.objects.none()
    made = Todo.objects.rule_made().filter(cycle=OuterRef("pk"), status=TodoStatus.DONE)
    earlier = standing(asked.as_of).filter(Q(deal__next_approach_on__lt=asked.first_on), ~Exists(made))
    return Asked(as_of=asked.as_of, where=asked.where).narrow(earlier, DIMENSIONS, APPROACH_ON)


def _definition() -> str:
    return _(
        "Deals in follow-up by their next approach date. Carried over are those whose date lies before the period and"
        " whose approach has not been made yet."
    )
