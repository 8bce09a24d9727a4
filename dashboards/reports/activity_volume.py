"""activity_volume: how much was done, calls and mails written one by one (行動量, M-11)."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from activities.states import ActivityKind
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_activities, with_source
from dashboards.reports.report import Report

DIMENSIONS = of_activities()


def activity_volume(asked: Asked) -> Report:
    """Calls and mails up to the day. Figures: each kind, which add up to the total."""
    done = Activity.objects.volume().filter(occurred_on__lte=asked.as_of)
    rows = asked.narrow(with_source(done), DIMENSIONS, "occurred_on")

    def figures() -> dict[str, Any]:
        return rows.order_by().aggregate(
            calls=Count("pk", filter=Q(kind=ActivityKind.CALL)), mails=Count("pk", filter=Q(kind=ActivityKind.EMAIL))
        )

    return Report(
        name="activity_volume",
        title=gettext_lazy("Activity volume"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=figures,
    )


def _definition() -> str:
    return _(
        "Completed calls, attempts included, and mails that we sent to one person, by the day on which they happened."
        " Newsletters, mails of customers and what was undone are left out."
    )
