"""due_approaches: the next approaches of a period, and those carried over from before it (S0-36, C-29)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Todo
from activities.states import TodoStatus
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_cycles
from dashboards.reports.report import Part, Report
from deals.models import FollowUpCycle
from people.portions import of_deals

APPROACH_ON = "deal__next_approach_on"
DIMENSIONS = of_cycles(dated_on=APPROACH_ON)


def due_approaches(asked: Asked) -> Report:
    """Followed deals by their next approach date, which never moves (D16). Without a period: the month of the day.

    Parts: made, late and left add up to the total; carried are from before the period. A period that is open at its
    start carries nothing over.
    """
    asked = asked.of_month_if_open()
    every = asked.of_period(None, None).narrow(_with_made(asked.standing), DIMENSIONS)
    within = asked.period(APPROACH_ON)
    followed = every.filter(within)

    def figures() -> dict[str, Any]:
        return {"carried_over": every.filter(_carried(asked)).order_by().count()}

    return Report(
        name="due_approaches",
        title=gettext_lazy("Next approaches"),
        asked=asked,
        rows=followed,
        dimensions=DIMENSIONS,
        whose=of_deals(),
        definition=_definition,
        figures=figures,
        split=lambda: every,
        parts={code: Part(label, within & state_of(asked, code)) for code, label in STATES.items()}
        | {"carried": Part(gettext_lazy("Carried over"), _carried(asked))},
    )


STATES = {"made": gettext_lazy("Made"), "late": gettext_lazy("Late"), "left": gettext_lazy("Left")}


def state_of(asked: Asked, code: str) -> Q:
    """The approaches that are made, late (the first business day from their date on has passed), or left."""
    if code == "made":
        return Q(is_made=True)
    last_late_on = asked.calendar.add(asked.as_of, -1)
    passed = Q(deal__next_approach_on__lte=last_late_on)
    return Q(is_made=False) & (passed if code == "late" else ~passed)


def _with_made(cycles: QuerySet[FollowUpCycle]) -> QuerySet[Any]:
    """Those with a date, and whether the approach was made: a to-do that the product made for the cycle is done."""
    made = Todo.objects.rule_made().filter(cycle=OuterRef("pk"), status=TodoStatus.DONE)
    return cycles.filter(deal__next_approach_on__isnull=False).annotate(is_made=Exists(made))


def _carried(asked: Asked) -> Q:
    if asked.first_on is None:
        return Q(pk__in=[])
    return Q(deal__next_approach_on__lt=asked.first_on, is_made=False)


def _definition() -> str:
    return _(
        "Deals in follow-up by their next approach date. An approach is made once a to-do of the follow-up is done; it"
        " is late when the first business day from its date on has passed. Carried over are those whose date lies"
        " before the period and whose approach has not been made yet."
    )
