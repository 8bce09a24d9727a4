"""What stands on ストックとフロー: a window beside its baseline, for the team and each person (SC-19)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator

from dashboards.addresses import records_url
from dashboards.figures import Figure, points
from dashboards.pages.stock_flow_tiles import Counts, tiles
from dashboards.pages.stock_flow_words import BADGES, Badge, decimal, evidence, ratio
from dashboards.reports import Asked
from dashboards.reports.callable_stock import counts, cover, planned_todos
from dashboards.reports.report import rate
from dashboards.reports.stock_flow import Line, StockFlow, Window, measure, window_of
from dashboards.stock_and_flow import LEAST_CASES, Compared
from people.bridges import bridges
from people.composed import composed_once, rows_of

AHEAD = timedelta(days=120)
LOOKED_BACK = timedelta(days=365)
MOST_BARS = 31  # days of the window in a small picture; a longer one is shown by its last days
PEOPLE_PER_PAGE = 25
Days = tuple[list[date], list[date]]  # before the window and in it
NOBODY: Counts = {"planned": 0, "callable": 0, "promised": 0, "prepared": 0, "known": 0}


@dataclass(frozen=True, slots=True)
class Choice:
    """A window that the calendar offers; the next one is the first that is still to come."""

    first_on: date
    last_on: date
    is_chosen: bool
    is_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A verdict with what it rests on. The week before stands beside the ratio."""

    badge: Badge
    evidence: str
    expected: str
    ratio: str
    limit: str
    week_ratio: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person, "" for work that is nobody's. before and window: his volume per day, base the mean of before."""

    name: str
    compared: Compared
    hint: Hint
    before: Sequence[int]
    window: Sequence[int]
    base: float
    promised: int
    cover: float | None
    connect: float | None
    change: str
    connects_less: bool
    volume_url: str
    baseline_url: str
    promised_url: str
    connect_url: str


@dataclass(frozen=True, slots=True)
class StockFlowPage:
    """Window, verdict of the team, tiles, and a row per person."""

    window: Window
    hint: Hint
    tiles: Sequence[Figure]
    rows: Sequence[Row]
    page: Page[Line]


def stock_flow(asked: Asked, *, is_either: bool, number: str | int = 1) -> StockFlowPage:
    """The page for that window; the number of queries does not grow with people or rows.

    number: the page of people that is drawn, those of whom most is expected first. Verdict and tiles are of everybody.
    """
    window = window_of(asked)
    found = measure(asked, window)
    planned: dict[str, Counts] = {
        name or "": dict(zip(counts(), numbers, strict=True)) for name, *numbers in _planned(asked, window)()
    }
    whole = {name: sum(counts[name] for counts in planned.values()) for name in NOBODY}
    hint = _hint(found.team, found, whole["promised"], is_either)
    page, days = Paginator(found.lines, PEOPLE_PER_PAGE).get_page(number), _days(found)
    rows = [_row(line, asked, found, days, planned.get(line.name or "", NOBODY), is_either) for line in page]
    return StockFlowPage(window, hint, tiles(asked, found, whole), rows, page)


@composed_once
def _planned(asked: Asked, window: Window) -> Callable[[], list[Any]]:
    return rows_of(planned_todos(asked, window).order_by().values_list("assignee__name").annotate(**counts()))


def choices(asked: Asked) -> list[Choice]:
    """The bridges of the year before the day and of the four months after it, latest first."""
    found = bridges(asked.calendar, asked.as_of - LOOKED_BACK, asked.as_of + AHEAD)
    coming = next((first_on for first_on, _last_on in found if first_on > asked.as_of), None)
    chosen = asked.first_on, asked.last_on
    return [
        Choice(first_on, last_on, (first_on, last_on) == chosen, first_on == coming)
        for first_on, last_on in reversed(found)
    ]


def _hint(compared: Compared, found: StockFlow, promised: int, is_either: bool) -> Hint:
    verdict = compared.verdict(is_over=found.is_over, is_either=is_either)
    return Hint(
        badge=BADGES[verdict],
        evidence=evidence(compared, verdict, promised),
        expected=decimal(compared.expected),
        ratio=ratio(compared.ratio),
        limit=ratio(compared.limit),
        week_ratio=ratio(compared.week_ratio),
    )


def _row(
    line: Line, asked: Asked, found: StockFlow, days: Days, planned: Mapping[str, int], is_either: bool
) -> Row:  # fmt: skip
    compared, window = line.compared, found.window
    his = asked.with_keys(user=line.name or "")
    before, after = days
    now, then = _connect(compared)
    return Row(
        name=line.name or "",
        compared=compared,
        hint=_hint(compared, found, planned["promised"], is_either),
        before=[line.by_day.get(day, 0) for day in before],
        window=[line.by_day.get(day, 0) for day in after],
        base=compared.baseline.volume / compared.baseline.days if compared.baseline.days else 0,
        promised=planned["promised"],
        cover=cover(planned["promised"], compared.expected),
        connect=now,
        change=points(now, then),
        connects_less=compared.connects_less,
        volume_url=records_url("stock_flow", his),
        baseline_url=records_url("stock_flow", his.of_period(window.baseline[0], window.before_on)),
        promised_url=records_url("callable_stock", his, part="promised"),
        connect_url=records_url("connect_rate", his),
    )


def _connect(compared: Compared) -> tuple[float | None, float | None]:
    """The connect rates of the window and of the baseline; None where there are too few calls."""
    now, then = (
        rate(tally.connected, tally.calls) if tally.calls >= LEAST_CASES else None
        for tally in (compared.window, compared.baseline)
    )
    return now, then


def _days(found: StockFlow) -> Days:
    """The days of the small pictures: business days and whatever other days somebody worked on."""
    worked = {day for line in found.lines for day in line.by_day}
    window = found.window
    before = {day for day in worked if day < window.first_on} | set(window.baseline)
    after = {day for day in worked if day >= window.first_on} | set(window.days)
    return sorted(before), sorted(after)[-MOST_BARS:]
