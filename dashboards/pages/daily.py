"""What happened day by day, counted once by the database: all figures and bars of a page are sums of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Count

from activities.states import ANSWERED_OUTCOMES, ActivityKind, Direction
from dashboards.reports import Report
from dashboards.spans import Span


class Done(NamedTuple):
    """Activities of one day and sort."""

    day: date
    kind: str
    direction: str
    outcome: str | None
    rows: int

    @property
    def is_call(self) -> bool:
        return self.kind == ActivityKind.CALL

    @property
    def is_dialled(self) -> bool:
        """Part of the denominator of the connect rate."""
        return self.is_call and self.direction == Direction.OUTBOUND and self.outcome is not None

    @property
    def is_answered(self) -> bool:
        return self.is_dialled and self.outcome in ANSWERED_OUTCOMES


def done_by_day(volume: Report) -> list[Done]:
    """The report of the volume, by day and sort; one query."""
    found = volume.rows.order_by().values_list("occurred_on", "kind", "direction", "outcome")
    return [Done(*row) for row in found.annotate(rows_counted=Count("*"))]


def total(done: Iterable[Done], span: Span, is_meant: Callable[[Done], bool] = lambda one: True) -> int:
    """How many of the meant sort lie in the span."""
    return sum(one.rows for one in done if one.day in span and is_meant(one))


def counts_by_day(report: Report, column: str) -> Counter[date]:
    """Rows per day; one query."""
    return Counter(dict(report.rows.order_by().values_list(column).annotate(rows_counted=Count("*"))))


def sums(by_day: Counter[date], spans: Sequence[Span]) -> list[int]:
    """The days of each span together."""
    return [sum(count for day, count in by_day.items() if day in span) for span in spans]
