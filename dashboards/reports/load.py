"""load: how many to-dos each person holds, and on which days (M-06)."""

from typing import Any

from django.db.models import Case, Count, DateField, F, Max, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.capacity import STRIP_BUSINESS_DAYS
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_todos, origin, with_link
from dashboards.reports.report import Report
from followups.workload import open_todos
from people.portions import of_deals_or_leads

LOAD_ON = "load_on"
DIMENSIONS = of_todos(dated_on=LOAD_ON) | {"origin": origin()}


def load(asked: Asked) -> Report:
    """Open to-dos that somebody has and that count to his cap, each on the day whose load it is.

    Figures: the most that one person has on one day, and the last day that holds one; None without any.
    """
    todos = open_todos(asked.as_of).filling_days().filter(assignee__isnull=False).annotate(load_on=load_on(asked))
    rows = asked.narrow(with_link(todos, "deal", "lead", "contact"), DIMENSIONS, LOAD_ON)

    def figures() -> dict[str, Any]:
        per_person_day = rows.order_by().values("assignee", LOAD_ON).annotate(held=Count("pk"))
        last_on = rows.order_by().aggregate(last_on=Max(LOAD_ON))["last_on"]
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
        whose=of_deals_or_leads(),
        definition=_definition,
        figures=figures,
    )


def load_on(asked: Asked) -> Case:
    """The effective due date; within the ten business days ahead the first of them that is not before it."""
    ahead = asked.calendar.next_days(asked.as_of, STRIP_BUSINESS_DAYS)
    reached = [When(effective_due_on__lte=day, then=Value(day, DateField())) for day in ahead]
    return Case(*reached, default=F("effective_due_on"), output_field=DateField())


def _definition() -> str:
    return _(
        "Open to-dos with an assignee on the business day on which they are to be done: their effective due date, and"
        " for what is overdue the first business day from the day on. Those of call projects that do not count to the"
        " cap are left out."
    )
