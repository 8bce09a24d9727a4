"""What inside sales has left undone: follow-ups nobody touched and follow-ups without a to-do (M-02, M-03)."""

from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from activities.models import Activity
from activities.states import ActivityKind
from deals.models import FollowUpCycle
from followups.coverage import bare, exempted, late, standing, uncovered
from followups.states import ProgressState
from people.business_days import DAY, BusinessCalendar
from people.models import RoleGrant, Threshold
from people.states import Role, ThresholdCode
from people.working_days import load_calendar

# What counts as a touch; a bulk mail and an imported last contact do not (M-02).
TOUCH_KINDS = (ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.VISIT, ActivityKind.WEB_MEETING)


def grace_cutoff(as_of: date) -> date:
    """Cycles that began before this day are older than the grace (a threshold in business days; two queries)."""
    grace = Threshold.objects.in_force()[ThresholdCode.LEAK_GRACE_BUSINESS_DAYS]
    return first_day_in_grace(as_of, grace, load_calendar())


def first_day_in_grace(as_of: date, grace: int, calendar: BusinessCalendar) -> date:
    """The earliest day from which on at most `grace` business days have gone, as_of itself included.

    Thursday and a grace of 1: Wednesday. On a weekend, as on the business day before it.
    """
    return calendar.add(as_of + DAY, -(grace + 1))


def without_todo(as_of: date, cutoff: date) -> QuerySet[FollowUpCycle]:
    """ToDo未設定: neither an open to-do nor an exemption, and past the grace (M-03, D15)."""
    return uncovered(as_of).filter(entered_on__lt=cutoff)


def untouched(as_of: date, cutoff: date) -> QuerySet[FollowUpCycle]:
    """未着手: past the grace, not exempted, never touched by IS, and without a to-do that lies ahead (M-02).

    Only cycles that partial indexes name can be without one; activities are looked up for these alone.
    """
    unplanned = bare().union(late(as_of))
    begun = Case(_exempt(as_of), _touched(as_of), default=_UNTOUCHED)
    cycles = past_grace(as_of, cutoff).filter(pk__in=unplanned)
    return cycles.alias(progress=begun).filter(progress=ProgressState.UNTOUCHED)


def past_grace(as_of: date, cutoff: date) -> QuerySet[FollowUpCycle]:
    """All open cycles of that day older than the grace: what the untouched are a share of."""
    return standing(as_of).filter(entered_on__lt=cutoff)


def with_progress(as_of: date, cutoff: date) -> QuerySet[FollowUpCycle]:
    """All open cycles of that day with their `progress`: the first of ProgressState that applies."""
    return standing(as_of).annotate(progress=progress(as_of, cutoff))


def progress(as_of: date, cutoff: date) -> Case:
    """The first of ProgressState that applies to a cycle, as the database finds it."""
    return Case(_in_grace(cutoff), _exempt(as_of), _touched(as_of), _planned(as_of), default=_UNTOUCHED)


def never_touched(as_of: date, cutoff: date) -> QuerySet[FollowUpCycle]:
    """M-02L, as the article counts: past the grace and never touched by IS, whatever the to-do's date."""
    begun = Case(_touched(as_of), default=_UNTOUCHED)
    return past_grace(as_of, cutoff).alias(progress=begun).filter(progress=ProgressState.UNTOUCHED)


_UNTOUCHED = Value(ProgressState.UNTOUCHED)


def _in_grace(cutoff: date) -> When:
    return When(entered_on__gte=cutoff, then=Value(ProgressState.IN_GRACE))


def _exempt(as_of: date) -> When:
    return When(pk__in=exempted(as_of), then=Value(ProgressState.EXEMPT))


def _planned(as_of: date) -> When:
    return When(Q(has_open_todo=True) & ~Q(pk__in=late(as_of)), then=Value(ProgressState.PLANNED))


def _touched(as_of: date) -> When:
    touch = Activity.objects.contacts().filter(
        deal=OuterRef("deal"),
        kind__in=TOUCH_KINDS,
        owner__in=RoleGrant.objects.filter(role=Role.IS).values("user"),
        occurred_on__range=(OuterRef("entered_on"), as_of),
    )
    return When(Exists(touch), then=Value(ProgressState.TOUCHED))
