"""What stands on 再商談化: the rate, its cohorts, and what it is made of (SC-13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from dashboards.addresses import records_url
from dashboards.charts.cohort import Marks, Month
from dashboards.figures import FEW, points
from dashboards.pages.cohorts import Calendar, Group, Tally, groups_of, last_day, summed, within_period
from dashboards.reports import Asked
from dashboards.reports.dimensions import Label
from dashboards.reports.reopportunity import (
    COMBINED,
    EVER,
    steps,
    within,
    within_in_words,
)  # fmt: skip
from dashboards.reports.report import WHOLE
from dashboards.statistics import Interval, newcombe, wilson
from deals.states import CycleKind
from followups.models import FollowUpProgram

MONTHS_SHOWN = 20
FEW_FOR_REFERENCE = 10  # below this a rate is marked 参考値
SHOWN_BESIDE = (CycleKind.LOST, CycleKind.STAGNANT)


def metric_of(view: str) -> str:
    """The report behind the numbers of a view."""
    return "reopportunity" if view == COMBINED else f"reopportunity_{view}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A share with its rows, as one line of a table."""

    label: Label
    tally: Tally
    url: str
    whole_url: str
    note: Label = ""
    is_off: bool = False

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval in percent."""
        return wilson(self.tally.numerator, self.tally.began)

    @property
    def is_few(self) -> bool:
        """Too few to say a rate."""
        return self.tally.began < FEW

    @property
    def is_muted(self) -> bool:
        """Drawn hollow: too few, or in no rate."""
        return self.is_few or self.is_off


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a table with its rows."""

    value: int | str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortRow:
    """One month of the cohort table. line: its share within the window; beside: lost, stagnant as hits/began.

    out_of_scope: None where the question does not fit losses that are not followed up.
    """

    label: str
    line: Line
    cells: list[Cell]
    beside: list[Cell]
    out_of_scope: Cell | None
    is_mature: bool
    is_before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The share of the mature months since the program began. baseline: percent before it, None where unknown."""

    line: Line | None
    baseline: float | None
    baseline_note: str
    is_manual: bool
    change: str
    interval: Interval | None
    first_matures_on: date | None
    from_month: str
    to_month: str

    @property
    def is_better(self) -> bool:
        """Whether the rate lies above what it was before."""
        return self.change.startswith("+")

    @property
    def low(self) -> str:
        """The lower end of the interval of the difference, +4.6pt."""
        return points(self.interval.low, 0) if self.interval else ""

    @property
    def high(self) -> str:
        """Its upper end."""
        return points(self.interval.high, 0) if self.interval else ""

    @property
    def is_reference(self) -> bool:
        """Few enough to be marked as a hint."""
        return self.line is not None and self.line.tally.began < FEW_FOR_REFERENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that the follow-ups of the page say, from one count of them.

    groups: those of the view; cycles: the lost and the stagnant ones by themselves, which stand beside.
    """

    view: str
    metric: str
    days: int
    calendar: Calendar
    groups: list[Group]
    cycles: list[Group]
    program: FollowUpProgram | None

    @property
    def column_labels(self) -> list[str]:
        """Of the cohort table: within 30, 60, 90 and the window."""
        return [within_in_words(step) for step in steps(self.days)]

    def line(self, label: Label, groups: list[Group], asked: Asked, keys: Mapping[str, str | None]) -> Line:
        """The share of these groups; keys narrow the question to them."""
        narrowed = asked.with_keys(**{name: key or "" for name, key in keys.items()})
        return Line(
            label=label,
            tally=summed(groups),
            url=records_url(self.metric, narrowed),
            whole_url=records_url(self.metric, narrowed, part=WHOLE),
        )


def board(view: str, asked: Asked) -> Board:
    """Count once; the period of the question is whole months."""
    days, program = asked.window_days, FollowUpProgram.in_force(asked.as_of)
    calendar = Calendar(asked, days, program.started_on if program else None)
    groups, cycles = groups_of(view, SHOWN_BESIDE, calendar.reach(), days)
    return Board(
        view=view, metric=metric_of(view), days=days, calendar=calendar, groups=groups, cycles=cycles, program=program
    )  # fmt: skip


def headline(shown: Board) -> Headline:
    """The rate against what it was before the program; without a mature month it says when the first one will be."""
    calendar, counted = shown.calendar, shown.calendar.counted()
    line = shown.line("", within_period(shown.groups, counted), counted, {}) if counted else None
    before = _before(shown)
    manual = shown.program.manual_baseline if shown.program else None
    is_manual = not before.began and manual is not None
    baseline = float(manual) if is_manual and manual is not None else before.rate
    now = line.tally if line else Tally()
    return Headline(
        line=line if now.began else None,
        baseline=baseline,
        baseline_note=f"{before.numerator:,}/{before.began:,}" if before.began else "",
        is_manual=is_manual,
        change=points(now.rate, baseline),
        interval=newcombe((now.numerator, now.began), (before.numerator, before.began)),
        first_matures_on=_first_matures_on(calendar, shown.groups),
        from_month=f"{counted.first_on:%Y/%m}" if counted else "",
        to_month=f"{counted.last_on:%Y/%m}" if counted else "",
    )


def _before(shown: Board) -> Tally:
    """The six cohorts before the program, those of them that are mature."""
    found = within_period(shown.groups, shown.calendar.baseline())
    return summed([group for group in found if shown.calendar.is_mature(group.month)])


def _first_matures_on(calendar: Calendar, groups: list[Group]) -> date | None:
    months = [group.month for group in groups if not calendar.is_before(group.month)]
    return calendar.matures_on(min(months)) if months else None


# The cohorts


def chart(shown: Board, head: Headline) -> tuple[list[Month], Marks]:
    """A dot per month of the period."""
    calendar = shown.calendar
    months = [_dot(shown, month, number) for number, month in enumerate(calendar.months)]
    unripe = [n for n, month in enumerate(calendar.months) if not calendar.is_mature(month)]
    since = [n for n, month in enumerate(calendar.months) if not calendar.is_before(month)]
    marks = Marks(
        start=since[0] if since and since[0] > 0 else None,
        unripe=unripe[0] if unripe else None,
        base=head.baseline,
        start_label=_("Start"),
        unripe_label=_("Months without %(days)s days yet") % {"days": shown.days},
    )
    return months, marks


def _dot(shown: Board, month: date, number: int) -> Month:
    tally = _tally_of(shown, month)
    return Month(
        label=f"{month:%y}/{month.month}" if number == 0 or month.month == 1 else str(month.month),
        numerator=tally.numerator,
        denominator=tally.began,
        url=records_url(shown.metric, shown.calendar.of_month(month)),
        is_muted=not shown.calendar.is_counted(month),
        is_minor=number % 2 == 1,
    )


def _tally_of(shown: Board, month: date) -> Tally:
    return summed([group for group in shown.groups if group.month == month])


def cohorts(shown: Board, beside: Mapping[str, list[Group]], out_of_scope: Mapping[date, Cell]) -> list[CohortRow]:
    """The months of the period, the newest first. beside: the follow-ups by kind."""
    return [_cohort(shown, month, beside, out_of_scope.get(month)) for month in reversed(shown.calendar.months)]


def _cohort(shown: Board, month: date, beside: Mapping[str, list[Group]], left_out: Cell | None) -> CohortRow:
    asked = shown.calendar.of_month(month)
    groups = [group for group in shown.groups if group.month == month]
    line = shown.line(f"{month:%Y/%m}", groups, asked, {})
    hits = line.tally.hits or (0,) * len(steps(shown.days))
    parts = [*map(within, steps(shown.days)), EVER]
    return CohortRow(
        label=f"{month:%y}/{month:%m}",
        line=line,
        cells=[
            Cell(value, records_url(shown.metric, asked, part=part))
            for value, part in zip((*hits, line.tally.ever), parts, strict=True)
        ],
        beside=[_beside(kind, groups, asked, month) for kind, groups in beside.items()],
        out_of_scope=left_out,
        is_mature=shown.calendar.is_mature(month),
        is_before=shown.calendar.is_before(month),
    )


def _beside(kind: str, groups: list[Group], asked: Asked, month: date) -> Cell:
    tally = summed([group for group in groups if group.month == month])
    return Cell(f"{tally.numerator:,}/{tally.began:,}", records_url(metric_of(kind), asked))


def by_kind(shown: Board) -> dict[str, list[Group]]:
    """The lost and the stagnant cycles one by one."""
    return {kind.value: [group for group in shown.cycles if group.kind == kind] for kind in SHOWN_BESIDE}


def top_of(lines: Iterable[Line]) -> int:
    """Where the scale of the intervals ends: the next ten percent above all that are drawn."""
    highest = max((line.interval.high for line in lines if line.interval and not line.is_few), default=0)
    return min(100, 10 * -int(-highest // 10)) or 10


def views(chosen: str) -> list[dict[str, object]]:
    """What may be looked at: both kinds as one, or one kind; `kind` is what the address says."""
    labels = {COMBINED: _("All"), **{kind.value: kind.label for kind in CycleKind}}
    order = (COMBINED, CycleKind.LOST, CycleKind.STAGNANT, CycleKind.RETURNED)
    return [
        {"kind": None if view == COMBINED else view, "label": labels[view], "is_chosen": view == chosen}
        for view in order
    ]


def default_period(as_of: date) -> tuple[date, date]:
    """The months shown where the address names none, up to that of the day."""
    first = as_of.replace(day=1)
    for _month in range(MONTHS_SHOWN - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, last_day(as_of)


def whole_months(asked: Asked) -> Asked:
    """A cohort is a month: the period reaches to the ends of its months."""
    assert asked.first_on and asked.last_on  # the form gives a period
    return asked.of_period(asked.first_on.replace(day=1), last_day(asked.last_on))
