"""todo_status: what became of the to-dos of a period: due + carried in = done + late + ahead + cancelled (S0-39)."""

from typing import Any

from django.db.models import Case, Count, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Todo
from activities.states import CancelReason, TodoStatus
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, of_todos, origin, with_link
from dashboards.reports.report import Part, Report
from deals.models import Deal
from people.portions import of_deals_or_leads

DUE_ON = "effective_due_on"
DIMENSIONS = of_todos(dated_on=DUE_ON) | {
    "origin": origin(),
    "cancelled_for": Dimension(
        label=gettext_lazy("Reason for cancelling"), path="cancel_reason", choices=tuple(CancelReason.choices)
    ),
}
CAME = {"due": gettext_lazy("Due in the period"), "carried": gettext_lazy("Carried over from before")}
BECAME = {
    "done": gettext_lazy("Done"),
    "late": gettext_lazy("Overdue"),
    "ahead": gettext_lazy("Still ahead"),
    "cancelled": gettext_lazy("Cancelled"),
}


def todo_status(asked: Asked) -> Report:
    """To-dos due in the period, and those from before it that were still open when it began; by what they are now.

    Without a period: the month of the day. A period that is open at its start carries nothing over. Figures: due and
    carried add up to the total, and so do done, late, ahead and cancelled.
    """
    asked = asked.of_month_if_open()
    later = Deal.objects.later(asked.as_of).order_by().values("pk")
    todos = Todo.objects.filter(_of_period(asked)).exclude(deal__in=later)
    rows = with_link(todos, "deal", "lead", "contact").annotate(came=_came(asked), became=_became(asked))
    found = asked.of_period(None, None).narrow(rows, DIMENSIONS)

    def figures() -> dict[str, Any]:
        parts = {name: Count("pk", filter=part.condition) for name, part in _parts().items()}
        return dict(found.order_by().aggregate(**parts))

    return Report(
        name="todo_status",
        title=gettext_lazy("To-dos of the period"),
        asked=asked,
        rows=found,
        dimensions=DIMENSIONS,
        whose=of_deals_or_leads(),
        definition=_definition,
        figures=figures,
        split=lambda: found,
        parts=_parts(),
    )


def _of_period(asked: Asked) -> Q:
    due = asked.period(DUE_ON)
    if asked.first_on is None:
        return due
    still_open = Q(status=TodoStatus.OPEN) | Q(closed_on__gte=asked.first_on)
    return due | (Q(effective_due_on__lt=asked.first_on) & still_open)


def _came(asked: Asked) -> Case:
    carried = [When(effective_due_on__lt=asked.first_on, then=Value("carried"))] if asked.first_on else []
    return Case(*carried, default=Value("due"))


def _became(asked: Asked) -> Case:
    """As it stood on the day: what was closed later was open then."""
    closed = Q(closed_on__lte=asked.as_of)
    return Case(
        When(closed & Q(status=TodoStatus.DONE), then=Value("done")),
        When(closed, then=Value("cancelled")),
        When(effective_due_on__lt=asked.as_of, then=Value("late")),
        default=Value("ahead"),
    )


def _parts() -> dict[str, Part]:
    came = {code: Part(label, Q(came=code)) for code, label in CAME.items()}
    return came | {code: Part(label, Q(became=code)) for code, label in BECAME.items()}


def _definition() -> str:
    return _(
        "To-dos with their effective due date in the period, and those from before it that were open when it began."
        " Each is done, overdue, still ahead or cancelled on the day; what a follow-up left behind when it ended counts"
        " as cancelled."
    )
