"""untouched: follow-ups that inside sales has not begun (M-02, and M-02L as the article counts)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, ngettext

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import of_cycles
from dashboards.reports.report import Part, Report, rate
from deals.models import FollowUpCycle
from followups import progress
from followups.states import ProgressState
from people.models import Threshold
from people.states import ThresholdCode

DIMENSIONS = of_cycles()


def untouched(asked: Asked) -> Report:
    """Rows and numerator: the untouched cycles. Denominator: all open cycles older than the grace."""
    cutoff = asked.grace_cutoff

    def narrowed(cycles: QuerySet[FollowUpCycle]) -> QuerySet[Any]:
        return asked.narrow(cycles, DIMENSIONS, "entered_on")

    rows = narrowed(progress.untouched(asked.as_of, cutoff))
    past_grace = narrowed(progress.past_grace(asked.as_of, cutoff))

    def figures() -> dict[str, Any]:
        numerator, denominator = rows.count(), past_grace.count()
        literal = narrowed(progress.never_touched(asked.as_of, cutoff)).count()
        return {
            "numerator": numerator,
            "denominator": denominator,
            "rate": rate(numerator, denominator),
            "literal_rate": rate(literal, denominator),
        }

    return Report(
        name="untouched",
        title=gettext_lazy("Untouched"),
        asked=asked,
        rows=rows,
        whole=past_grace,
        dimensions=DIMENSIONS,
        definition=definition,
        figures=figures,
        split=lambda: narrowed(progress.with_progress(asked.as_of, cutoff)),
        parts=_parts(),
    )


def _parts() -> dict[str, Part]:
    """What the other open follow-ups are, so that all of them can be seen to add up."""
    others = [state for state in reversed(ProgressState) if state != ProgressState.UNTOUCHED]
    return {state.value: Part(state.label, Q(progress=state)) for state in others}


def definition() -> str:
    days = Threshold.objects.in_force()[ThresholdCode.LEAK_GRACE_BUSINESS_DAYS]
    return ngettext(
        "Of the open follow-ups older than %(days)s business day, those that inside sales has not called, mailed or met"
        " since they began, that are not exempted, and whose earliest open to-do is past its effective due date or does"
        " not exist.",
        "Of the open follow-ups older than %(days)s business days, those that inside sales has not called, mailed or"
        " met since they began, that are not exempted, and whose earliest open to-do is past its effective due date or"
        " does not exist.",
        days,
    ) % {"days": days}
