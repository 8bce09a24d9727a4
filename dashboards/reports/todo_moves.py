"""todo_moves: to-dos put on another day, and why: what the customer wished apart from what slipped (D17, S1-34)."""

from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import TodoMove
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, dated, kind, team, user
from dashboards.reports.report import Part, Report

DIMENSIONS = {
    "kind": kind("todo__cycle__kind"),
    "user": user(gettext_lazy("Assignee"), "todo__assignee"),
    "team": team("todo__assignee__team"),
    "why": Dimension(label=gettext_lazy("Reason"), path="reason"),
    **dated("moved_on"),
}
LATE = Q(moved_by__isnull=False, moved_on__gt=F("from_on"))
PARTS = {
    "agreed": Part(gettext_lazy("Agreed with the customer"), Q(moved_by__isnull=False, is_agreed=True) & ~LATE),
    "rule": Part(gettext_lazy("By the rules"), Q(moved_by__isnull=True)),
    "own": Part(gettext_lazy("Put off by oneself"), Q(moved_by__isnull=False, is_agreed=False) & ~LATE),
    "late": Part(gettext_lazy("Moved after the day"), LATE),
}


def todo_moves(asked: Asked) -> Report:
    """Moves made in the period, the month of the day if none is given. Figures: the four parts, which add up."""
    asked = asked.of_month_if_open()
    moves = asked.narrow(TodoMove.objects.filter(moved_on__lte=asked.as_of), DIMENSIONS, "moved_on")

    def figures() -> dict[str, Any]:
        return dict(moves.order_by().aggregate(**counts()))

    return Report(
        name="todo_moves",
        title=gettext_lazy("To-dos put on another day"),
        asked=asked,
        rows=moves,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=figures,
        split=lambda: moves,
        parts=PARTS,
    )


def counts() -> dict[str, Count]:
    """How many moves each part has, for an aggregate."""
    return {code: Count("pk", filter=part.condition) for code, part in PARTS.items()}


def _definition() -> str:
    return _(
        "To-dos put on another day, by the day on which that was done. What the customer agreed to before the day had"
        " passed moves the day committed to; what a person put off by himself, or moved after its day, does not."
    )
