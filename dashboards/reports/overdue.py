"""overdue: open to-dos past their effective due date (M-05)."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_todos, origin, with_link
from dashboards.reports.report import Part, Report
from followups.leak_counts import overdue_parts
from followups.workload import overdue_todos
from people.counting import counts_together

DIMENSIONS = of_todos() | {"origin": origin()}


def overdue(asked: Asked) -> Report:
    """All open to-dos that are late, whatever they belong to. Figures: promised ones, then the rest by origin."""
    rows = asked.narrow(
        with_link(overdue_todos(asked.as_of), "deal", "lead", "contact"), DIMENSIONS, "effective_due_on"
    )

    def figures() -> dict[str, Any]:
        return counts_together(overdue_parts(rows))

    return Report(
        name="overdue",
        title=gettext_lazy("Overdue to-dos"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=definition,
        figures=figures,
        split=lambda: rows,
        parts={"promised": Part(gettext_lazy("Promised"), Q(is_promised=True))},
    )


def definition() -> str:
    return _("Open to-dos whose effective due date lies before the day. What is due on the day itself is not overdue.")
