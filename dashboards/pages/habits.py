"""What stands on 習慣: whether the daily work is done in the way that forgets nothing (SC-14)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.addresses import records_url
from dashboards.figures import FEW, Figure, of_whole
from dashboards.pages.adoption import adoption
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import Dimension, Label
from dashboards.reports.habits import (
    ACTIVITY_HABITS,
    OF_ACTIVITIES,
    Habit,
    counts_in,
    held,
    logged,
    todo_habits,
)
from dashboards.reports.report import rate
from people.composed import composed_once
from people.kept_answers import kept_rows_of
from people.portions import of_deals_or_leads

ASKED: dict[str, Dimension] = {name: OF_ACTIVITIES[name] for name in ("team", "user")}
NEXT_STEP = "next_step"
PEOPLE_PER_PAGE = 25

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A share of one person; no number where it is of too few. n: what it is a share of."""

    label: Label
    rate: float | None
    n: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One person, "" for what is nobody's: how much he logged, and a cell per habit."""

    name: str
    logged: int
    url: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class HabitsPage:
    """Whether the program is kept; tiles of everybody, then a row per person with the same columns."""

    adoption: Sequence[Figure]
    tiles: Sequence[Figure]
    columns: Sequence[Label]
    rows: Sequence[Row]
    page: Page[str]


def habits(asked: Asked, number: str | int = 1) -> HabitsPage:
    """The page for that period; the number of queries does not grow with people or rows.

    number: the page of people that is drawn, those who logged most first.
    """
    today = asked.of_period(None, None)
    shares = todo_habits(asked)
    people: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, number_logged, *counts in _logged_by_person(asked)():
        people[name or ""].update(dict(zip(counts_in(ACTIVITY_HABITS), counts, strict=True), logged=number_logged))
    for name, *counts in _held_by_person(today)():
        people[name or ""].update(dict(zip(counts_in(shares), counts, strict=True)))
    for group in answer(NEXT_STEP, asked).groups(["user"]):
        people[group["key"] or ""].update({NEXT_STEP: group["numerator"], f"{NEXT_STEP}_of": group["denominator"]})
    columns = _columns(asked, today, shares)
    whole = sum(people.values(), Counter())
    names = sorted(people, key=lambda name: (not name, -people[name]["logged"], name))
    page = Paginator(names, PEOPLE_PER_PAGE).get_page(number)
    rows = [_row(asked, name, people[name], columns) for name in page]
    titles = [column.title for column in columns]
    return HabitsPage(adoption(asked), _tiles(asked, whole, columns), titles, rows, page)


@composed_once
def _logged_by_person(asked: Asked) -> Callable[[], list[Any]]:
    rows = logged(asked).order_by().values_list("owner__name").annotate(rows_counted=Count("pk"))
    return kept_rows_of(rows.annotate(**counts_in(ACTIVITY_HABITS)), of_deals_or_leads())


@composed_once
def _held_by_person(today: Asked) -> Callable[[], list[Any]]:
    # In what has changed there are few subjects, and each is looked at by itself.
    changed = _held(today, todo_habits(today, one_by_one=True))
    return kept_rows_of(changed, of_deals_or_leads(), _held(today, todo_habits(today)))


def _held(today: Asked, shares: Mapping[str, Habit]) -> QuerySet[Any]:
    counted: QuerySet[Any] = held(today).order_by().values_list("assignee__name").annotate(**counts_in(shares))
    return counted


@dataclass(frozen=True, slots=True)
class _Column:
    """A habit, and the question of its report: of the day for to-dos, of the period for what was done."""

    code: str
    title: Label
    asked: Asked
    is_good: bool = True


def _columns(asked: Asked, today: Asked, shares: Mapping[str, Habit]) -> list[_Column]:
    next_step = answer(NEXT_STEP, asked)
    return [
        _Column(NEXT_STEP, next_step.title, asked),
        *(_Column(code, habit.title, today, habit.is_good) for code, habit in shares.items()),
        *(_Column(code, habit.title, asked) for code, habit in ACTIVITY_HABITS.items()),
    ]


def _row(asked: Asked, name: str, counts: Counts, columns: Sequence[_Column]) -> Row:
    cells = [_cell(column, name, counts[column.code], counts[f"{column.code}_of"]) for column in columns]
    return Row(name, counts["logged"], records_url("habits", asked.with_keys(user=name)), cells)


def _cell(column: _Column, name: str, numerator: int, whole: int) -> Cell:
    url = records_url(column.code, column.asked.with_keys(user=name))
    return Cell(column.title, rate(numerator, whole) if whole >= FEW else None, whole, url)


def _tiles(asked: Asked, whole: Counts, columns: Sequence[_Column]) -> list[Figure]:
    first = Figure(
        name="habits", label=_("Logged activities"), value=whole["logged"], unit=pgettext("unit", "items"),
        note="", url=records_url("habits", asked),
    )  # fmt: skip
    return [first, *(_tile(column, whole[column.code], whole[f"{column.code}_of"]) for column in columns)]


def _tile(column: _Column, numerator: int, whole: int) -> Figure:
    enough = whole >= FEW
    return Figure(
        name=column.code,
        label=column.title,
        value=rate(numerator, whole) if enough else None,
        unit="%" if enough else "",
        note=of_whole(numerator, whole),
        url=records_url(column.code, column.asked),
        state="warn" if enough and numerator and not column.is_good else "",
    )
