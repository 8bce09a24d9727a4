"""What stands on 今月のアプローチ: whom to call on which day of the month, by whom and why (SC-11)."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.utils.translation import get_language

from dashboards.addresses import page_url, records_url
from dashboards.charts.hstacked import HStack
from dashboards.records import OPEN_TODOS, sheet_of
from dashboards.reports import Asked, Report, answer
from dashboards.reports.dimensions import Grain
from dashboards.reports.due_approaches import APPROACH_ON, DIMENSIONS, STATES, state_of
from dashboards.spans import days_holding
from people.business_days import BusinessCalendar, add_months, holiday_names
from people.composed import count_of, rows_of

PAGE = "dashboards:due"
FILTERS = {name: DIMENSIONS[name] for name in ("kind", "team", "user", "reason")}
COLOURS = {"made": "s4", "late": "latef", "left": "s1"}
MONTHS_AHEAD = 2
ROWS_PER_PAGE = 50
SHOWS_CARRIED = "carried"

Counts = Mapping[str, int]  # approaches per state


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar. counts: made, late and left; url: the page with the list of that day."""

    day: date
    counts: Counts
    url: str
    is_off: bool
    is_today: bool
    is_chosen: bool
    holiday: str

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def bar(self) -> list[tuple[str, int]]:
        """The parts of its bar, each with its colour."""
        return coloured(self.counts)


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday; None for days of another month. is_thin: nobody works in it."""

    days: Sequence[Day | None]

    @property
    def is_thin(self) -> bool:
        return all(day is None or (day.is_off and not day.total) for day in self.days)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the months after hold. busiest_on: the fullest day of them, None where they are empty."""

    months: Sequence[tuple[date, int, str]]
    busiest_on: date | None
    busiest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The month in numbers: made + late + left = total, by day, by person and by reason."""

    first_on: date
    report: Report
    counts: Counts
    weeks: Sequence[Week]
    busiest: int
    people: Sequence[HStack]
    reasons: Sequence[HStack]
    carried: int
    ahead: Ahead
    by_day: Mapping[date, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def states(self) -> list[tuple[str, str, int, str]]:
        """Colour, label, count and rows of each state."""
        asked = self.report.asked
        return [
            (COLOURS[code], str(label), self.counts[code], records_url("due_approaches", asked, part=code))
            for code, label in STATES.items()
        ]

    @property
    def weekdays(self) -> list[date]:
        """Seven days that begin with a Monday, for the head of the calendar."""
        monday = self.first_on - timedelta(days=self.first_on.weekday())
        return [monday + timedelta(days=n) for n in range(7)]

    @property
    def url(self) -> str:
        """The rows of the month."""
        return records_url("due_approaches", self.report.asked)

    @property
    def carried_url(self) -> str:
        """The rows carried over from before it."""
        return records_url("due_approaches", self.report.asked, part="carried")


def month_url(asked: Asked, first_on: date, **keys: str | int) -> str:
    """The page of that month under the same filters."""
    return page_url(PAGE, asked.of_period(None, None), month=Grain.MONTH.key(first_on), **keys)


def month_of(asked: Asked, reasons: Mapping[str, str], chosen: date | None) -> Month:
    """The month that the question is about. reasons: the label of each code. Four queries."""
    report = answer("due_approaches", asked)
    first_on = asked.first_on or asked.as_of
    months = [add_months(first_on.replace(day=1), n) for n in range(1, MONTHS_AHEAD + 1)]
    until = Grain.MONTH.span(Grain.MONTH.key(months[-1]))[1]
    every_day = {day: counts for (day,), counts in _counted(report, APPROACH_ON, until=until).items()}
    by_day = {day: counts for day, counts in every_day.items() if day < months[0]}
    by_both = _counted(report, "is_owner__name", "reason__code")
    totals = {code: sum(counts[code] for counts in by_day.values()) for code in STATES}
    days = {day: _day(day, by_day.get(day, {}), asked, chosen) for day in _days_of(first_on)}
    weeks = calendar.Calendar().monthdatescalendar(first_on.year, first_on.month)
    return Month(
        first_on=first_on,
        report=report,
        counts=totals,
        weeks=[Week([days.get(day) for day in week]) for week in weeks],
        busiest=max((sum(counts.values()) for counts in by_day.values()), default=1),
        people=_lines(_summed(by_both, 0), asked, "user", {}),
        reasons=_lines(_summed(by_both, 1), asked, "reason", reasons),
        carried=report.asked_once(SHOWS_CARRIED, lambda: report.count_of(report.part_rows(SHOWS_CARRIED))),
        by_day={day: sum(counts.values()) for day, counts in by_day.items()},
        ahead=_ahead(
            {day: sum(counts.values()) for day, counts in every_day.items() if day >= months[0]}, months, asked
        ),
    )


def list_of(month: Month, chosen: date | None, show: str, number: str | None) -> Page[Any]:
    """The approaches of the chosen day, else those carried over, else of the month, by date."""
    paginator: Paginator[Any] = Paginator(_Listed(month, chosen, show), ROWS_PER_PAGE)  # type: ignore[arg-type]
    return paginator.get_page(number)


@dataclass(frozen=True, slots=True)
class _Listed:
    """What the list holds, for a Paginator: counted with the month unless it is of one day, read page by page."""

    month: Month
    chosen: date | None
    show: str

    def count(self) -> int:
        if self.chosen:  # of the month or carried over: few either way
            return self.month.report.asked_once((self.show, self.chosen), lambda: count_of(self._rows()))
        return self.month.carried if self.show == SHOWS_CARRIED else self.month.total

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, page: slice) -> list[Any]:
        report, rows = self.month.report, self._rows()
        span, start, length = None, page.start, page.stop - page.start
        if not self.chosen and self.show != SHOWS_CARRIED:
            found = days_holding(self.month.by_day, page.start, page.stop)
            if found is None:
                return []
            span, start = found
            rows = rows.filter(**{f"{APPROACH_ON}__range": (span.first_on, span.last_on)})
        asked = (self.show, self.chosen, span, start, length)
        return report.asked_once(asked, lambda: rows_of(_loaded(rows)[start : start + length]))

    def _rows(self) -> QuerySet[Any]:
        report = self.month.report
        rows = report.part_rows(SHOWS_CARRIED) if self.show == SHOWS_CARRIED else report.rows
        return rows.filter(**{APPROACH_ON: self.chosen}) if self.chosen else rows


def by_date(page: Page[Any]) -> list[tuple[date, list[Any]]]:
    """The rows of the page under their dates, as the article's report groups them."""
    return [(day, list(rows)) for day, rows in groupby(page, key=lambda cycle: cycle.deal.next_approach_on)]


def coloured(counts: Counts) -> list[tuple[str, int]]:
    """The parts of a bar, each with its colour."""
    return [(COLOURS[code], counts.get(code, 0)) for code in STATES]


def _loaded(rows: QuerySet[Any]) -> QuerySet[Any]:
    sheet = sheet_of(rows)
    return rows.select_related(*sheet.related).prefetch_related(OPEN_TODOS).order_by(APPROACH_ON, "id")


def _counted(report: Report, *paths: str, until: date | None = None) -> dict[tuple[Any, ...], Counts]:
    """How many approaches are made, late and left, by what stands in these columns; one query.

    until: the last day, where more than the month is wanted.
    """
    found = report.asked_once((paths, until), lambda: report.counts_of(_by_state(report, paths, until)))
    return {(*row[: len(paths)],): dict(zip(STATES, row[len(paths) :], strict=True)) for row in found}


def _by_state(report: Report, paths: Sequence[str], until: date | None) -> QuerySet[Any]:
    rows = report.rows
    if until and report.split:
        rows = report.split().filter(report.asked.of_period(report.asked.first_on, until).period(APPROACH_ON))
    counts = {code: Count("pk", filter=state_of(report.asked, code)) for code in STATES}
    counted: QuerySet[Any] = rows.order_by().values_list(*paths).annotate(**counts)
    return counted


def _summed(counted: Mapping[tuple[Any, ...], Counts], place: int) -> dict[str | None, Counts]:
    """By the key in that place alone."""
    sums: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for keys, counts in counted.items():
        sums[keys[place]].update(counts)
    return dict(sums)


def _ahead(sums: Mapping[date, int], months: Sequence[date], asked: Asked) -> Ahead:
    """The months after, and the earliest of their fullest days."""
    held = [(month, _held_in(month, sums), month_url(asked, month)) for month in months]
    busiest_on = max(sums, key=lambda day: (sums[day], -day.toordinal()), default=None)
    return Ahead(held, busiest_on, sums[busiest_on] if busiest_on else 0)


def _days_of(first_on: date) -> list[date]:
    first, last = Grain.MONTH.span(Grain.MONTH.key(first_on))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _day(day: date, counts: Counts, asked: Asked, chosen: date | None) -> Day:
    works: BusinessCalendar = asked.calendar
    holiday = holiday_names(day.year, get_language() or "en").get(day, "")
    url = month_url(asked, day, day=day.isoformat()) + "#list" if counts else ""
    return Day(day, counts, url, not works.is_business_day(day), day == asked.as_of, day == chosen, holiday)


def _lines(
    counted: Mapping[str | None, Counts], asked: Asked, dimension: str, labels: Mapping[str, str]
) -> list[HStack]:
    """The largest first."""
    found = sorted(counted.items(), key=lambda one: (-sum(one[1].values()), one[0] or ""))
    return [
        HStack(
            labels.get(key, key) if key else "—",
            coloured(counts),
            f"{sum(counts.values()):,}",
            records_url("due_approaches", asked.with_keys(**{dimension: key or ""})),
        )
        for key, counts in found
    ]


def _held_in(month: date, sums: Mapping[date, int]) -> int:
    return sum(n for day, n in sums.items() if (day.year, day.month) == (month.year, month.month))
