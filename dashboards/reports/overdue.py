"""overdue: open to-dos past their effective due date (M-05)."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Label, of_todos, origin, with_link
from dashboards.reports.report import Part, Report
from followups.leak_counts import overdue_parts
from followups.workload import overdue_todos
from people.composed import counts_of
from people.portions import of_deals_or_leads

DIMENSIONS = of_todos() | {"origin": origin()}
AGES: tuple[tuple[int, int | None], ...] = ((1, 3), (4, 7), (8, 30), (31, None))  # days late, both included (M-05)


def overdue(asked: Asked) -> Report:
    """All open to-dos that are late, whatever they belong to. Figures: promised ones, then the rest by origin."""
    rows = asked.narrow(
        with_link(overdue_todos(asked.as_of), "deal", "lead", "contact"), DIMENSIONS, "effective_due_on"
    )

    def figures() -> dict[str, Any]:
        return counts_of(overdue_parts(rows))()

    return Report(
        name="overdue",
        title=gettext_lazy("Overdue to-dos"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        whose=of_deals_or_leads(),
        definition=definition,
        figures=figures,
        split=lambda: rows,
        parts={"promised": Part(gettext_lazy("Promised"), Q(is_promised=True))} | ages(asked.as_of),
    )


def ages(as_of: date) -> dict[str, Part]:
    """By how many days they are late; every late one is in exactly one part."""
    parts = {}
    for first, last in AGES:
        until = Q(effective_due_on__lte=as_of - timedelta(days=first))
        since = Q(effective_due_on__gte=as_of - timedelta(days=last)) if last else Q()
        parts[f"late_{first}"] = Part(_age_label(first, last), until & since)
    return parts


def _age_label(first: int, last: int | None) -> Label:
    if last is None:
        return format_lazy(gettext_lazy("{first} days or more"), first=first)
    return format_lazy(gettext_lazy("{first} to {last} days"), first=first, last=last)


def definition() -> str:
    return _("Open to-dos whose effective due date lies before the day. What is due on the day itself is not overdue.")
