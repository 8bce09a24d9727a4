"""todo_leaks: follow-ups without a to-do (ToDo未設定, M-03). A deal without a to-do is in no list of to-dos."""

from django.utils.translation import gettext_lazy, ngettext

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_cycles
from dashboards.reports.report import Report
from followups.progress import without_todo
from people.models import Threshold
from people.states import ThresholdCode

DIMENSIONS = of_cycles()


def todo_leaks(asked: Asked) -> Report:
    """Uncovered cycles older than the grace; one younger is still uncovered, but not yet a leak (D15)."""
    leaks = without_todo(asked.as_of, asked.grace_cutoff)
    return Report(
        name="todo_leaks",
        title=gettext_lazy("No to-do set"),
        asked=asked,
        rows=asked.narrow(leaks, DIMENSIONS, "entered_on"),
        dimensions=DIMENSIONS,
        definition=definition,
    )


def definition() -> str:
    days = Threshold.objects.in_force()[ThresholdCode.LEAK_GRACE_BUSINESS_DAYS]
    return ngettext(
        "Open follow-ups older than %(days)s business day with neither an open to-do nor an exemption.",
        "Open follow-ups older than %(days)s business days with neither an open to-do nor an exemption.",
        days,
    ) % {"days": days}
