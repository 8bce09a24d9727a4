"""What stands on 活動と架電結果 (SC-16): what was done and what came of it, each number with its rows."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.states import (
    ANSWERED_OUTCOMES,
    RIGHT_PARTY_OUTCOMES,
    VALID_TALK_OUTCOMES,
    ActivityKind,
    CallOutcome,
)
from dashboards.addresses import records_url
from dashboards.figures import FEW, Figure, against_period_before, of_whole, points
from dashboards.pages.daily import Done, appointments_by_day, counts_by_day, done_by_day, sums, total
from dashboards.pages.goal import Goal, goal_of
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import Grain
from dashboards.reports.report import rate
from dashboards.spans import Span, bars_until, trend_of
from followups.next_steps import has_next_step
from people.states import ActivityPanel


@dataclass(frozen=True)
class Question:
    """What the page was asked for: filters and period, the grain of its bars, and the panels the reader wants."""

    asked: Asked
    grain: Grain
    panels: Collection[str]

    @cached_property
    def span(self) -> Span:
        """The period up to the day looked at; a period to come stays whole."""
        first_on, last_on = self.asked.first_on, self.asked.last_on
        assert first_on is not None and last_on is not None  # the form sees to it
        return Span(first_on, min(last_on, max(self.asked.as_of, first_on)))

    @cached_property
    def bars(self) -> list[Span]:
        return bars_until(self.span.last_on, self.grain)

    @cached_property
    def trend(self) -> list[Span]:
        return trend_of(self.span)

    @cached_property
    def wide(self) -> Asked:
        """The same question over all that the figures, their trends and the bars need."""
        return self.asked.of_period(min(self.bars[0].first_on, self.trend[0].first_on), self.span.last_on)

    @cached_property
    def done(self) -> list[Done]:
        """Calls and mails by day and sort."""
        return done_by_day(self.wide)

    def needs(self, *panels: ActivityPanel) -> bool:
        """Whether one of the panels is shown."""
        return any(panel in self.panels for panel in panels)

    def url(self, metric: str, span: Span | None = None, part: str = "", **keys: str | None) -> str:
        """The rows of a report, of the page's period or of a bar."""
        asked = self.asked if span is None else self.asked.of_period(span.first_on, span.last_on)
        return records_url(metric, asked, part=part, **keys)


@dataclass(frozen=True, slots=True)
class RateLine:
    """A further rate of the same calls, with where its two numbers lead."""

    label: str
    numerator: int
    denominator: int
    numerator_url: str
    denominator_url: str

    @property
    def percent(self) -> float | None:
        """To one decimal; None where there are too few."""
        return rate(self.numerator, self.denominator) if self.denominator >= FEW else None


def tiles(question: Question, won: Sequence[int], leads: Sequence[int]) -> list[Figure]:
    """The tiles that the reader wants. won, leads: counts of the spans of the trend."""
    made: dict[ActivityPanel, Callable[[], Figure]] = {
        ActivityPanel.APPOINTMENTS: lambda: _count(question, "appointments", won, _("Appointments won")),
        ActivityPanel.VOLUME: lambda: _volume(question),
        ActivityPanel.LEADS: lambda: _count(question, "leads", leads, _("New leads")),
        ActivityPanel.CONNECT_RATE: lambda: _connect_rate(question),
        ActivityPanel.NEXT_STEP: lambda: _next_step(question),
    }
    return [make() for panel, make in made.items() if panel in question.panels]


def _count(question: Question, metric: str, counts: Sequence[int], label: str) -> Figure:
    return Figure(
        name=metric, label=label, value=counts[-1], unit=pgettext("unit", "items"), trend=counts,
        note=_against(question, counts[-1], counts[-2]), url=question.url(metric),
        definition=_definition(question, metric),
    )  # fmt: skip


def _definition(question: Question, metric: str) -> Any:
    """The sentence of the report; without the keys, which it does not depend on."""
    return answer(metric, replace(question.asked, where={})).definition


def _against(question: Question, now: int, before: int) -> str:
    if not question.span.is_within_a_month:
        return against_period_before(now, before)
    return _("%(n)s in the same days last month") % {"n": f"{before:,}"}


def _volume(question: Question) -> Figure:
    counts = [total(question.done, span) for span in question.trend]
    figure = _count(question, "activity_volume", counts, _("Activity volume"))
    calls = total(question.done, question.span, lambda one: one.is_call)
    mails = total(question.done, question.span, lambda one: one.kind == ActivityKind.EMAIL)
    made_of = _("calls %(calls)s, mails %(mails)s") % {"calls": f"{calls:,}", "mails": f"{mails:,}"}
    return replace(figure, note=f"{made_of}{_('; ')}{figure.note}")


def _connect_rate(question: Question) -> Figure:
    shares = [_share(question.done, span) for span in question.trend]
    numerator, whole = _answered(question.done, question.span)
    change = points(shares[-1], shares[-2])
    return _rate(question, "connect_rate", _("Connect rate"), numerator, whole, change, shares)


def _answered(done: Sequence[Done], span: Span) -> tuple[int, int]:
    return total(done, span, lambda one: one.is_answered), total(done, span, lambda one: one.is_dialled)


def _share(done: Sequence[Done], span: Span) -> float | None:
    numerator, whole = _answered(done, span)
    return rate(numerator, whole) if whole >= FEW else None


def _next_step(question: Question) -> Figure:
    """Both spans by one query."""
    spans = question.trend[-2:]
    whole = answer("next_step", question.asked.of_period(spans[0].first_on, spans[1].last_on)).whole
    assert whole is not None  # the report is a rate
    counts = {}
    for name, span in zip(("before", "now"), spans, strict=True):
        in_span = Q(occurred_on__range=(span.first_on, span.last_on))
        counts[name] = Count("pk", filter=in_span)
        counts[f"{name}_met"] = Count("pk", filter=in_span & has_next_step())
    found = whole.order_by().aggregate(**counts)
    now, before = (
        rate(found[f"{name}_met"], found[name]) if found[name] >= FEW else None for name in ("now", "before")
    )
    change = points(now, before)
    return _rate(question, "next_step", _("Next step"), found["now_met"], found["now"], change, ())


def _rate(
    question: Question, metric: str, label: str, numerator: int, whole: int, change: str,
    trend: Sequence[float | None],
) -> Figure:  # fmt: skip
    enough, note = whole >= FEW, of_whole(numerator, whole)
    if change:
        against = (
            _("%(change)s against last month") if question.span.is_within_a_month else _("%(change)s against earlier")
        )
        note += _("; ") + against % {"change": change}
    return Figure(
        name=metric, label=label, value=rate(numerator, whole) if enough else None, unit="%" if enough else "",
        note=note, url=question.url(metric), trend=trend, definition=_definition(question, metric),
    )  # fmt: skip


def rates(question: Question) -> list[RateLine]:
    """着電率, 本人接続率, 有効会話率, アポ/架電, アポ/有効会話 of the period (M-07)."""
    dialled = [one for one in question.done if one.is_dialled]
    calls, calls_url = total(dialled, question.span), question.url("connect_rate", part="whole")
    answered, right, talks, won = (
        sum(one.rows for one in dialled if one.day in question.span and one.outcome in meant)
        for meant in (ANSWERED_OUTCOMES, RIGHT_PARTY_OUTCOMES, VALID_TALK_OUTCOMES, (CallOutcome.APPOINTMENT,))
    )
    lines = (
        (_("Connect rate"), answered, "", calls, calls_url),
        (_("Right-person rate"), right, "right_party", calls, calls_url),
        (_("Real-talk rate"), talks, "valid_talk", calls, calls_url),
        (_("Appointments per call"), won, "appointment", calls, calls_url),
        (
            _("Appointments per real talk"), won, "appointment",
            talks, question.url("connect_rate", part="valid_talk"),
        ),
    )  # fmt: skip
    return [
        RateLine(label, count, whole, question.url("connect_rate", part=part), whole_url)
        for label, count, part, whole, whole_url in lines
    ]


def won_by_span(question: Question) -> tuple[list[int], list[int]]:
    """Appointments of the trend's spans and of the bars."""
    by_day = appointments_by_day(question.wide)
    return sums(by_day, question.trend), sums(by_day, question.bars)


def leads_by_span(question: Question) -> tuple[list[int], list[int]]:
    """New leads of the trend's spans and of the bars; one query."""
    by_day = counts_by_day(answer("leads", question.wide), "created_on")
    return sums(by_day, question.trend), sums(by_day, question.bars)


def goal(question: Question, won: int) -> Goal | None:
    """The month's target, where there is one."""
    return goal_of(question.asked, question.span, won)
