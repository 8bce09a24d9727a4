"""Leads whose status, next step or mail nobody has looked after (S3-07 to S3-10)."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from activities.models import Activity, Todo
from activities.states import ActivityKind, Direction
from leads.models import Lead
from leads.states import WORKED_STATUSES, LeadStatus
from people.business_days import BusinessCalendar
from people.models import Threshold
from people.states import ThresholdCode

STALE_AFTER_DAYS = 7  # a touch so much newer than the status says that the status was not looked at again


def stale_leads(as_of: date, grace_cutoff: date) -> QuerySet[Lead]:
    """要更新: worked on for more than a week since the status was set, or still new after the grace (S3-07)."""
    touch = Activity.objects.contacts().filter(
        lead=OuterRef("pk"),
        occurred_on__gt=OuterRef("status_entered_on") + timedelta(days=STALE_AFTER_DAYS),
        occurred_on__lte=as_of,
    )
    forgotten = Q(status=LeadStatus.NEW, status_entered_on__lt=grace_cutoff)
    return _worked(as_of).filter(forgotten | Exists(touch))


def no_next_step_leads(as_of: date) -> QuerySet[Lead]:
    """Worked on, and nothing comes next: no open to-do (S3-08, S3-10)."""
    return _worked(as_of).filter(~Exists(Todo.objects.open().filter(lead=OuterRef("pk"))))


def unanswered_mails(as_of: date, calendar: BusinessCalendar) -> QuerySet[Lead]:
    """返信不明: the last mail to them is as many business days old as a setting says, and they are silent (S3-09)."""
    newest_on = calendar.add(as_of, -reply_business_days())
    touches = Activity.objects.contacts().filter(lead=OuterRef("lead"), occurred_on__lte=as_of)
    later = touches.filter(occurred_at__gt=OuterRef("occurred_at"))
    heard = later.filter(pk__in=Activity.objects.responses().values("pk"))
    another = later.filter(kind=ActivityKind.EMAIL, direction=Direction.OUTBOUND)
    waiting = Activity.objects.contacts().filter(
        ~Exists(heard), ~Exists(another), lead__isnull=False, kind=ActivityKind.EMAIL, direction=Direction.OUTBOUND,
        occurred_on__lte=newest_on,
    )  # fmt: skip
    return _worked(as_of).filter(pk__in=waiting.order_by().values("lead"))


def reply_business_days() -> int:
    """For how many business days an answer to a mail is waited for; the number in force."""
    return Threshold.objects.in_force()[ThresholdCode.REPLY_BUSINESS_DAYS]


def _worked(as_of: date) -> QuerySet[Lead]:
    return Lead.objects.filter(status__in=WORKED_STATUSES, created_on__lte=as_of)
