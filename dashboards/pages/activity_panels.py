"""The panels of 活動と架電結果 under its tiles: results, sources, new leads, people, stock and nurtured leads."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from activities.states import ActivityKind, CallOutcome
from dashboards.charts.hbars import HBar
from dashboards.charts.parts import Part
from dashboards.charts.stacked import Bar, Series
from dashboards.pages.activity import Question
from dashboards.pages.daily import appointments_by_source, total
from dashboards.reports import answer
from dashboards.reports.appointments import CHANNEL
from dashboards.reports.dimensions import Grain
from dashboards.spans import Span
from followups.appointments_won import NEW
from followups.work_sources import WORK
from leads.models import NurturingReason
from leads.states import LeadStatus

LEAD_SERIES = Series("s4", _lazy("New leads"))
SOURCES_DRAWN = 10
KEPT_WORDS = {Grain.MONTH: 2, Grain.WEEK: 2, Grain.DAY: 4}  # one in so many
DAYS_IN_COLUMNS = 31  # a longer period has a column per month
COLOURS = {
    CallOutcome.APPOINTMENT: "s1",
    CallOutcome.CALLBACK: "s2",
    CallOutcome.DECLINED: "s3",
    CallOutcome.NOT_CONNECTED: "s4",
    CallOutcome.OUT_OF_TARGET_PERSON: "s5",
    None: "s0",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a table and its rows."""

    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its name and cells; the last cell is their sum where the table has one."""

    label: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Calls by result: the bars, and the counts of the page's period beside the legend."""

    series: list[Series]
    legend: list[tuple[Series, Cell]]
    whole: Cell
    bars: list[Bar]
    lines: list[Line]


def outcomes(question: Question) -> Outcomes:
    """The results bar by bar; calls without a result have a series of their own where there are any."""
    calls = [one for one in question.done if one.is_call]
    is_bare = any(one.outcome is None for one in calls)
    codes = [code for code in COLOURS if code is not None or is_bare]
    series = [Series(COLOURS[code], _outcome_label(code)) for code in codes]

    def line(span: Span) -> list[Cell]:
        keys = [Cell(total(calls, span, lambda one, code=code: one.outcome == code),  # type: ignore[misc]
                     question.url("call_outcomes", span, outcome=code)) for code in codes]  # fmt: skip
        return [*keys, Cell(sum(cell.count for cell in keys), question.url("call_outcomes", span))]

    lines = [Line(bar_label(span, question), line(span)) for span in question.bars]
    *legend, whole = line(question.span)
    return Outcomes(series, list(zip(series, legend, strict=True)), whole, _bars(question, lines), lines)


def _outcome_label(code: CallOutcome | None) -> str:
    return str(code.label) if code is not None else _("No result")


def _bars(question: Question, lines: Sequence[Line]) -> list[Bar]:
    """The last cell of a line is its sum and opens the whole bar. Where room is short every second word stays, of days
    every fourth.
    """
    last, kept = len(lines) - 1, KEPT_WORDS[question.grain]
    return [
        Bar(
            line.label, [cell.count for cell in line.cells[:-1]] or [line.cells[-1].count], line.cells[-1].url,
            is_minor=bool((last - n) % kept), is_now=n == last,
        )
        for n, line in enumerate(lines)
    ]  # fmt: skip


def bar_label(span: Span, question: Question) -> str:
    """The month by its name, a week or day by its first day."""
    if question.grain is Grain.MONTH:
        return date_format(span.first_on, "N" if span.first_on.year == question.span.last_on.year else "Y/n")
    return f"{span.first_on.month}/{span.first_on.day}"


def lead_bars(question: Question, leads: Sequence[int], won: Sequence[int]) -> tuple[list[Bar], list[Line]]:
    """New leads bar by bar, and beside them in the table the appointments that depend on them (S3-45)."""
    lines = [
        Line(bar_label(span, question), [Cell(count, question.url("leads", span)),
                                         Cell(met, question.url("appointments", span))])
        for span, count, met in zip(question.bars, leads, won, strict=True)
    ]  # fmt: skip
    return _bars(question, [Line(line.label, line.cells[:1]) for line in lines]), lines


@dataclass(frozen=True, slots=True)
class Sources:
    """Appointments of the period: revived ones by follow-up, new ones by source; and the whole table."""

    total: Cell
    bars: list[HBar]
    channels: list[str]
    lines: list[Line]


def sources(question: Question) -> Sources:
    """By source and channel; the parts add up to the appointments of the period."""
    found = dict(sorted(appointments_by_source(question.asked).items(), key=lambda one: (one[0][0] or "", one[0][1])))
    by_channel, by_source = Counter[str](), Counter[str | None]()
    for (source, channel), count in found.items():
        by_channel[channel] += count
        by_source[source] += count
    codes = [code for code, _label in CHANNEL.choices if by_channel[code]]
    lines = [_source_line(question, source, codes, found) for source, _count in by_source.most_common()]
    whole = Cell(sum(found.values()), question.url("appointments"))
    labels = [str(dict(CHANNEL.choices)[code]) for code in codes]
    return Sources(whole, _source_bars(question, found, by_channel), labels, lines)


def _source_line(question: Question, source: str | None, codes: Sequence[str], found: dict[Any, int]) -> Line:
    cells = [
        Cell(found.get((source, code), 0), question.url("appointments", source=source, channel=code)) for code in codes
    ]
    whole = sum(cell.count for cell in cells)
    return Line(source or _("Unknown"), [*cells, Cell(whole, question.url("appointments", source=source))])


def _source_bars(question: Question, found: dict[Any, int], by_channel: Counter[str]) -> list[HBar]:
    revived = [
        _hbar(str(label), by_channel[code], question.url("appointments", channel=code), "s1")
        for code, label in CHANNEL.choices
        if code != NEW and by_channel[code]
    ]
    new = Counter({source: count for (source, channel), count in found.items() if channel == NEW})
    return revived + [
        _hbar(source or _("Unknown"), count, question.url("appointments", source=source, channel=NEW), "s4")
        for source, count in new.most_common(SOURCES_DRAWN)
    ]


def _hbar(label: str, count: int, url: str, css_class: str) -> HBar:
    said = ngettext("%(n)s item", "%(n)s items", count) % {"n": f"{count:,}"}
    return HBar(label, count, said, url, css_class)


@dataclass(frozen=True, slots=True)
class People:
    """Who did how much of what on which day of the period; each person has a line per sort."""

    columns: list[str]
    persons: list[tuple[str, list[Line]]]


def people(question: Question) -> People:
    """Calls and mails of the period by person; by month where it is longer than a month. One query."""
    is_long = (question.span.last_on - question.span.first_on).days >= DAYS_IN_COLUMNS
    grain = Grain.MONTH if is_long else Grain.DAY
    report = answer("activity_volume", question.asked)
    found: dict[tuple[str | None, str], Counter[str]] = defaultdict(Counter)
    for group in report.groups(["user", "type", grain.value]):
        user, kind, key = group["key"]
        found[user, kind][key] += group["n"]
    keys = sorted({key for counts in found.values() for key in counts})
    names = Counter[str | None]()
    for (user, _kind), counts in found.items():
        names[user] += counts.total()
    persons = [
        (
            user or "—",
            [
                _person_line(question, user, kind, found[user, kind], keys, grain)
                for kind in (ActivityKind.CALL.value, ActivityKind.EMAIL.value)
                if (user, kind) in found
            ],
        )
        for user, _count in names.most_common()
    ]
    return People([_column(key, grain) for key in keys], persons)


def _person_line(
    question: Question, user: str | None, kind: str, counts: Counter[str], keys: Sequence[str], grain: Grain
) -> Line:
    def url(**more: str) -> str:
        return question.url("activity_volume", None, "", user=user, type=kind, **more)

    cells = [Cell(counts[key], url(**{grain.value: key})) for key in keys]
    return Line(str(ActivityKind(kind).label), [*cells, Cell(counts.total(), url())])


def _column(key: str, grain: Grain) -> str:
    first_on = grain.span(key)[0]
    return f"{first_on.month}/{first_on.day}" if grain is Grain.DAY else f"{first_on:%Y/%m}"


def stock(question: Question) -> tuple[list[Part], dict[str, Any]]:
    """The four parts of the volume, and the figures of the report (M-14)."""
    found = answer("stock_ratio", question.asked).figures()
    return [Part(code, str(label), found[code], question.url("stock_ratio", part=code)) for code, label in WORK], found


NURTURED = (LeadStatus.NURTURING_ACTION, LeadStatus.NURTURING_NO_ACTION)


def nurtured(question: Question) -> tuple[list[str], list[Line]]:
    """Leads that are nurtured today by reason, with and without a next action; whatever the period (S3-46)."""
    asked = question.asked.of_period(None, None)
    leads = answer("leads", asked).rows.filter(status__in=NURTURED)
    reason = [f"nurturing_reason__{name}" for name in ("position", "code", "label_ja", "label_en")]
    counts: dict[tuple[str, str], int] = {}
    labels: dict[str, str] = {}
    found = leads.order_by(reason[0]).values_list(*reason, "status").annotate(rows_counted=Count("*"))
    for _place, code, label_ja, label_en, status, count in found:
        counts[code, status] = count
        labels[code] = NurturingReason(code=code, label_ja=label_ja, label_en=label_en).label

    def cell(code: str, status: LeadStatus) -> Cell:
        url = Question(asked, question.grain, ()).url("leads", reason=code, status=status.value)
        return Cell(counts.get((code, status.value), 0), url)

    lines = [Line(labels[code], [cell(code, status) for status in NURTURED]) for code in labels]
    return [_("With a next action"), _("Without")], lines
