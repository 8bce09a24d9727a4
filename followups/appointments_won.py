"""Appointments won (M-09): which calls count as one, through which channel they came, which were cancelled since."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Case, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce

from activities.models import Activity, Todo
from activities.states import CallOutcome, TodoStatus
from deals.models import FollowUpCycle
from deals.states import CycleEnd
from followups.models import Proposal
from followups.states import MEETING_SUBJECTS, ProposalStatus
from people.rollups import REBOOKING_DAYS

NEW = "new"  # the channel of a call outside any follow-up


def appointments_won() -> QuerySet[Activity]:
    """The calls that won an appointment, one per deal or lead and follow-up.

    Left out is a call whose deal or lead had an appointment in the 14 days before, unless a follow-up began in between.
    A lead's appointments are those of its deals too; two deals of one lead have each their own.
    A call that belongs to neither deal nor lead counts by itself.
    """
    calls = _appointment_calls().alias(rebooked_from=_days_from("occurred_on", -REBOOKING_DAYS))
    return calls.filter(
        ~Exists(_before().filter(deal=OuterRef("deal"))),
        ~Exists(_before().filter(deal=None, lead=OuterRef("deal__lead"))),
        ~Exists(_before().filter(deal=None, lead=OuterRef("lead"))),
        Q(deal__isnull=False) | ~Exists(_before().filter(deal__lead=OuterRef("lead"))),
    )


def with_channel(calls: QuerySet[Activity]) -> QuerySet[Activity]:
    """The calls with a column `channel`: new, or the kind of the follow-up that the deal was in on the day (M-10)."""
    return calls.annotate(channel=Coalesce(_cycle_value("kind"), Value(NEW)))


def with_fate(calls: QuerySet[Activity]) -> QuerySet[Activity]:
    """The calls with a column `fate`: cancelled, or standing.

    Cancelled: field sales declined, inside sales withdrew, or the meeting was called off, and within 14 days no other
    meeting took its place.
    """
    stands = Exists(_meetings().exclude(status=TodoStatus.CANCELLED)) | Exists(_proposals(ProposalStatus.PENDING))
    was_refused = Exists(
        Proposal.objects.filter(call=OuterRef("pk"), status__in=[ProposalStatus.DECLINED, ProposalStatus.WITHDRAWN])
    )
    is_off = (was_refused | Exists(_meetings().filter(status=TodoStatus.CANCELLED))) & ~stands
    return calls.annotate(fate=Case(When(is_off, then=Value("cancelled")), default=Value("standing")))


def _appointment_calls() -> QuerySet[Activity]:
    return Activity.objects.calls().filter(outcome=CallOutcome.APPOINTMENT)


def _before() -> QuerySet[Activity]:
    """Appointments before the outer call, on an earlier day of its window or earlier on the day itself.

    The follow-up is looked for last: few calls have another one in their window at all.
    """
    is_earlier = Q(occurred_at__lt=OuterRef("occurred_at")) | Q(
        occurred_at=OuterRef("occurred_at"), pk__lt=OuterRef("pk")
    )
    in_window = _appointment_calls().filter(
        is_earlier, occurred_on__gte=OuterRef("rebooked_from"), occurred_on__lte=OuterRef("occurred_on")
    )
    began_on = _cycle_value("entered_on", lambda name: OuterRef(OuterRef(name)))
    return in_window.alias(began_on=began_on).filter(Q(began_on=None) | Q(occurred_on__gte=F("began_on")))


def _cycle_value(column: str, of_call: Callable[[str], OuterRef] = OuterRef) -> Subquery:
    """Of the follow-up in which the deal was on the day of the call; None outside one."""
    cycles = FollowUpCycle.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=of_call("occurred_on")),
        deal=of_call("deal"),
        entered_on__lte=of_call("occurred_on"),
    ).exclude(end_type=CycleEnd.UNDONE)
    return Subquery(cycles.order_by("-number").values(column)[:1])


def _days_from(column: str, days: int) -> Cast:
    """A day so many days later; a plain date on SQLite too, whose sums of days carry a time."""
    return Cast(ExpressionWrapper(F(column) + timedelta(days=days), DateField()), DateField())


def _meetings() -> QuerySet[Todo]:
    """The meetings that the outer call, or one that booked again, brought about."""
    of_subject = Q(deal=OuterRef("deal")) | Q(deal__lead=OuterRef("lead"), deal__lead__isnull=False)
    return Todo.objects.filter(
        of_subject,
        subject__in=MEETING_SUBJECTS.values(),
        created_at__gte=OuterRef("created_at"),
        created_on__lte=_days_from_outer(),
    )


def _days_from_outer() -> Cast:
    return Cast(ExpressionWrapper(OuterRef("occurred_on") + timedelta(days=REBOOKING_DAYS), DateField()), DateField())


def _proposals(status: ProposalStatus) -> QuerySet[Proposal]:
    return Proposal.objects.filter(deal=OuterRef("deal"), status=status)
