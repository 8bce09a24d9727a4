"""call_outcomes: calls by their result (架電結果, M-12)."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from activities.states import CallOutcome
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_activities, with_source
from dashboards.reports.report import Report

DIMENSIONS = of_activities()
NO_RESULT = "no_result"  # imported calls may lack one (D24)


def call_outcomes(asked: Asked) -> Report:
    """All calls up to the day. Figures: one per result, and those without one; they add up to the total."""
    held = Activity.objects.calls().filter(occurred_on__lte=asked.as_of)
    rows = asked.narrow(with_source(held), DIMENSIONS, "occurred_on")

    def figures() -> dict[str, Any]:
        counts = {code: Count("pk", filter=Q(outcome=code)) for code in CallOutcome.values}
        return rows.order_by().aggregate(**counts, **{NO_RESULT: Count("pk", filter=Q(outcome__isnull=True))})

    return Report(
        name="call_outcomes",
        title=gettext_lazy("Call results"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=figures,
    )


def _definition() -> str:
    return _(
        "Completed calls by their result and by the day of the call, both directions. Calls that were imported without"
        " a result stand apart. A week begins on Monday and may belong to two months."
    )
