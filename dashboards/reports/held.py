"""held: live deals by who sells them (M-06b)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import dated, deal_status, product, source, team, user
from dashboards.reports.report import Report
from deals.models import Deal
from deals.states import OPEN_STATUSES
from people.portions import of_deals

DIMENSIONS = {
    "status": deal_status(),
    "source": source(),
    "product": product(),
    "user": user(gettext_lazy("FS owner"), "fs_owner"),
    "team": team("fs_owner__team"),
    **dated("status_entered_on"),
}


def held(asked: Asked) -> Report:
    """Deals in an open status that somebody sells; month, week and day are those of their present status."""
    live = Deal.objects.known(asked.as_of).filter(status__in=OPEN_STATUSES, fs_owner__isnull=False)
    return Report(
        name="held",
        title=gettext_lazy("Deals held"),
        asked=asked,
        rows=asked.narrow(live, DIMENSIONS, "status_entered_on"),
        dimensions=DIMENSIONS,
        whose=of_deals("pk"),
        definition=_definition,
    )


def _definition() -> str:
    return _("Deals in an open status by their FS owner.")
