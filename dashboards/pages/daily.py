"""What happened day by day, counted once by the database: all figures and bars of a page are sums of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Count

from activities.states import ANSWERED_OUTCOMES, ActivityKind, Direction
from activities.volumes import volume_by_day
from dashboards.reports import Asked, Report, answer
from dashboards.spans import Span
from followups.appointment_days import won_by_day, won_by_source


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


def done_by_day(asked: Asked) -> list[Done]:
    """The volume of the period by day and sort: everybody's from what is kept by day, a narrower one from its rows."""
    if not asked.where:
        assert asked.first_on and asked.last_on  # the page gives a period
        return [Done(*row) for row in volume_by_day(asked.first_on, min(asked.last_on, asked.as_of))]
    found = answer("activity_volume", asked).rows.order_by()
    by_sort = found.values_list("occurred_on", "kind", "direction", "outcome")
    return [Done(*row) for row in by_sort.annotate(rows_counted=Count("*"))]


def appointments_by_day(asked: Asked) -> Counter[date]:
    """Appointments won per day: everybody's from what is kept by day, a narrower question's from its rows."""
    if not asked.where:
        assert asked.first_on and asked.last_on  # the page gives a period
        return won_by_day(asked.first_on, min(asked.last_on, asked.as_of))
    return counts_by_day(answer("appointments", asked), "occurred_on")


def appointments_by_source(asked: Asked) -> Counter[tuple[str | None, str]]:
    """The same by source and channel."""
    if not asked.where:
        assert asked.first_on and asked.last_on
        return won_by_source(asked.first_on, min(asked.last_on, asked.as_of))
    return Counter(
        {tuple(group["key"]): group["n"] for group in answer("appointments", asked).groups(["source", "channel"])}
    )


def total(done: Iterable[Done], span: Span, is_meant: Callable[[Done], bool] = lambda one: True) -> int:
    """How many of the meant sort lie in the span."""
    return sum(one.rows for one in done if one.day in span and is_meant(one))


def counts_by_day(report: Report, column: str) -> Counter[date]:
    """Rows per day; one query."""
    return Counter(dict(report.rows.order_by().values_list(column).annotate(rows_counted=Count("*"))))


def sums(by_day: Counter[date], spans: Sequence[Span]) -> list[int]:
    """The days of each span together."""
    return [sum(count for day, count in by_day.items() if day in span) for span in spans]
