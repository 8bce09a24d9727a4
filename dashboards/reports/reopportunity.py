"""reopportunity: which follow-ups came back to life, by the month in which they began (M-01b, M-01c)."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Label, change_trigger, of_cycles
from dashboards.reports.report import Part, Report, rate, shares_of
from deals.states import CycleKind
from followups import chains

DIMENSIONS = of_cycles() | {"trigger": change_trigger()}
EVER = "ever"
COMBINED = "combined"
STEPS = (30, 60, 90)  # days, beside the window itself

Rows = QuerySet[Any]


def steps(days: int) -> tuple[int, ...]:
    """The columns of the cohort table in days, the window last."""
    return (*(step for step in STEPS if step < days), days)


def within(days: int) -> str:
    """The part of the report that was re-opened within so many days."""
    return f"within_{days}"


def matures_on(month_ends_on: date, days: int) -> date:
    """From this day on every follow-up that began in the month has had the whole window."""
    return month_ends_on + timedelta(days=days)


def is_mature(month_ends_on: date, days: int, as_of: date) -> bool:
    """Whether all that began in the month has had the whole window on that day."""
    return matures_on(month_ends_on, days) <= as_of


def view_rows(view: str, as_of: date) -> Rows:
    """What is counted: chains for `combined`, else the cycles of one kind; with `reopened_on` and `waited`."""
    return chains.waiting(chains.chains(as_of)) if view == COMBINED else kind_rows([view], as_of)


def kind_rows(kinds: Iterable[str], as_of: date) -> Rows:
    """The cycles of these kinds one by one, with `reopened_on` and `waited`."""
    return chains.waiting(chains.cycles(as_of).filter(kind__in=kinds))


def is_within(days: int) -> Q:
    """Re-opened within so many days."""
    return Q(waited__lte=days)


def _report(asked: Asked, *, name: str, title: Label, view: str, definition: Callable[[int], str]) -> Report:
    days = asked.window_days
    held = asked.narrow(view_rows(view, asked.as_of), DIMENSIONS, "entered_on")
    return Report(
        name=name,
        title=title,
        asked=asked,
        rows=held.filter(is_within(days)),
        whole=held,
        dimensions=DIMENSIONS,
        definition=partial(definition, days),
        figures=partial(_figures, held, asked, days),
        split=lambda: held,
        parts=_parts(days),
    )


def _parts(days: int) -> dict[str, Part]:
    parts = {within(step): Part(within_in_words(step), is_within(step)) for step in steps(days)}
    return parts | {EVER: Part(gettext_lazy("So far"), Q(reopened_on__isnull=False))}


def within_in_words(days: int) -> str:
    """180日以内."""
    return ngettext("Within %(days)s day", "Within %(days)s days", days) % {"days": days}


def _figures(held: Rows, asked: Asked, days: int) -> dict[str, Any]:
    shares = {str(step): Count("pk", filter=is_within(step)) for step in steps(days)}
    hits = shares_of(held, whole=Count("pk"), ever=Count("pk", filter=Q(reopened_on__isnull=False)), **shares)
    whole, ever = hits.pop("whole"), hits.pop("ever")
    ripe_on = asked.last_on and matures_on(asked.last_on, days)
    return {
        "window_days": days,
        "numerator": hits[str(days)],
        "denominator": whole,
        "rate": rate(hits[str(days)], whole),
        "within": hits,
        "ever": ever,
        "ever_rate": rate(ever, whole),
        "matures_on": ripe_on and ripe_on.isoformat(),
        "is_mature": asked.last_on and is_mature(asked.last_on, days, asked.as_of),
    }


def _of_chains(days: int) -> str:
    return _(
        "Of the stagnant and lost deals whose follow-up began in the period, those live again with field sales, or in"
        " a new deal made of them, within %(days)s days. A deal that stagnates and is then lost counts once, from its"
        " first day. Lost again within 7 days with no activity: not counted. Reasons that are not followed up are in"
        " neither number."
    ) % {"days": days}


def _of_cycles(days: int) -> str:
    return _(
        "Of the follow-ups of this kind that began in the period, those whose deal lived again with field sales, or in"
        " a new deal made of it, within %(days)s days of the day they began. Lost again within 7 days with no activity:"
        " not counted."
    ) % {"days": days}


def _view(view: str, title: Label) -> Callable[[Asked], Report]:
    is_combined = view == COMBINED
    return partial(
        _report,
        name="reopportunity" if is_combined else f"reopportunity_{view}",
        title=title,
        view=view,
        definition=_of_chains if is_combined else _of_cycles,
    )


VIEWS: dict[str, Callable[[Asked], Report]] = {
    COMBINED: _view(COMBINED, gettext_lazy("Re-opportunity")),
    CycleKind.LOST: _view(CycleKind.LOST, gettext_lazy("Re-opportunity of lost deals")),
    CycleKind.STAGNANT: _view(CycleKind.STAGNANT, gettext_lazy("Re-opportunity of stagnant deals")),
    CycleKind.RETURNED: _view(CycleKind.RETURNED, gettext_lazy("Re-opportunity of returned deals")),
}
