"""deals: deals by status, source, reason and owner."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import dated, deal_status, lost_reason, source, source_status, team, user
from dashboards.reports.report import Report
from deals.models import Deal
from people.portions import of_deals

DIMENSIONS = {
    "status": deal_status(),
    "source": source(),
    "source_status": source_status(),
    "reason": lost_reason("lost_reason"),
    "user": user(gettext_lazy("FS owner"), "fs_owner"),
    "team": team("team"),
    **dated("status_entered_on"),
}


def deals(asked: Asked) -> Report:
    """Deals none of whose dates lies after the day (D11); month, week and day are those of their present status."""
    return Report(
        name="deals",
        title=gettext_lazy("Deals"),
        asked=asked,
        rows=asked.narrow(Deal.objects.known(asked.as_of), DIMENSIONS, "status_entered_on"),
        dimensions=DIMENSIONS,
        whose=of_deals("pk"),
        definition=_definition,
    )


def _definition() -> str:
    return _(
        "Deals none of whose dates lies after the day, by the day on which they came into their present status: a won"
        " deal by the day it was won."
    )
