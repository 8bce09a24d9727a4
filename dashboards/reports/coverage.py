"""coverage: is every open follow-up in hand? The proof bar of 本日の要確認 (D15)."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_cycles
from dashboards.reports.report import Part, Report
from followups.coverage import unruled, with_state
from followups.states import CoverageState

DIMENSIONS = of_cycles()
# What must be 0 before anybody says 抜け漏れ 0件.
LEAKS = (CoverageState.UNCOVERED, CoverageState.UNASSIGNED)


def coverage(asked: Asked) -> Report:
    """The open cycles of the day, each in exactly one of the five states; figures: open, the states, unruled."""
    cycles = asked.narrow(with_state(asked.standing, asked.as_of), DIMENSIONS, "entered_on")

    def figures() -> dict[str, Any]:
        states = dict(cycles.order_by().values_list("state").annotate(rows_counted=Count("*")))
        return {
            "open": sum(states.values()),
            **{state.value: states.get(state.value, 0) for state in reversed(CoverageState)},
            "unruled": unruled(asked.as_of).count(),
        }

    return Report(
        name="coverage",
        title=gettext_lazy("Open follow-ups"),
        asked=asked,
        rows=cycles,
        dimensions=DIMENSIONS,
        definition=definition,
        figures=figures,
        split=lambda: cycles,
        parts=_parts(),
    )


def _parts() -> dict[str, Part]:
    """The five states, good ones first, and the two of them that are leaks (抜け漏れ)."""
    states = {state.value: Part(state.label, Q(state=state)) for state in reversed(CoverageState)}
    return states | {"leaks": Part(gettext_lazy("Leaks"), Q(state__in=LEAKS))}


def definition() -> str:
    return _(
        "Follow-ups that are open on the day, each in the first of these that applies: exempted, no open to-do, a to-do"
        " that nobody has, a to-do past its effective due date, in hand. Live deals in statuses that no rule names are"
        " outside all rules and are not follow-ups."
    )
