"""load: how many to-dos each person holds, and on which days (M-06)."""

from typing import Any

from django.db.models import Count, DateField, Max, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_todos, origin, with_link
from dashboards.reports.report import Report
from followups.workload import open_todos

DIMENSIONS = of_todos(dated_on="load_on") | {"origin": origin()}


def load(asked: Asked) -> Report:
    """Open to-dos that somebody has, each on its effective due date; what is overdue counts on the day itself.

    Figures: the most that one person has on one day, and the last day that holds one; None without any.
    """
    today = Value(asked.as_of, output_field=DateField())
    todos = open_todos(asked.as_of).filter(assignee__isnull=False).annotate(load_on=Greatest("effective_due_on", today))
    rows = asked.narrow(with_link(todos, "deal", "lead", "contact"), DIMENSIONS, "load_on")

    def figures() -> dict[str, Any]:
        per_person_day = rows.order_by().values("assignee", "load_on").annotate(held=Count("pk"))
        last_on = rows.order_by().aggregate(last_on=Max("load_on"))["last_on"]
        return {
            "max_per_person_day": per_person_day.aggregate(most=Max("held"))["most"] or 0,
            "last_on": last_on and last_on.isoformat(),
        }

    return Report(
        name="load",
        title=gettext_lazy("To-dos per person"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=figures,
    )


def _definition() -> str:
    return _("Open to-dos with an assignee, on their effective due date. What is overdue counts on the day itself.")
