"""A number on a page: what it counts, what it is compared with, and where its rows are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards.addresses import records_url
from dashboards.reports import Report
from dashboards.reports.dimensions import Label
from dashboards.reports.report import WHOLE, rate

FEW = 5  # below this many cases a share says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with its rows.

    value: None where there is nothing to say, shown as a dash. note says what it is compared with or made up of.
    state: ok, warn or late; "" is a plain number. definition gives the sentence of the report, with the settings in
    force; it is made when it is shown.
    """

    name: str
    label: Label
    value: int | float | None
    unit: str
    note: str
    url: str
    state: str = ""
    definition: Callable[[], str] = str
    trend: Sequence[float | None] = ()  # the same figure over time, ending with itself; drawn under it


def count_of(
    report: Report, *, total: int | None = None, label: Label = "", note: str = "", state: str = ""
) -> Figure:  # fmt: skip
    """How many rows the report has. total: where they have been counted already."""
    value = report.total if total is None else total
    return Figure(
        name=report.name, label=label or report.title, value=value, unit=pgettext("unit", "items"), note=note,
        state=state, url=records_url(report.name, report.asked), definition=report.definition,
    )  # fmt: skip


def rate_of(report: Report, *, label: Label = "", note: str = "", state: str = "") -> Figure:
    """The report's rows in percent of its whole; no number where the whole is too small to say anything."""
    return share_of(report, report.total, report.whole_total, label=label, note=note, state=state)


def share_of(report: Report, total: int, whole: int, *, label: Label = "", note: str = "", state: str = "") -> Figure:
    """The same of a report whose rows and whole have been counted already."""
    enough = whole >= FEW
    return Figure(
        name=report.name,
        label=label or report.title,
        value=rate(total, whole) if enough else None,
        unit="%" if enough else "",
        note=note or of_whole(total, whole),
        state=state,
        url=records_url(report.name, report.asked),
        definition=report.definition,
    )


def of_whole(numerator: int, denominator: int) -> str:
    """43/292; says so where there are too few."""
    if denominator < FEW:
        return _("Not enough data (n=%(n)s)") % {"n": f"{denominator:,}"}
    return f"{numerator:,}/{denominator:,}"


def whole_url(report: Report) -> str:
    """The rows of the denominator."""
    return records_url(report.name, report.asked, part=WHOLE)


def difference(now: int, before: int) -> str:
    """How many more or fewer than before, with its sign: +3, −2, ±0."""
    if now == before:
        return "±0"
    return f"+{now - before:,}" if now > before else f"−{before - now:,}"


def against_period_before(now: int, before: int) -> str:
    """The note of a count beside the period of the same length just before."""
    text = ngettext("%(n)s in the period before, %(difference)s", "%(n)s in the period before, %(difference)s", before)
    return text % {"n": f"{before:,}", "difference": difference(now, before)}


def points(now: float | None, before: float | None) -> str:
    """The difference of two rates in percentage points, with its sign; "" where either is missing."""
    if now is None or before is None:
        return ""
    change = round(now - before, 1)
    return f"{'+' if change > 0 else '−' if change < 0 else '±'}{abs(change):.1f}pt"
