"""unruled: live deals in statuses that no rule names (ルール対象外, D20)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.deals import DIMENSIONS
from dashboards.reports.report import Report
from followups import coverage


def unruled(asked: Asked) -> Report:
    """Deals that no rule in auto or suggest will ever look at, for want of a rule for their status."""
    return Report(
        name="unruled",
        title=gettext_lazy("Outside all rules"),
        asked=asked,
        rows=asked.narrow(coverage.unruled(asked.as_of), DIMENSIONS, "status_entered_on"),
        dimensions=DIMENSIONS,
        definition=definition,
    )


def definition() -> str:
    return _("Live deals in statuses that no rule in force names. Nothing reminds anybody of them.")
