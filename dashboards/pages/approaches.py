"""今月のアプローチ on 本日の要確認, in a few numbers (S0-36)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from dashboards.addresses import records_url
from dashboards.reports import Asked, Report, answer
from dashboards.reports.dimensions import Label
from deals.states import CycleKind


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

    def questions(self) -> dict[str, QuerySet[Any]]:
        """What is to be counted, by name."""
        kinds = {f"approaches_{kind}": self.report.rows.filter(kind=kind) for kind in CycleKind.values}
        return kinds | {"carried_over": self.report.part_rows("carried")}

    def shown(self, counts: Mapping[str, int]) -> dict[str, Any]:
        """The context of the panel."""
        found = [(kind, counts[f"approaches_{kind}"]) for kind in CycleKind]
        kinds = [
            Number(kind.label, count, records_url("due_approaches", self.report.asked, kind=kind))
            for kind, count in found
            if count
        ]
        return {
            "total": sum(kind.count for kind in kinds),
            "kinds": kinds,
            "carried_over": counts["carried_over"],
            "carried_url": records_url("due_approaches", self.report.asked, part="carried"),
            "url": records_url("due_approaches", self.report.asked),
            "definition": self.report.definition(),
        }
