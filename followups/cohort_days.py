"""Follow-ups by the day on which they began, with what became of them: kept where in step with the rows (ADR 8)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from activities.models import Activity
from deals.actions import marks_after
from deals.models import Deal, DealLoss, FollowUpCycle
from followups import chains
from followups.models import CohortDay
from people.composed import composed_once, rows_of
from people.prepared import prepared
from people.rollups import FOR_EVER, Span, Tell, forget, refresh, spans_and_marks, uncounted_days
from people.rows import insert_rows
from people.states import Rollup

COHORT = ("kind", "reason", "change_trigger", "waited")
NEAR = timedelta(days=14)  # marked days no farther apart are counted together, with those between them


def cohort_rows(as_of: date, *, is_chain: bool) -> QuerySet[Any]:
    """The follow-ups that the day knows, with `waited`: the chains, or the cycles by themselves."""
    return chains.waiting(chains.chains(as_of) if is_chain else chains.cycles(as_of))


def cohorts_of(is_chain: bool, days: Q) -> QuerySet[Any]:
    """Day, COHORT and number of what began on these days, with all that is known of it."""
    rows = cohort_rows(FOR_EVER, is_chain=is_chain).filter(days).order_by()
    counted: QuerySet[Any] = rows.values_list("entered_on", *COHORT).annotate(n=Count("pk"))
    return counted


def kept_cohorts(first_on: date, last_on: date, uncounted: list[date]) -> QuerySet[CohortDay]:
    """The counts of these days without those that must not be asked about."""
    return CohortDay.objects.filter(began_on__range=(first_on, last_on)).exclude(began_on__in=uncounted)


def uncounted_cohorts(first_on: date, last_on: date, as_of: date) -> list[date]:
    """The days up to as_of on which the counts must not be asked about, in their order; one query.

    What is kept knows no day: it counts all re-openings, losses and endings that there are. So it does not answer for
    follow-ups of deals that had one after as_of.
    """
    if last_on < first_on:
        return []
    return uncounted_days(Rollup.COHORTS, first_on, last_on, _spans_and_marks(as_of)())


@composed_once
def _spans_and_marks(as_of: date) -> Callable[[], list[Any]]:
    return rows_of(spans_and_marks(marks_after(as_of)))


def forget_cohorts() -> None:
    """Every day is counted again by the next refresh, and read from its rows until then."""
    forget(Rollup.COHORTS)


def refresh_cohorts(tell: Tell | None = None) -> int:
    """Count the days again on which something has changed; gives back how many there were."""
    reads = (FollowUpCycle, Deal, DealLoss, Activity)
    return refresh(Rollup.COHORTS, count_cohorts, _extent, tell, reads, near=NEAR)


def count_cohorts(first_on: date, last_on: date) -> None:
    """Write what is kept of these days anew."""
    CohortDay.objects.filter(began_on__range=(first_on, last_on)).delete()
    columns = ("began_on", "kind", "reason_id", "change_trigger", "waited", "rows")
    for is_chain in (True, False):
        rows = _cohorts_between(is_chain, first_on, last_on)
        insert_rows(CohortDay, columns, rows, constants={"is_chain": is_chain})


@prepared
def _cohorts_between(is_chain: bool, first_on: date, last_on: date) -> QuerySet[Any]:
    return cohorts_of(is_chain, Q(entered_on__range=(first_on, last_on)))


def _extent() -> Span | None:
    """From the first to the last day that has follow-ups or kept counts."""
    tables = ((FollowUpCycle, "entered_on"), (CohortDay, "began_on"))
    ends = [model._default_manager.aggregate(first_on=Min(column), last_on=Max(column)) for model, column in tables]
    known = [end for end in ends if end["first_on"]]
    return (min(end["first_on"] for end in known), max(end["last_on"] for end in known)) if known else None
