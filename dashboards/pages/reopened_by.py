"""What the re-opportunity rate is made of: kinds and lost reasons, change triggers, and the losses left out of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from dashboards.addresses import records_url
from dashboards.pages.cohorts import Group, within_period
from dashboards.pages.reopportunity import Board, Cell, Line
from dashboards.reports import Asked
from dashboards.reports.dimensions import Label
from dashboards.reports.lost_reasons import DIMENSIONS as OF_LOSSES
from dashboards.reports.lost_reasons import NOT_FOLLOWED, losses
from deals.states import CycleKind
from people.composed import composed_once
from people.kept_answers import kept_rows_of
from people.portions import of_deals

Labels = Mapping[str, Label]


def by_reason(shown: Board, labels: Labels) -> list[Line]:
    """Kinds and lost reasons over the months of the headline, the largest first; they add up to it."""

    def key(group: Group) -> tuple[str, str | None]:
        return group.kind, group.reason

    def label(kind: str, reason: str | None) -> tuple[Label, Label]:
        return (labels.get(reason, reason), CycleKind(kind).label) if reason else (CycleKind(kind).label, "")

    return _lines(shown, key, ("kind", "reason"), label)


def by_trigger(shown: Board, labels: Labels) -> list[Line]:
    """Change triggers over the months of the headline; they add up to it."""
    return _lines(
        shown, lambda group: (group.trigger or None,), ("trigger",), lambda trigger: (_named(labels, trigger), "")
    )


def _named(labels: Labels, key: str | None) -> Label:
    return labels.get(key, key) if key else _("Not entered")


def _lines(
    shown: Board,
    key: Callable[[Group], tuple[Any, ...]],
    names: tuple[str, ...],
    label: Callable[..., tuple[Label, Label]],
) -> list[Line]:
    counted = shown.calendar.counted()
    found: dict[tuple[Any, ...], list[Group]] = {}
    for group in within_period(shown.groups, counted):
        found.setdefault(key(group), []).append(group)
    lines = []
    for parts, groups in found.items():
        assert counted is not None  # without it there is no group
        name, note = label(*parts)
        keys = dict(zip(names, parts, strict=True))
        lines.append(replace(shown.line(name, groups, counted, keys), note=note))
    return sorted(lines, key=lambda line: -line.tally.began)


def left_out(shown: Board) -> dict[date, Cell]:
    """Losses that are not followed up, by month, each with its rows; they are in no rate.

    Nothing where the page is narrowed to a person of inside sales or to a trigger, which such a loss does not have.
    """
    asked = shown.calendar.asked
    if {"user", "trigger"} & asked.where.keys():
        return {}
    found = dict(_left_out_by_month(asked)())
    return {month: _left_out(shown, month, found.get(month, 0)) for month in shown.calendar.months}


@composed_once
def _left_out_by_month(asked: Asked) -> Callable[[], list[Any]]:
    rows = asked.narrow(losses(asked), OF_LOSSES, "lost_on").filter(in_scope=False)
    months = rows.order_by().annotate(month=TruncMonth("lost_on")).values_list("month")
    return kept_rows_of(months.annotate(number=Count("pk")), of_deals())


def _left_out(shown: Board, month: date, number: int) -> Cell:
    return Cell(number, records_url("lost_reasons", shown.calendar.of_month(month), scope=NOT_FOLLOWED))
