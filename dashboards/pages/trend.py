"""What the kept numbers say on 本日の要確認: against the business day before, and the untouched week by week (M-02)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from dashboards.addresses import records_url
from dashboards.charts.line import Point
from dashboards.figures import FEW, Figure, of_whole
from dashboards.models import DailySnapshot
from dashboards.reports import Asked
from dashboards.reports.report import rate
from dashboards.snapshots import PARTS
from followups.leak_counts import LeakCounts
from followups.states import CoverageState

WEEKS = 12
UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class Week:
    """The last kept day of one week; today's own numbers in the present one. numerator None: nothing was kept."""

    monday: date
    counted_on: date | None
    numerator: int | None
    denominator: int
    is_recomputed: bool
    url: str

    @property
    def rate(self) -> float | None:
        """None where nothing was kept or the whole is too small to say anything."""
        if self.numerator is None or self.denominator < FEW:
            return None
        return rate(self.numerator, self.denominator)

    @property
    def share(self) -> str:
        """43/292; empty where nothing was kept."""
        return "" if self.numerator is None else of_whole(self.numerator, self.denominator)

    @property
    def point(self) -> Point:
        note = _("recomputed") if self.is_recomputed else ""
        return Point(f"{self.monday.month}/{self.monday.day}", self.rate, self.url, note)


@dataclass(frozen=True, slots=True)
class Kept:
    """before: the numbers of the business day before by the name of their tile; weeks: the last twelve."""

    before_on: date
    before: dict[str, int]
    weeks: Sequence[Week]

    @property
    def points(self) -> list[Point]:
        return [week.point for week in self.weeks]

    @property
    def is_a_line(self) -> bool:
        """Whether there are two points to compare."""
        return sum(week.rate is not None for week in self.weeks) > 1

    def compared(self, figure: Figure) -> Figure:
        """The figure with how it has moved since the business day before; as it is where nothing was kept."""
        then = self.before.get(figure.name)
        if then is None or not isinstance(figure.value, int):
            return figure
        day, change = f"{self.before_on.month}/{self.before_on.day}", moved(figure.value - then)
        words = {"note": figure.note, "day": day, "change": change}
        return replace(figure, note=_("%(note)s, %(change)s since %(day)s") % words)


def moved(difference: int) -> str:
    """▲1 for one more, ▼3 for three fewer, ±0."""
    if difference == 0:
        return "±0"
    return f"{'▲' if difference > 0 else '▼'}{abs(difference):,}"


def kept(asked: Asked, counts: LeakCounts, before_on: date, today: date) -> Kept:
    """One query. Of one team only what is kept by team is compared; a day that is over is counted from now."""
    this_monday = asked.as_of - timedelta(days=asked.as_of.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    asked_for = Q(metric=UNTOUCHED, counted_on__range=(mondays[0], asked.as_of)) | Q(counted_on=before_on)
    rows = list(DailySnapshot.objects.filter(_scope(asked), asked_for).order_by("counted_on"))
    before = {_tile(row): row.count for row in rows if row.counted_on == before_on}
    by_week = {_monday(row.counted_on): row for row in rows if row.metric == UNTOUCHED}
    past = [_week(monday, by_week.get(monday), asked) for monday in mondays[:-1]]
    return Kept(before_on, before, [*past, _present(this_monday, asked, counts, today)])


def _present(monday: date, asked: Asked, counts: LeakCounts, today: date) -> Week:
    untouched, url = sum(counts.untouched.values()), records_url(UNTOUCHED, asked)
    return Week(monday, asked.as_of, untouched, counts.past_grace, asked.as_of < today, url)


def _scope(asked: Asked) -> Q:
    """The whole, and the part of the proof bar that is a tile; of a team its own group."""
    if team := asked.where.get("team"):
        return Q(dimension="team", key=team)
    return Q(dimension="") | Q(metric="coverage", dimension=PARTS, key=CoverageState.UNASSIGNED)


def _tile(row: DailySnapshot) -> str:
    return row.key if row.dimension == PARTS else row.metric


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(monday: date, row: DailySnapshot | None, asked: Asked) -> Week:
    if row is None:
        return Week(monday, None, None, 0, False, "")
    url = records_url(UNTOUCHED, replace(asked, as_of=row.counted_on))
    return Week(monday, row.counted_on, row.numerator, row.denominator or 0, row.is_recomputed, url)
