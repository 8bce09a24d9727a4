"""The numbers as they stand at the end of a day, kept (23:55): history does not move when a limit does."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.models import DailySnapshot
from dashboards.reports import Asked, Report, answer
from people.models import Threshold
from people.refusal import refuse
from people.rows import insert_rows

# What is kept of each day, whole and by which dimensions.
KEPT: dict[str, tuple[str, ...]] = {
    "coverage": ("kind", "team", "user"),
    "untouched": ("kind", "team", "user"),
    "todo_leaks": ("kind", "team", "user"),
    "overdue": ("origin", "team", "user"),
    "load": ("team", "user"),
    "over_cap": ("team", "user"),
    "stale_leads": ("team", "user"),
    "no_next_step_leads": ("team", "user"),
    "unanswered_mails": ("team", "user"),
    "unruled": ("status", "team"),
    "pipeline_aging": ("status", "age", "team"),
}
PARTS = "part"  # the dimension of a report's parts, such as the states of the proof bar

_COLUMNS = ("metric", "dimension", "key", "count", "numerator", "denominator")
Row = tuple[str, str, str, int, int | None, int | None]


@transaction.atomic
def take_snapshot(as_of: date, *, now: datetime) -> int:
    """Keep the numbers of that day; gives back how many were written.

    Today's are taken anew each time. Those of a day that is over stay as they were taken; a day that has none is
    recomputed from the rows as they stand, marked by its moment. Refused: a day that has not come.
    """
    if as_of > timezone.localdate(now):
        refuse(_("A day that has not come yet has no numbers."))
    kept = DailySnapshot.objects.filter(counted_on=as_of)
    if as_of < timezone.localdate(now) and kept.exists():
        return 0
    kept.delete()
    rows = list(_rows(Asked(as_of=as_of)))
    constants = {"counted_on": as_of, "taken_at": now, "thresholds": Threshold.objects.in_force()}
    return len(insert_rows(DailySnapshot, _COLUMNS, rows, constants=constants, returning=("id",), skip_conflicts=True))


def _rows(asked: Asked) -> Iterator[Row]:
    for name, dimensions in KEPT.items():
        report = answer(name, asked)
        whole = None if report.whole is None else report.whole_total
        total = report.total
        yield name, "", "", total, None if whole is None else total, whole
        yield from _parts(report)
        for dimension in dimensions:
            for group in report.groups([dimension]):
                yield name, dimension, group["key"] or "", group["n"], group.get("numerator"), group.get("denominator")


def _parts(report: Report) -> Iterator[Row]:
    """The shares that a drill-down offers."""
    for code in report.parts:
        yield report.name, PARTS, code, report.part_rows(code).order_by().count(), None, None
