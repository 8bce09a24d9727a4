"""Below the people on ToDo状況: what slipped and why, how late the overdue are, why others were cancelled (SC-12)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from activities.states import CancelReason
from dashboards.addresses import records_url
from dashboards.charts.hstacked import HStack
from dashboards.reports import Asked, Report, answer
from dashboards.reports.dimensions import Label
from dashboards.reports.overdue import ages
from dashboards.reports.todo_moves import PARTS as MOVES
from people.composed import rows_of

MOVE_COLOURS = {"agreed": "s4", "rule": "s4", "own": "warnf", "late": "latef"}
REASONS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Slips:
    """The moves made in the period by kind; the two that slip apart, and the reasons given for those."""

    total: int
    kinds: Sequence[HStack]
    reasons: Sequence[tuple[str, int, str]]
    url: str
    definition: str


def slips_of(asked: Asked, moved: Mapping[str | None, Mapping[str, int]]) -> Slips:
    """One query. moved: the moves of each person by their kind, as they have been counted."""
    report = answer("todo_moves", asked)
    sums = {code: sum(one[code] for one in moved.values()) for code in MOVES}
    reasons: Iterable[tuple[str, int]] = report.asked_once("slips", lambda: rows_of(_slipped(report)))
    lines = [
        _line(part.label, MOVE_COLOURS[code], sums[code], records_url("todo_moves", asked, part=code))
        for code, part in MOVES.items()
    ]
    return Slips(
        total=sum(sums.values()),
        kinds=lines,
        reasons=[_reason(why, count, asked) for why, count in reasons],
        url=records_url("todo_moves", asked),
        definition=report.definition(),
    )


def _slipped(report: Report) -> QuerySet[Any]:
    slipped = MOVES["own"].condition | MOVES["late"].condition
    reasons = report.rows.filter(slipped).order_by().values_list("reason").annotate(n=Count("pk"))
    most: QuerySet[Any] = reasons.order_by("-n", "reason")[:REASONS_SHOWN]
    return most


def ages_of(asked: Asked) -> list[HStack]:
    """What is overdue by how many days it is late; one query."""
    report, late = answer("overdue", asked), ages(asked.as_of)
    parts = {code: Count("pk", filter=part.condition) for code, part in late.items()}
    found = report.asked_once("ages", lambda: report.tallies_of(report.rows, **parts))
    return [
        _line(part.label, "latef", found[code], records_url("overdue", asked, part=code)) for code, part in late.items()
    ]


def cancelled_of(report: Report) -> list[HStack]:
    """The cancelled to-dos of the period by the reason; one query."""
    labels: dict[str, Label] = {"": _("Ended with the follow-up"), **dict(CancelReason.choices)}
    found: dict[str, int] = dict(report.asked_once("cancelled", lambda: report.counts_of(_by_reason(report))))
    asked = report.asked
    urls = {code: records_url(report.name, asked, part="cancelled", cancelled_for=code or None) for code in labels}
    return [_line(label, "s4", found[code], urls[code]) for code, label in labels.items() if found.get(code)]


def _by_reason(report: Report) -> QuerySet[Any]:
    reasons = report.part_rows("cancelled").order_by().values_list("cancel_reason")
    counted: QuerySet[Any] = reasons.annotate(n=Count("pk"))
    return counted


def _line(label: Label, colour: str, count: int, url: str) -> HStack:
    return HStack(str(label), [(colour, count)], f"{count:,}", url)


def _reason(why: str, count: int, asked: Asked) -> tuple[str, int, str]:
    return why or _("No reason given"), count, records_url("todo_moves", asked, why=why or None)
