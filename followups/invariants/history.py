"""What holds of the history: every change of status is told once, without a gap."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Subquery, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext_lazy as _

from deals.models import Deal, DealEvent
from deals.states import DealEventKind
from followups.invariants.invariant import Invariant
from leads.models import Lead, LeadEvent
from leads.states import LeadEventKind

Ids = Iterable[Any]


def deals_without_a_beginning() -> Ids:
    created = DealEvent.objects.filter(deal=OuterRef("pk"), kind=DealEventKind.CREATED)
    return Deal.objects.filter(~Exists(created)).order_by().values_list("pk", flat=True)


def leads_without_a_beginning() -> Ids:
    created = LeadEvent.objects.filter(lead=OuterRef("pk"), kind=LeadEventKind.CREATED)
    return Lead.objects.filter(~Exists(created)).order_by().values_list("pk", flat=True)


def gaps_in_deal_histories() -> Ids:
    told = DealEvent.objects.exclude(to_status="").annotate(before=_status_before("deal"))
    return told.filter(before__isnull=False).exclude(from_status=F("before")).values_list("deal", flat=True)


def gaps_in_lead_histories() -> Ids:
    told = LeadEvent.objects.exclude(to_status="").annotate(before=_status_before("lead"))
    return told.filter(before__isnull=False).exclude(from_status=F("before")).values_list("lead", flat=True)


def _status_before(record: str) -> Window:
    """The status that the event before this one led to; NULL for the first."""
    return Window(Lag("to_status"), partition_by=record, order_by="id")


def deals_not_where_their_history_ends() -> Ids:
    last = DealEvent.objects.filter(deal=OuterRef("pk")).exclude(to_status="").order_by("-id")
    told = Deal.objects.annotate(told=Subquery(last.values("to_status")[:1])).filter(told__isnull=False)
    return told.exclude(told=F("status")).order_by().values_list("pk", flat=True)


def leads_not_where_their_history_ends() -> Ids:
    last = LeadEvent.objects.filter(lead=OuterRef("pk")).exclude(to_status="").order_by("-id")
    told = Lead.objects.annotate(told=Subquery(last.values("to_status")[:1])).filter(told__isnull=False)
    return told.exclude(told=F("status")).order_by().values_list("pk", flat=True)


def changes_that_change_nothing() -> Ids:
    events = DealEvent.objects.filter(kind=DealEventKind.STATUS, from_status=F("to_status"))
    return events.values_list("deal", flat=True)


def deals_created_twice() -> Ids:
    created = DealEvent.objects.filter(kind=DealEventKind.CREATED).order_by().values("deal")
    return created.annotate(times=Count("pk")).filter(times__gt=1).values_list("deal", flat=True)


def leads_created_twice() -> Ids:
    created = LeadEvent.objects.filter(kind=LeadEventKind.CREATED).order_by().values("lead")
    return created.annotate(times=Count("pk")).filter(times__gt=1).values_list("lead", flat=True)


INVARIANTS = (
    Invariant(
        "deal_history_begins_with_its_creation", Deal, _("The history of deal %(id)s does not say how it began."),
        deals_without_a_beginning,
    ),
    Invariant(
        "lead_history_begins_with_its_creation", Lead, _("The history of lead %(id)s does not say how it began."),
        leads_without_a_beginning,
    ),
    Invariant(
        "deal_history_has_no_gap", Deal, _("The history of deal %(id)s has a gap: a change of status is missing."),
        gaps_in_deal_histories,
    ),
    Invariant(
        "deal_stands_where_its_history_ends", Deal,
        _("The status of deal %(id)s is not the last one that its history tells."), deals_not_where_their_history_ends,
    ),
    Invariant(
        "status_event_changes_the_status", Deal,
        _("The history of deal %(id)s tells a change of status that changed nothing."), changes_that_change_nothing,
    ),
    Invariant(
        "deal_is_created_once", Deal, _("The history of deal %(id)s begins more than once."), deals_created_twice
    ),
    Invariant(
        "lead_history_has_no_gap", Lead, _("The history of lead %(id)s has a gap: a change of status is missing."),
        gaps_in_lead_histories,
    ),
    Invariant(
        "lead_stands_where_its_history_ends", Lead,
        _("The status of lead %(id)s is not the last one that its history tells."), leads_not_where_their_history_ends,
    ),
    Invariant(
        "lead_is_created_once", Lead, _("The history of lead %(id)s begins more than once."), leads_created_twice
    ),
)  # fmt: skip
