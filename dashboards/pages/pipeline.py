"""What stands on 商談状況: in which status the deals lie, for how long, and how much they are worth (SC-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.addresses import records_url
from dashboards.figures import Figure
from dashboards.pages.four_weeks import FourWeeksAgo, four_weeks_ago
from dashboards.reports import Asked, Report, answer
from dashboards.reports.dimensions import Dimension, Label
from dashboards.reports.pipeline_aging import AGES, DIMENSIONS, age_label
from dashboards.reports.report import rate
from deals.states import OPEN_STATUSES, DealStatus

# What the report of open deals and that of all deals can both be narrowed by.
ASKED: dict[str, Dimension] = {name: DIMENSIONS[name] for name in ("team", "user", "source")}
STALE = AGES[3:]  # 30 days or more
OTHERS = [status for status in DealStatus if status not in OPEN_STATUSES]


@dataclass(frozen=True, slots=True)
class Cell:
    """So many deals, worth so much. shade: 0 to 4, how much of the largest cell of the table it is."""

    label: Label
    count: int
    amount: Decimal
    url: str
    shade: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One status: a cell per bucket, and all of them together; then and change tell of four weeks ago, None and "" of
    nothing kept."""

    label: Label
    cells: Sequence[Cell]
    whole: Cell
    then: int | None
    change: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The tiles, the table of open deals, its foot, and the statuses that are no longer open; past: what the figures
    are compared with."""

    report: Report
    past: FourWeeksAgo
    tiles: Sequence[Figure]
    ages: Sequence[Label]
    rows: Sequence[Row]
    foot: Row
    others: Sequence[Cell]


Sizes = dict[tuple[str, str], tuple[int, Decimal]]  # by status and age


def pipeline(asked: Asked) -> Pipeline:
    """The whole page; two queries count it and one finds what was kept, whatever the number of deals."""
    report = answer("pipeline_aging", asked)
    past = four_weeks_ago(report.name, asked)
    sizes = _sizes(report)
    largest = max((count for count, _amount in sizes.values()), default=0)
    rows = [_row(asked, sizes, past, largest, status) for status in OPEN_STATUSES]
    return Pipeline(
        report=report,
        past=past,
        tiles=_tiles(asked, report, sizes, past),
        ages=[age_label(code) for code in AGES],
        rows=rows,
        foot=_row(asked, sizes, past, 0, ""),
        others=_others(asked),
    )


def _sizes(report: Report) -> Sizes:
    counted = report.asked_once("sizes", lambda: report.counts_of(_sized(report.rows, "status", "age")))
    return {(status, age): (count, worth or Decimal()) for status, age, count, worth in counted}


def _sized(deals: QuerySet[Any], *keys: str) -> QuerySet[Any]:
    sized: QuerySet[Any] = deals.order_by().values_list(*keys).annotate(n=Count("pk"), worth=Sum("amount"))
    return sized


def _row(asked: Asked, sizes: Sizes, past: FourWeeksAgo, largest: int, status: str) -> Row:
    """One status; "" stands for all of them."""
    kept = ("status" if status else "", status)
    label = DealStatus(status).label if status else _("All")
    cells = [_cell(asked, sizes, largest, status, age) for age in AGES]
    whole = _cell(asked, sizes, 0, status, "")
    return Row(label, cells, whole, past.then(*kept), past.change(whole.count, *kept))


def _cell(asked: Asked, sizes: Sizes, largest: int, status: str, age: str) -> Cell:
    found = [size for key, size in sizes.items() if key in _keys(status, age)]
    count, worth = sum(size[0] for size in found), sum((size[1] for size in found), Decimal())
    named = {name: key for name, key in (("status", status), ("age", age)) if key}
    parts = (DealStatus(status).label if status else "", str(age_label(age)) if age else "")
    says = f"{', '.join(str(part) for part in parts if part) or _('All')}: {count:,}"
    return Cell(says, count, worth, records_url("pipeline_aging", asked, **named), _shade(count, largest))


def _keys(status: str, age: str) -> set[tuple[str, str]]:
    statuses = [status] if status else [one.value for one in OPEN_STATUSES]
    return {(one, bucket) for one in statuses for bucket in ([age] if age else AGES)}


def _shade(count: int, largest: int) -> int:
    return -(-4 * count // largest) if largest else 0


def _others(asked: Asked) -> list[Cell]:
    """Deals that are won, lost, handed back or excluded."""
    report = answer("deals", asked)
    sized = report.asked_once(
        "others", lambda: report.counts_of(_sized(report.rows.filter(status__in=OTHERS), "status"))
    )
    found = {status: size for status, *size in sized}
    return [
        Cell(status.label, count, worth or Decimal(), records_url("deals", asked, status=status.value))
        for status in OTHERS
        for count, worth in [found.get(status.value, (0, None))]
    ]


def _tiles(asked: Asked, report: Report, sizes: Sizes, past: FourWeeksAgo) -> list[Figure]:
    whole = sum(count for count, _worth in sizes.values())
    open_deals = Figure(
        name="open", label=_("Live deals"), value=whole, unit=pgettext("unit", "items"),
        note=_since(_("in six statuses"), past.change(whole)),
        url=records_url("pipeline_aging", asked), definition=report.definition,
    )  # fmt: skip
    return [open_deals, *(_aged(asked, sizes, past, whole, age) for age in AGES)]


def _since(note: str, change: str) -> str:
    return _("%(note)s, %(change)s in 4 weeks") % {"note": note, "change": change} if change else note


def _aged(asked: Asked, sizes: Sizes, past: FourWeeksAgo, whole: int, age: str) -> Figure:
    count = sum(found for (_status, bucket), (found, _worth) in sizes.items() if bucket == age)
    share = rate(count, whole)
    note = "—" if share is None else _("%(share)s%% of the live deals") % {"share": share}
    return Figure(
        name=age,
        label=age_label(age),
        value=count,
        unit=pgettext("unit", "items"),
        note=_since(note, past.change(count, "age", age)),
        url=records_url("pipeline_aging", asked, age=age),
        state="warn" if age in STALE and count else "",
    )
