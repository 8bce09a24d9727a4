"""The digest of the morning: what is due today, promised, overdue and new, for each person (S0-27, D35)."""

from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from activities.models import Todo
from activities.states import TodoOrigin
from followups.models import Notice
from followups.outbox import post
from followups.rule_news import told_since_digest, unconfirmed_by_person
from followups.states import NoticeKind
from followups.workload import open_todos
from people.business_days import BusinessCalendar

FIGURES = ("due", "promised", "overdue", "new")


def write_digests(as_of: date, calendar: BusinessCalendar) -> int:
    """Put the digests of a business day into the outbox, a few queries for all people; gives back how many were new.

    Silent for whom nothing is due or overdue, and for whom nothing has changed since his last digest: nothing due
    today, nothing newly overdue, no new to-do of a rule, no rule of which he was told or reminded. Nothing is written
    on days off; the next digest covers them.
    """
    if not calendar.is_business_day(as_of):
        return 0
    contents = {row["assignee"]: {name: row[name] for name in FIGURES} for row in _figures(as_of)}
    if unconfirmed := unconfirmed_by_person():
        told = told_since_digest(as_of)
        for user_id, count in unconfirmed.items():
            if user_id in contents or user_id in told:
                contents.setdefault(user_id, dict.fromkeys(FIGURES, 0))["rules"] = count
    return len(post(NoticeKind.DIGEST, as_of, contents))


def _figures(as_of: date) -> QuerySet[Todo, Any]:
    """Per person with something to tell: due, promised (of those due), overdue and new since his last digest."""
    last = Notice.objects.filter(user=OuterRef("assignee"), kind=NoticeKind.DIGEST, for_on__lt=as_of)
    last = last.order_by("-for_on")
    is_due, is_late = Q(effective_due_on=as_of), Q(effective_due_on__lt=as_of)
    is_news = Q(told_at__isnull=True) | Q(created_at__gt=F("told_at"))
    is_newly_late = is_late & (Q(told_on__isnull=True) | Q(effective_due_on__gte=F("told_on")))
    counted = (
        open_todos(as_of)
        .filter(Q(effective_due_on__lte=as_of) | Q(origin=TodoOrigin.RULE), assignee__is_active=True)
        .order_by()
        .values("assignee")
        .annotate(told_at=Subquery(last.values("created_at")[:1]), told_on=Subquery(last.values("for_on")[:1]))
        .annotate(
            due=Count("pk", filter=is_due),
            promised=Count("pk", filter=is_due & Q(is_promised=True)),
            overdue=Count("pk", filter=is_late),
            newly_late=Count("pk", filter=is_newly_late),
            new=Count("pk", filter=Q(origin=TodoOrigin.RULE) & is_news),
        )
    )
    has_changed = Q(newly_late__gt=0) | Q(overdue__gt=0, new__gt=0)
    return counted.filter(Q(due__gt=0) | has_changed)
