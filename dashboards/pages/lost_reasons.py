"""What stands on 失注理由: how many deals are lost, why, to whom, and what is won after all (S0-17)."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from dashboards.addresses import records_url
from dashboards.charts.stacked import Bar, Series
from dashboards.figures import Figure, against_period_before, count_of, share_of
from dashboards.pages.cohorts import Tally, last_day
from dashboards.pages.reopportunity import Line
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import Label
from dashboards.reports.lost_reasons import ANSWER_COUNTS, DIMENSIONS, FOLLOWED, HOOK_LENGTH, NOT_FOLLOWED
from dashboards.reports.report import WHOLE, Report, rate
from people.business_days import add_months
from people.composed import composed_once

MONTHS_SHOWN = 12
ROWS_SHOWN = 10  # the largest of each table; the list behind it has all
SPLIT_BY = ("user", "product", "competitor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One key of a table: how many losses, and their share of all in percent."""

    label: Label
    number: int
    percent: float | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The largest keys of one dimension. others: losses under keys that are not shown."""

    label: Label
    rows: list[Share]
    others: int


def default_period(as_of: date) -> tuple[date, date]:
    """Twelve months up to that of the day."""
    return add_months(as_of.replace(day=1), 1 - MONTHS_SHOWN), last_day(as_of)


@dataclass(frozen=True, slots=True)
class Losses:
    """How many were lost in a month for a reason, followed up or not; and how many of all months were won back."""

    lost: Mapping[tuple[date, str, str], int]
    back: Mapping[tuple[str, str], int]


def losses_of(asked: Asked) -> Losses:
    """Everything that the page says by month and by reason; two queries."""
    lost, back = _by_month(asked)(), _won_back(asked)()
    return Losses({(*key,): n for *key, n in lost}, {(reason, scope): n for reason, scope, n in back})


@composed_once
def _by_month(asked: Asked) -> Callable[[], list[Any]]:
    report = answer("lost_reasons", asked)
    rows = report.rows.order_by().annotate(month=TruncMonth("lost_on"))
    return report.counts_of(rows.values_list("month", "reason__code", "scope").annotate(n=Count("pk")))


@composed_once
def _won_back(asked: Asked) -> Callable[[], list[Any]]:
    report = answer("won_back", asked)
    return report.counts_of(report.rows.order_by().values_list("reason__code", "scope").annotate(n=Count("pk")))


def reasons(asked: Asked, losses: Losses, labels: Mapping[str, Label]) -> list[Line]:
    """Lost reasons with the losses won back: those followed up first, then the largest."""
    lost = Counter[tuple[str, str]]()
    for (_month, reason, scope), n in losses.lost.items():
        lost[reason, scope] += n
    found = [
        _line(asked, str(labels.get(code, code)), code, scope, _tally(n, losses.back.get((code, scope), 0)))
        for (code, scope), n in sorted(lost.items())
    ]
    return sorted(found, key=lambda line: (line.is_off, -line.tally.began))


def _tally(lost: int, back: int) -> Tally:
    return Tally(lost, (back,), back)


def _line(asked: Asked, label: str, code: str, scope: str, tally: Tally) -> Line:
    keys = {"reason": code, "scope": scope}
    return Line(
        label=label,
        tally=tally,
        url=records_url("won_back", asked, **keys),
        whole_url=records_url("won_back", asked, part=WHOLE, **keys),
        note=_("Not followed up") if scope == NOT_FOLLOWED else "",
        is_off=scope == NOT_FOLLOWED,
    )


def total_of(asked: Asked, lines: list[Line]) -> Line:
    """All reasons together."""
    tally = sum((line.tally for line in lines), Tally())
    return Line(
        label=_("All"),
        tally=tally,
        url=records_url("won_back", asked),
        whole_url=records_url("won_back", asked, part=WHOLE),
    )


def tiles(asked: Asked, total: Line) -> list[Figure]:
    """Losses against the period before, those won back, and those with all three answers."""
    lost = answer("lost_reasons", asked)
    note = against_period_before(total.tally.began, answer("lost_reasons", asked.before()).total)
    back = share_of(answer("won_back", asked), total.tally.numerator, total.tally.began)
    lost_with_answers = answer("loss_answers", asked)
    told = lost_with_answers.asked_once("page", lambda: _told(lost_with_answers))
    answered = share_of(lost_with_answers, told["answered"], told["all"])
    return [count_of(lost, total=total.tally.began, note=note), back, answered]


def _told(report: Report) -> Callable[[], dict[str, int]]:
    assert report.whole is not None  # it is a rate
    return report.tallies_of(report.whole.alias(hook_length=HOOK_LENGTH), **ANSWER_COUNTS)


def months(asked: Asked, losses: Losses) -> tuple[list[Bar], list[Series]]:
    """A bar per month, in two parts: followed up, and not."""
    assert asked.first_on and asked.last_on  # the form gives a period
    counts = Counter[tuple[date, str]]()
    for (in_month, _reason, scope), n in losses.lost.items():
        counts[in_month, scope] += n
    bars: list[Bar] = []
    month = asked.first_on.replace(day=1)
    while month <= asked.last_on:
        split = [counts[month, scope] for scope in (FOLLOWED, NOT_FOLLOWED)]
        bars.append(_bar(asked, month, split, len(bars)))
        month = add_months(month, 1)
    return bars, [Series("s1", _("Followed up")), Series("s4", _("Not followed up"))]


def _bar(asked: Asked, month: date, counts: list[int], place: int) -> Bar:
    assert asked.first_on and asked.last_on
    narrowed = asked.of_period(max(month, asked.first_on), min(last_day(month), asked.last_on))
    return Bar(
        label=f"{month:%y}/{month.month}" if place == 0 or month.month == 1 else str(month.month),
        counts=counts,
        url=records_url("lost_reasons", narrowed),
        is_minor=place % 2 == 1,
    )


def tables(asked: Asked, total: int) -> list[Table]:
    """By owner, product and competitor; blanks stand as 「—」."""
    report = answer("lost_reasons", asked)
    return [_table(report, name, total) for name in SPLIT_BY]


def _table(report: Report, name: str, total: int) -> Table:
    groups: list[dict[str, Any]] = report.groups([name])
    rows = [
        Share(
            label=group["key"] or "—",
            number=group["n"],
            percent=rate(group["n"], total),
            url=records_url(report.name, report.asked, **{name: group["key"]}),
        )
        for group in groups[:ROWS_SHOWN]
    ]
    return Table(label=DIMENSIONS[name].label, rows=rows, others=total - sum(row.number for row in rows))
