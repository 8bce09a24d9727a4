"""Marking the days on which follow-ups began, where what became of them may change (ADR 8)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Value

from deals.models import Deal, DealLoss, FollowUpCycle
from people.rollups import FOR_EVER, MARK, touch_each
from people.states import Rollup


def touch_cohorts(deal_ids: Collection[int]) -> None:
    """What became of the follow-ups of these deals, and of those that they revive, may change in this transaction.

    It marks the days on which they began as they stand; where such a day moves or a cycle goes, it is called before.
    One statement; none without deals.
    """
    if deal_ids:
        touch_each({}, marks_of_cohorts(deal_ids))


def touch_follow_ups(deal_ids: Collection[int], since: date) -> None:
    """Follow-ups of these deals begin, end or are others from this day on; the statement of `touch_cohorts`.

    The appointments since then may belong to another channel.
    """
    touch_each({Rollup.APPOINTMENTS: [(since, FOR_EVER)]}, marks_of_cohorts(deal_ids))


def marks_of_cohorts(deal_ids: Collection[int]) -> QuerySet[Any]:
    """The marks of the days on which the follow-ups of these deals began, and of those that they revive."""
    revived = Deal.objects.filter(pk__among=deal_ids).order_by().values("revived_from")
    own = FollowUpCycle.objects.filter(deal__among=deal_ids)
    return _marks(own).union(_marks(FollowUpCycle.objects.filter(deal__in=revived)))


def marks_of_losses(deal_ids: Collection[int], first_on: date, last_on: date) -> QuerySet[Any]:
    """The same for those of these deals that were lost between these days."""
    lost = DealLoss.objects.filter(deal__among=deal_ids, lost_on__range=(first_on, last_on)).order_by().values("deal")
    revived = Deal.objects.filter(pk__in=lost).order_by().values("revived_from")
    own = FollowUpCycle.objects.filter(deal__in=lost)
    return _marks(own).union(_marks(FollowUpCycle.objects.filter(deal__in=revived)))


def marks_after(as_of: date) -> QuerySet[Any]:
    """The same for all deals that lived again, were lost or ended a follow-up after the day, which does not know it."""
    ended = FollowUpCycle.objects.filter(ended_on__gt=as_of).order_by().values("deal")
    lost = DealLoss.objects.filter(lost_on__gt=as_of).order_by().values("deal")
    made = Deal.objects.filter(revived_from__isnull=False).order_by()
    # A deal is known no earlier than it was made; there is an index of that day.
    revived = made.filter(known_on__gt=as_of, created_on__gt=as_of).values("revived_from")
    concerned = ended.union(lost, revived, made.filter(pk__in=lost).values("revived_from"))
    return _marks(FollowUpCycle.objects.filter(deal__in=concerned))


def _marks(cycles: QuerySet[Any]) -> QuerySet[Any]:
    day = F("entered_on")
    marks: QuerySet[Any] = cycles.order_by().annotate(rollup=Value(Rollup.COHORTS.value), first_on=day, last_on=day)
    return marks.values_list(*MARK)
