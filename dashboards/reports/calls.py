"""calls: completed calls by person and day, and whether they belong to a record (M-11)."""

from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import dated, link, team, user, with_link
from dashboards.reports.report import Report

DIMENSIONS = {
    "user": user(gettext_lazy("Person"), "owner"),
    "team": team("owner__team"),
    "link": link(),
    **dated("occurred_on"),
}


def calls(asked: Asked) -> Report:
    """Completed calls up to the day. Figures: linked to any record or not, and their length in seconds."""
    held = Activity.objects.calls().filter(occurred_on__lte=asked.as_of)
    rows = asked.narrow(with_link(held, "deal", "lead", "contact", "company"), DIMENSIONS, "occurred_on")

    def figures() -> dict[str, Any]:
        return rows.order_by().aggregate(
            linked=Count("pk", filter=Q(link="linked")),
            unlinked=Count("pk", filter=Q(link="unlinked")),
            seconds=Sum("duration_s", default=0),
        )

    return Report(
        name="calls",
        title=gettext_lazy("Calls"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=figures,
    )


def _definition() -> str:
    return _(
        "Completed calls up to the day, attempts included, undone ones left out. A call is linked if it belongs to a"
        " deal, lead, contact or company."
    )
