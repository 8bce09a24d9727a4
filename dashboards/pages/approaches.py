"""今月のアプローチ on 本日の要確認, in a few numbers (S0-36)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from dashboards.addresses import records_url
from dashboards.reports import Asked, Report, answer
from dashboards.reports.dimensions import Label
from deals.states import CycleKind
from people.kept_answers import Kept, in_one


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

    def kept(self) -> tuple[Kept, Kept]:
        """The same by kind, and what earlier months left over, as answers that may be kept."""
        assert self.report.whose is not None  # the report says so
        kinds = self.report.rows.order_by().values_list("kind").annotate(n=Count("pk"))
        carried = in_one(self.report.part_rows("carried")).annotate(n=Count("pk"))
        return Kept(kinds, self.report.whose), Kept(carried, self.report.whose)

    @staticmethod
    def told(kinds: list[Any], carried: list[Any]) -> dict[str, int]:
        """The counts under the names of `questions`, from the answers to `kept`."""
        counts = {f"approaches_{kind}": 0 for kind in CycleKind.values}
        counts |= {f"approaches_{kind}": number for kind, number in kinds}
        return counts | {"carried_over": sum(number for _one, number in carried)}

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
