"""今月のアプローチ on 本日の要確認, in a few numbers (S0-36)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from dashboards.addresses import records_url
from dashboards.reports import Asked, Report, answer
from dashboards.reports.dimensions import Label
from dashboards.reports.due_approaches import APPROACH_ON
from deals.states import CycleKind
from people.composed import rows_of


@dataclass(frozen=True, slots=True)
class Number:
    """One number with its rows; none where the rows have no page of their own."""

    label: Label
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Approaches:
    """What the month of the day holds: all of it, the kinds that sum to it, and what earlier months left over."""

    report: Report

    @classmethod
    def of(cls, asked: Asked) -> "Approaches":
        return cls(answer("due_approaches", asked))

    def shown(self) -> dict[str, Any]:
        """The context of the panel; one query."""
        found = {kind: (within, carried) for kind, within, carried in self.report.asked_once("kinds", self._by_kind)}
        kinds = [
            Number(kind.label, found[kind][0], records_url("due_approaches", self.report.asked, kind=kind))
            for kind in CycleKind
            if kind in found and found[kind][0]
        ]
        return {
            "total": sum(kind.count for kind in kinds),
            "kinds": kinds,
            "carried_over": sum(carried for _within, carried in found.values()),
            "carried_url": records_url("due_approaches", self.report.asked, part="carried"),
            "url": records_url("due_approaches", self.report.asked),
            "definition": self.report.definition(),
        }

    def _by_kind(self) -> Callable[[], list[Any]]:
        """Kind, approaches of the month, and those carried over from before it."""
        report = self.report
        assert report.split is not None  # its parts are shares of it
        within, carried = report.asked.period(APPROACH_ON), report.parts["carried"].condition
        every = report.split().filter(within | carried).order_by().values_list("kind")
        return rows_of(every.annotate(within=Count("pk", filter=within), carried=Count("pk", filter=carried)))
