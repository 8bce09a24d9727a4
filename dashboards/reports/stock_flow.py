"""stock_flow: did the volume of work hold in a short window, such as the days between holidays? (M-13, D31)."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from operator import add
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from activities.states import ActivityKind
from activities.volumes import APPOINTMENT, CALLED, CONNECTED, DAY_COUNTS, work_by_person
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, of_activities, team, with_source
from dashboards.reports.report import Part, Report, rate
from dashboards.stock_and_flow import (
    APPOINTMENT_DROP,
    BASELINE_DAYS,
    CONNECT_DROP,
    NOTHING,
    QUANTILE,
    WEEK_DAYS,
    Bar,
    Compared,
    Tally,
    compare,
)
from people.bridges import LONGEST_BRIDGE, bridges
from people.business_days import BusinessCalendar
from people.composed import composed_once, rows_of
from people.models import Absence, Threshold, User
from people.prepared import prepared
from people.states import Role, ThresholdCode

DIMENSIONS = of_activities()
OWNERS = {name: DIMENSIONS[name] for name in ("user", "team")}
PEOPLE = {"user": Dimension(label=gettext_lazy("Person"), path="name", listing=User), "team": team("team")}
Counts = tuple[int, ...]  # those of DAY_COUNTS, in its order
LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Window:
    """The days looked at and those that they are compared with. baseline and week end the day before the window."""

    first_on: date
    last_on: date
    days: tuple[date, ...]
    baseline: tuple[date, ...]

    @property
    def week(self) -> tuple[date, ...]:
        """The last five business days before the window."""
        return self.baseline[-WEEK_DAYS:]

    @property
    def before_on(self) -> date:
        """The last day of the baseline; work on the days off right before the window counts in it."""
        return self.first_on - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One person, None for work that is nobody's. by_day: his volume on each day on which there was any."""

    name: str | None
    compared: Compared
    by_day: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class StockFlow:
    """The window with everybody in it; the team is the sum of its people. is_over: the day has reached its end."""

    window: Window
    lines: Sequence[Line]
    team: Compared
    is_over: bool


@dataclass(slots=True)
class _Person:
    by_day: dict[date, Counts] = field(default_factory=dict)
    heads: int = 0
    away: Counter[date] = field(default_factory=Counter)

    def tally(self, first_on: date, last_on: date, days: Sequence[date]) -> Tally:
        away = sum(min(self.heads, self.away[day]) for day in days) if self.away else 0
        worked = self.heads * len(days) - away
        done = [counts for day, counts in self.by_day.items() if first_on <= day <= last_on]
        volume, calls, connected, appointments = map(sum, zip(*done, strict=True)) if done else (0, 0, 0, 0)
        return Tally(days=worked, volume=volume, calls=calls, connected=connected, appointments=appointments)


def stock_flow(asked: Asked) -> Report:
    """Calls and individual mails of the window. Without a period: the latest bridge between holidays.

    Figures: the window beside its baseline, as for the team so for each person; see docs/metrics.md.
    """
    window = window_of(asked)
    asked = asked.of_period(window.first_on, window.last_on)
    rows = _volume(asked)
    return Report(
        name="stock_flow",
        title=gettext_lazy("Stock and flow"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=definition,
        figures=lambda: _figures(measure(asked, window)),
        split=lambda: rows,
        parts={
            "calls": Part(gettext_lazy("Our calls with a result"), CALLED),
            "connected": Part(gettext_lazy("Answered calls"), CONNECTED),
            "appointments": Part(gettext_lazy("Calls that won an appointment"), APPOINTMENT),
            "mails": Part(gettext_lazy("Mails"), Q(kind=ActivityKind.EMAIL)),
        },
    )


def window_of(asked: Asked) -> Window:
    """The period asked for, else the latest bridge that has begun, else the last three business days."""
    calendar = asked.calendar
    first_on, last_on = asked.first_on or asked.last_on, asked.last_on or asked.first_on
    if first_on is None or last_on is None:
        first_on, last_on = usual_window(calendar, asked.as_of)
    span = (last_on - first_on).days + 1
    days = tuple(day for n in range(span) if calendar.is_business_day(day := first_on + timedelta(days=n)))
    before = tuple(calendar.add(first_on, -n) for n in range(BASELINE_DAYS, 0, -1))
    return Window(first_on, last_on, days, before)


def usual_window(calendar: BusinessCalendar, as_of: date) -> tuple[date, date]:
    """The latest bridge that has begun within a year, else the last three business days up to the day."""
    found = bridges(calendar, as_of - LOOKED_BACK, as_of)
    if found:
        return found[-1]
    last_on = calendar.add(as_of + timedelta(days=1), -1)
    return calendar.add(last_on, 1 - LONGEST_BRIDGE), last_on


def measure(asked: Asked, window: Window) -> StockFlow:
    """Everybody who worked in these days, and inside sales of today; three queries."""
    people: defaultdict[str | None, _Person] = defaultdict(_Person)
    _count_volume(asked, window, people)
    _count_heads(asked, window, people)
    bar = bar_of(asked.thresholds)
    lines = [Line(name, _compared(person, window, bar), _per_day(person)) for name, person in people.items()]
    lines.sort(key=lambda line: (line.name is None, -line.compared.expected, line.name or ""))
    team = sum((line.compared for line in lines), NOTHING)
    return StockFlow(window, lines, team, is_over=asked.as_of >= window.last_on)


def _volume(asked: Asked) -> QuerySet[Any]:
    done = Activity.objects.volume().filter(occurred_on__lte=asked.as_of)
    return asked.narrow(with_source(done), DIMENSIONS, "occurred_on")


def _count_volume(asked: Asked, window: Window, people: defaultdict[str | None, _Person]) -> None:
    for day, name, *counts in _work(asked, window.baseline[0], window.last_on):
        by_day = people[name].by_day
        by_day[day] = tuple(map(add, by_day[day], counts)) if day in by_day else tuple(counts)


def _work(asked: Asked, first_on: date, last_on: date) -> Iterable[tuple[Any, ...]]:
    """Day, person and counts: of whole people from what is kept by day, of a narrower question from its rows."""
    if asked.where.keys() <= OWNERS.keys():
        return work_by_person(first_on, min(last_on, asked.as_of), asked.condition(OWNERS))
    rows: Any = _volume(asked.of_period(first_on, last_on)).order_by()
    found: Iterable[tuple[Any, ...]] = rows.values_list("occurred_on", "owner__name").annotate(**DAY_COUNTS)
    return found


def _count_heads(asked: Asked, window: Window, people: defaultdict[str | None, _Person]) -> None:
    """How many people bear a name, and on which days they are away. Who has left works on no day."""
    chosen = {name: key for name, key in asked.where.items() if name in PEOPLE}
    for name, heads, calling in _heads(replace(asked.of_period(None, None), where=chosen))():
        if calling or name in people:
            people[name].heads = heads
    if None in people:
        people[None].heads = 1
    days = sorted({*window.baseline, *window.days})
    for name, starts_on, ends_on in _away(days[0], days[-1]):
        if name in people:
            people[name].away.update(days[bisect_left(days, starts_on) : bisect_right(days, ends_on)])


@composed_once
def _heads(asked: Asked) -> Callable[[], list[Any]]:
    employed = asked.narrow(User.objects.active(), PEOPLE).order_by()
    inside_sales = User.objects.with_role(Role.IS).order_by().values("pk")
    callers = Count("pk", filter=Q(pk__in=inside_sales))
    return rows_of(employed.values_list("name").annotate(heads=Count("pk"), callers=callers))


@prepared
def _away(first_on: date, last_on: date) -> Any:
    away = Absence.objects.filter(user__is_active=True, starts_on__lte=last_on, ends_on__gte=first_on)
    return away.order_by().values_list("user__name", "starts_on", "ends_on")


def bar_of(thresholds: Mapping[str, int]) -> Bar:
    """What a verdict needs, by the numbers in force."""
    return Bar(
        thresholds[ThresholdCode.STOCK_FLOW_TOLERANCE_PERCENT], thresholds[ThresholdCode.STOCK_FLOW_LEAST_EXPECTED]
    )


def _compared(person: _Person, window: Window, bar: Bar) -> Compared:
    return compare(
        person.tally(window.first_on, window.last_on, window.days),
        person.tally(window.baseline[0], window.before_on, window.baseline),
        person.tally(window.week[0], window.before_on, window.week),
        bar,
    )


def _per_day(person: _Person) -> dict[date, int]:
    return {day: counts[0] for day, counts in person.by_day.items()}


def _figures(found: StockFlow) -> dict[str, Any]:
    window = found.window
    return {
        "baseline_from": window.baseline[0].isoformat(),
        "baseline_to": window.before_on.isoformat(),
        "business_days": len(window.days),
        **figures_of(found.team, is_over=found.is_over),
        "people": {line.name or "": figures_of(line.compared, is_over=found.is_over) for line in found.lines},
    }


def figures_of(compared: Compared, *, is_over: bool) -> dict[str, Any]:
    """One line in numbers: ratio and limit to three decimals, the expected volume to one."""
    window, baseline = compared.window, compared.baseline
    return {
        "verdict": compared.verdict(is_over=is_over).value,
        "verdict_either": compared.verdict(is_over=is_over, is_either=True).value,
        "volume": window.volume,
        "working_days": window.days,
        "baseline_volume": baseline.volume,
        "baseline_working_days": baseline.days,
        "expected": round(compared.expected, 1),
        "ratio": _rounded(compared.ratio),
        "limit": _rounded(compared.limit),
        "week_ratio": _rounded(compared.week_ratio),
        "connect_rate": rate(window.connected, window.calls),
        "baseline_connect_rate": rate(baseline.connected, baseline.calls),
        "appointments": window.appointments,
        "baseline_appointments": baseline.appointments,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def definition() -> str:
    """What the verdict means, with its numbers."""
    bar = bar_of(Threshold.objects.in_force())
    return _(
        "Calls and individual mails of the window, per working day, beside the %(days)s business days"
        " before it. Under 1 − max(%(tolerance)s%%, %(quantile)s/√expected) the volume has fallen, which hints at flow."
        " Fewer than %(least)s expected are not judged. Volume kept while the connect rate falls by %(connect)s points"
        " or appointments per day by %(appointments)s%% is said as such. A hint, never a grade."
    ) % {
        "days": BASELINE_DAYS,
        "tolerance": bar.tolerance,
        "quantile": QUANTILE,
        "least": bar.least_expected,
        "connect": int(100 * CONNECT_DROP),
        "appointments": int(100 * APPOINTMENT_DROP),
    }
