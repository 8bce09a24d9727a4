"""What became of follow-ups: which cycles belong together, and when the deal lived again (E.1, M-01, D10).

A chain is a stagnant or lost cycle with all that it was converted into, so that a deal which stagnates and is then
lost counts once. A returned cycle is only ever a link of it. The longest chain is stagnant, returned, lost: a rule
matches no deal in a cycle and a lost deal cannot be returned, so two steps along `previous` reach both ends.
"""

from datetime import date, timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from activities.models import Activity
from deals.models import Deal, DealLoss, FollowUpCycle
from deals.states import CycleEnd, CycleKind, DealStatus
from people.rollups import TAKEN_BACK_DAYS

HEADS = (CycleKind.STAGNANT, CycleKind.LOST)
CONVERTED = (CycleEnd.CONVERTED_TO_LOST, CycleEnd.CONVERTED_TO_RETURNED)
TAKEN_BACK = timedelta(days=TAKEN_BACK_DAYS)  # lost again so soon, with no activity: no re-opening (M-01b)


def entered(as_of: date) -> QuerySet[FollowUpCycle]:
    """Follow-ups that began by the day. Left out: undone ones, excluded ones, and deals out of target."""
    excluded = Q(end_type=CycleEnd.EXCLUDED, ended_on__lte=as_of)
    began = FollowUpCycle.objects.filter(entered_on__lte=as_of)
    # The few deals out of target are named by their index, so that a count of follow-ups reads no deal.
    left_out = Deal.objects.filter(status=DealStatus.OUT_OF_TARGET).order_by().values("pk")
    return began.exclude(excluded | Q(end_type=CycleEnd.UNDONE) | Q(deal__in=left_out))


def cycles(as_of: date) -> QuerySet[Any]:
    """The follow-ups one by one, with `reopened_on`: the day the deal lived again by this very cycle, or None."""
    found: QuerySet[Any] = entered(as_of).annotate(reopened_on=_reopened_on(as_of))
    return found


def chains(as_of: date) -> QuerySet[Any]:
    """The chains, each by its first cycle, with `reopened_on`: the day the deal lived again by any of its cycles."""
    earlier = Q(previous__kind__in=HEADS) | Q(previous__previous__kind__in=HEADS)
    heads = entered(as_of).filter(kind__in=HEADS).exclude(earlier)
    later = Coalesce(_of_link(as_of, "previous"), _of_link(as_of, "previous__previous"), output_field=DateField())
    return heads.annotate(reopened_on=Case(When(end_type__in=CONVERTED, then=later), default=_reopened_on(as_of)))


def _of_link(as_of: date, path: str) -> Subquery:
    links = cycles(as_of).filter(**{path: OuterRef("pk")}, reopened_on__isnull=False)
    return Subquery(links.order_by().values("reopened_on")[:1])


def waiting(held: QuerySet[Any]) -> QuerySet[Any]:
    """The cycles or chains with `waited`: after how many days the deal lived again, None where it does not."""
    found: QuerySet[Any] = held.annotate(waited=_DaysBetween("reopened_on", "entered_on"))
    return found


class _DaysBetween(Func):
    """From the second day to the first, as a whole number on either database."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        """SQLite, where a day is text."""
        numbers = self.copy()
        numbers.set_source_expressions([_Julian(day) for day in self.get_source_expressions()])
        return numbers.as_sql(compiler, connection, template="CAST(%(expressions)s AS INTEGER)", **context)


class _Julian(Func):
    function = "julianday"
    output_field = FloatField()


def chain_began_on() -> Case:
    """The day on which the chain of a cycle began; of a return that nothing came before, the day of the return."""
    return Case(
        When(previous__previous__kind__in=HEADS, then=F("previous__previous__entered_on")),
        When(previous__kind__in=HEADS, then=F("previous__entered_on")),
        default=F("entered_on"),
    )


def may_be_reopened(as_of: date) -> QuerySet[Any]:
    """Ids of those that were, and of a few more: each part by an index, without a look at what came of the others."""
    cycles = FollowUpCycle.objects.order_by()
    by_verb = cycles.filter(end_type=CycleEnd.REOPENED).values("pk")
    return by_verb.union(cycles.filter(deal__in=_revived(as_of)).values("pk"))


def _revived(as_of: date) -> QuerySet[Any]:
    """The deals that a new deal was made of."""
    return Deal.objects.filter(revived_from__isnull=False, created_on__lte=as_of).values("revived_from")


def _reopened_on(as_of: date) -> Case:
    """By the verb on the same deal, else by a new deal that revives it; the costly looks are for few rows only."""
    kept = Case(When(_taken_back(as_of), then=Value(None)), default=F("ended_on"), output_field=DateField())
    return Case(
        When(end_type=CycleEnd.REOPENED, ended_on__lte=as_of, then=kept),
        When(deal__in=_revived(as_of), then=_revived_on(as_of)),
        default=Value(None),
        output_field=DateField(),
    )


def _revived_on(as_of: date) -> Subquery:
    """When the first new deal of this very cycle was made; a later cycle of the old deal has its own."""
    later = FollowUpCycle.objects.exclude(end_type=CycleEnd.UNDONE).filter(
        deal=OuterRef("revived_from"),
        number__gt=OuterRef(OuterRef("number")),
        entered_on__lte=OuterRef("created_on"),
    )
    made = Deal.objects.filter(
        ~Exists(later),
        ~Exists(_lost_again(as_of, "created_on").filter(deal=OuterRef("pk"))),
        revived_from=OuterRef("deal"),
        created_on__range=(OuterRef("entered_on"), as_of),
    ).exclude(status=DealStatus.OUT_OF_TARGET)
    first = made.order_by().values("revived_from").annotate(first=Min("created_on"))
    return Subquery(first.values("first"))


def _taken_back(as_of: date) -> Q:
    """The re-opened deal, or the new one made of it on that day, was lost again at once.

    Losses that began this follow-up or an earlier one may bear the same date and are not meant.
    """
    same = Q(deal=OuterRef("deal")) & ~Q(cycle__number__lte=OuterRef("number"))
    made = Q(deal__revived_from=OuterRef("deal"), deal__created_on=OuterRef("ended_on"))
    lost = _lost_again(as_of, "ended_on")
    return Q(Exists(lost.filter(same))) | Q(Exists(lost.filter(made)))  # each finds its deal by an index


def _lost_again(as_of: date, lived_on: str) -> QuerySet[DealLoss]:
    """Losses by the day within a week of the outer row's date, with nobody in touch in between."""
    touched = Activity.objects.contacts().filter(
        deal=OuterRef("deal"),
        occurred_on__gt=OuterRef(OuterRef(lived_on)),
        occurred_on__lte=OuterRef("lost_on"),
    )
    return DealLoss.objects.filter(
        ~Exists(touched),
        lost_on__gte=OuterRef(lived_on),
        lost_on__lte=OuterRef(lived_on) + TAKEN_BACK,
    ).filter(lost_on__lte=as_of)
