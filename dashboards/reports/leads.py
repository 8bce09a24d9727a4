"""leads: leads by month, source, status and owner (M-18)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import dated, lead_status, nurturing_reason, source, source_status, team, user
from dashboards.reports.report import Report
from leads.models import Lead

DIMENSIONS = {
    "status": lead_status(),
    "source": source(),
    "source_status": source_status(),
    "reason": nurturing_reason(),
    "user": user(gettext_lazy("Owner"), "owner"),
    "team": team("owner__team"),
    **dated("created_on"),
}


def leads(asked: Asked) -> Report:
    """Leads created on or before the day. A missing source is no source, which differs from one called 'unknown'."""
    return Report(
        name="leads",
        title=gettext_lazy("Leads"),
        asked=asked,
        rows=asked.narrow(Lead.objects.filter(created_on__lte=asked.as_of), DIMENSIONS, "created_on"),
        dimensions=DIMENSIONS,
        definition=_definition,
    )


def _definition() -> str:
    return _("Leads created on or before the day, by the day on which they were created.")
