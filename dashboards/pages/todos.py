"""What stands on ToDo状況: what became of the to-dos of a period, and whether the days were kept (SC-12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.addresses import page_url, records_url
from dashboards.charts.hstacked import HStack
from dashboards.charts.line import Point
from dashboards.figures import FEW, Figure, of_whole
from dashboards.filters import Period, Rate
from dashboards.pages.slips import Slips, ages_of, cancelled_of, slips_of
from dashboards.reports import Asked, Report, answer
from dashboards.reports.dimensions import Grain
from dashboards.reports.todo_moves import counts
from dashboards.reports.todo_status import BECAME, CAME, DIMENSIONS
from people.business_days import add_months

PAGE = "dashboards:todos"
FILTERS = {name: DIMENSIONS[name] for name in ("kind", "team", "user")}
COLOURS = {"done": "s4", "late": "latef", "ahead": "s1", "cancelled": "s2"}
TREND = {Grain.WEEK: 12, Grain.MONTH: 12}  # points of the line
PEOPLE_PER_PAGE = 25

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person's to-dos of the period, how many he kept of those judged, and how often he moved one."""

    name: str
    counts: Counts
    kept: Rate
    moves: int
    urls: Mapping[str, str]

    @property
    def total(self) -> int:
        return sum(self.counts[code] for code in BECAME)

    @property
    def bar(self) -> list[tuple[str, int]]:
        """The parts of his bar, each with its colour."""
        return [(COLOURS[code], self.counts[code]) for code in BECAME]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough to speak of a share."""
        return self.kept.whole >= FEW

    @property
    def of_whole(self) -> str:
        return of_whole(self.kept.numerator, self.kept.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """On time over the last weeks or months. rows: label, share and rows of each point, for the table.

    steps: weeks and months, each with its label, its address and whether it is shown.
    """

    points: Sequence[Point]
    rows: Sequence[tuple[str, Rate, str]]
    steps: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The page. came adds up to what became: due + carried = done + late + ahead + cancelled.

    people: those of the page; longest and total are of everybody, total all to-dos of the period.
    """

    came: Sequence[Figure]
    became: Sequence[Figure]
    people: Sequence[PersonRow]
    page: Page[str | None]
    longest: int
    total: int
    kept: Rate
    kept_url: str
    kept_definition: str
    trend: Trend
    slips: Slips
    ages: Sequence[HStack]
    late: int
    cancelled: Sequence[HStack]


def status_of(asked: Asked, grain: Grain, number: str | int = 1) -> Status:
    """Everything on the page; eleven queries. number: the page of people that is drawn, those with most first."""
    report = answer("todo_status", asked)
    by_person, sums = _by_person(report)
    kept, moved = _kept_by_person(asked), _moves_by_person(asked)
    names = sorted({*by_person, *kept, *moved}, key=lambda name: (-_total(by_person.get(name)), name or ""))
    page = Paginator(names, PEOPLE_PER_PAGE).get_page(number)
    people = [_person(name, by_person.get(name), kept.get(name), moved.get(name), asked) for name in page]
    on_time = answer("on_time", asked)
    late = asked.of_period(None, asked.last_on)
    return Status(
        came=[_figure(report, code, sums[code], _came_note(code, asked)) for code in CAME],
        became=[_figure(report, code, sums[code], _became_note(code)) for code in BECAME],
        people=people,
        page=page,
        longest=max(map(_total, by_person.values()), default=1),
        total=sum(map(_total, by_person.values())),
        kept=Rate(sum(one.numerator for one in kept.values()), sum(one.whole for one in kept.values())),
        kept_url=records_url("on_time", asked),
        kept_definition=on_time.definition(),
        trend=_trend(asked, grain),
        slips=slips_of(asked, moved),
        ages=ages_of(late),
        late=sums["late"],
        cancelled=cancelled_of(report),
    )


def period_urls(asked: Asked) -> list[tuple[str, str, bool]]:
    """This month, the month before and three months: label, address, and whether it is the one shown."""
    month = asked.as_of.replace(day=1)
    spans = [
        (_("This month"), _month(month)),
        (_("Last month"), _month(add_months(month, -1))),
        (_("Three months"), (add_months(month, -2), _month(month)[1])),
    ]
    shown = asked.first_on, asked.last_on
    return [(label, page_url(PAGE, asked.of_period(*span)), span == shown) for label, span in spans]


def _month(day: date) -> Period:
    return Grain.MONTH.span(Grain.MONTH.key(day))


def _by_person(report: Report) -> tuple[dict[str | None, Counts], Counts]:
    parts = {code: Count("pk", filter=part.condition) for code, part in report.parts.items()}
    found = _per(report, "assignee__name", parts)
    return found, {code: sum(counts[code] for counts in found.values()) for code in parts}


def _per(report: Report, path: str, parts: Mapping[str, Count]) -> dict[str | None, Counts]:
    """The counts of the report's rows by what stands in `path`."""
    rows = report.asked_once(path, lambda: report.counts_of(report.rows.order_by().values_list(path).annotate(**parts)))
    return {name: dict(zip(parts, numbers, strict=True)) for name, *numbers in rows}


def _kept_by_person(asked: Asked) -> dict[str | None, Rate]:
    groups = answer("on_time", asked).groups(["user"])
    return {group["key"]: Rate(group["numerator"], group["denominator"]) for group in groups}


def _moves_by_person(asked: Asked) -> dict[str | None, Counts]:
    return _per(answer("todo_moves", asked), "todo__assignee__name", counts())


def _total(found: Counts | None) -> int:
    return sum(found[code] for code in BECAME) if found else 0


def _person(
    name: str | None, found: Counts | None, kept: Rate | None, moved: Counts | None, asked: Asked
) -> PersonRow:  # fmt: skip
    urls = {metric: records_url(metric, asked, user=name) for metric in ("on_time", "todo_status", "todo_moves")}
    urls["late"] = records_url("todo_status", asked, part="late", user=name)
    return PersonRow(
        name=name or _("Nobody assigned"),
        counts=found or dict.fromkeys(BECAME, 0),
        kept=kept or Rate(0, 0),
        moves=sum(moved.values()) if moved else 0,
        urls=urls,
    )


def _figure(report: Report, code: str, count: int, note: str) -> Figure:
    url = records_url(report.name, report.asked, part=code)
    state = "late" if code == "late" and count else ""
    label = report.parts[code].label
    return Figure(
        name=code, label=label, value=count, unit=pgettext("unit", "items"), note=note, url=url, state=state,
        definition=report.definition,
    )  # fmt: skip


def _came_note(code: str, asked: Asked) -> str:
    if code == "due" or asked.first_on is None:
        return _("by effective due date")
    return _("open when the period began")


def _became_note(code: str) -> str:
    notes = {
        "done": _("on time or late"),
        "late": _("past the day, still open"),
        "ahead": _("today's included"),
        "cancelled": _("duplicates, ended follow-ups and the like"),
    }
    return notes[code]


def _trend(asked: Asked, grain: Grain) -> Trend:
    """The last weeks or months up to the end of the period, but none that lies wholly ahead."""
    spans = _spans(min(asked.last_on or asked.as_of, asked.as_of), grain)
    long = asked.of_period(spans[0][0], spans[-1][1])
    found = {
        group["key"]: Rate(group["numerator"], group["denominator"])
        for group in answer("on_time", long).groups([grain.value])
    }
    shares = [found.get(grain.key(first), Rate(0, 0)) for first, _last in spans]
    urls = [records_url("on_time", asked.of_period(*span)) for span in spans]
    rows = list(zip([_span_label(first, grain) for first, _last in spans], shares, urls, strict=True))
    points = [
        Point(label, share.percent if share.whole >= FEW else None, url, is_minor=(len(rows) - n) % 3 != 1)
        for n, (label, share, url) in enumerate(rows)
    ]
    steps = [
        (label, page_url(PAGE, asked, trend=step.value), step is grain)
        for step, label in ((Grain.WEEK, _("Week by week")), (Grain.MONTH, _("Month by month")))
    ]
    return Trend(points=points, rows=rows, steps=steps)


def _spans(last: date, grain: Grain) -> list[Period]:
    count = TREND[grain]
    if grain is Grain.WEEK:
        monday = last - timedelta(days=last.weekday())
        return [(day, day + timedelta(days=6)) for day in (monday - timedelta(weeks=n) for n in reversed(range(count)))]
    return [_month(add_months(last.replace(day=1), -n)) for n in reversed(range(count))]


def _span_label(first: date, grain: Grain) -> str:
    return f"{first.month}/{first.day}" if grain is Grain.WEEK else f"{first.year}/{first.month}"
