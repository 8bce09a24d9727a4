"""won: orders by the channel they came through (S0-49); days_to_won: how long they took (M-15)."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, competitor, dated, product, source, team, user
from dashboards.reports.report import Part, Report
from dashboards.statistics import spread_of
from deals.models import Deal, FollowUpCycle
from deals.states import CycleEnd, CycleKind, DealStatus
from people.composed import composed_once
from people.kept_answers import kept_rows_of
from people.portions import of_deals

NEW = "new"
CHANNELS = (
    (NEW, gettext_lazy("New")),
    (CycleKind.STAGNANT.value, gettext_lazy("Revived, was stagnant")),
    (CycleKind.LOST.value, gettext_lazy("Revived, was lost")),
    (CycleKind.RETURNED.value, gettext_lazy("Revived, was returned")),
)
DIMENSIONS = {
    "channel": Dimension(label=gettext_lazy("Channel"), path="channel", choices=CHANNELS),
    "team": team("team"),
    "user": user(gettext_lazy("FS owner"), "fs_owner"),
    "source": source(),
    "product": product(),
    "competitor": competitor(),
    **dated("closed_on"),
}
# As long must every start lie back, so that late ones have had the same time to be won (M-15).
OBSERVED = timedelta(days=180)
REVIVED, ERRORS = "revived", "errors"


def won(asked: Asked) -> Report:
    """Deals won in the period. Figures: number and amount by channel."""
    rows = asked.narrow(won_deals(asked), DIMENSIONS, "closed_on")

    def figures() -> dict[str, Any]:
        found = rows.order_by().values_list("channel").annotate(n=Count("pk"), amount=Sum("amount"))
        return {channel: {"n": n, "amount": None if amount is None else float(amount)} for channel, n, amount in found}

    return Report(
        name="won",
        title=gettext_lazy("Won"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=_won_in_words,
        figures=figures,
    )


def days_to_won(asked: Asked) -> Report:
    """Deals won in the period whose start lies 180 days back. Figures: the spread of revived and of new ones.

    A deal that was won before it began is in no spread but in the part `errors`.
    """
    observed = asked.narrow(won_deals(asked), DIMENSIONS, "closed_on").filter(began_on__lte=asked.as_of - OBSERVED)
    rows = observed.filter(closed_on__gte=F("began_on"))

    def figures() -> dict[str, Any]:
        orders = [Orders(*found) for found in _by_channel_and_days(rows, asked.as_of)]
        return spreads(orders) | {ERRORS: observed.filter(closed_on__lt=F("began_on")).count()}

    return Report(
        name="days_to_won",
        title=gettext_lazy("Days to won"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        definition=_days_in_words,
        figures=figures,
        split=lambda: observed,
        parts={
            REVIVED: Part(gettext_lazy("Revived"), ~Q(channel=NEW) & Q(closed_on__gte=F("began_on"))),
            NEW: Part(gettext_lazy("New"), Q(channel=NEW, closed_on__gte=F("began_on"))),
            ERRORS: Part(gettext_lazy("Won before it began"), Q(closed_on__lt=F("began_on"))),
        },
    )


class Orders(NamedTuple):
    """Deals won through one channel after so many days. is_observed: they began long enough ago to be compared."""

    channel: str
    took: timedelta
    is_observed: bool
    n: int
    amount: Decimal | None


def counted(asked: Asked) -> list[Orders]:
    """The orders of the period by channel and days, by one query."""
    return [Orders(*found) for found in _counted(asked)()]


@composed_once
def _counted(asked: Asked) -> Callable[[], list[Any]]:
    rows, as_of = asked.narrow(won_deals(asked), DIMENSIONS, "closed_on"), asked.as_of
    return kept_rows_of(_by_channel_and_days(rows, as_of), of_deals("pk"))


def _by_channel_and_days(rows: QuerySet[Any], as_of: date) -> QuerySet[Any]:
    took = ExpressionWrapper(F("closed_on") - F("began_on"), output_field=DurationField())
    observed = Case(When(began_on__lte=as_of - OBSERVED, then=Value(True)), default=Value(False))
    keys = rows.order_by().annotate(took=took, is_observed=observed).values_list("channel", "took", "is_observed")
    counted: QuerySet[Any] = keys.annotate(n=Count("pk"), amount=Sum("amount"))
    return counted


def spreads(orders: Iterable[Orders]) -> dict[str, Any]:
    """n, quartiles, median and same-day orders of revived and of new deals, in days; errors in the data left out."""
    counts: dict[str, dict[int, int]] = {REVIVED: defaultdict(int), NEW: defaultdict(int)}
    for one in orders:
        if one.is_observed and one.took.days >= 0:
            counts[NEW if one.channel == NEW else REVIVED][one.took.days] += one.n
    return {name: _told(found) for name, found in counts.items()}


def _told(counts: dict[int, int]) -> dict[str, Any]:
    spread = spread_of(counts)
    return {
        "n": spread.n, "median": spread.median, "q1": spread.q1, "q3": spread.q3, "same_day": counts.get(0, 0),
    }  # fmt: skip


def won_deals(asked: Asked) -> QuerySet[Any]:
    """Deals won by the day with their `channel` and `began_on`: the last re-opening before, else their creation."""
    own = _reopenings().filter(deal=OuterRef("pk"), ended_on__lte=OuterRef("closed_on"))
    old = _reopenings().filter(deal=OuterRef("revived_from"), ended_on__lte=OuterRef("created_on"))
    revived = When(revived_from__isnull=False, then=Coalesce(_kind(old), Value(CycleKind.LOST.value)))
    # Few deals were ever re-opened: their follow-ups are looked for, those of the others are not.
    was_reopened = Q(pk__in=_reopenings().order_by().values("deal"))
    found: QuerySet[Any] = Deal.objects.filter(status=DealStatus.WON, closed_on__lte=asked.as_of).annotate(
        channel=Coalesce(Case(When(was_reopened, then=_kind(own))), Case(revived, default=Value(NEW))),
        began_on=Coalesce(Case(When(was_reopened, then=Subquery(own.values("ended_on")[:1]))), F("created_on")),
    )
    return found


def _reopenings() -> QuerySet[FollowUpCycle]:
    return FollowUpCycle.objects.filter(end_type=CycleEnd.REOPENED).order_by("-number")


def _kind(cycles: QuerySet[FollowUpCycle]) -> Subquery:
    return Subquery(cycles.values("kind")[:1])


def _won_in_words() -> str:
    return _(
        "Deals won in the period by channel: new, or revived from the kind of follow-up that the deal, or the one it"
        " was made of, came back from last."
    )


def _days_in_words() -> str:
    return _(
        "Deals won in the period, from their creation, or from the day they were re-opened, to the order; the same day"
        " is 0. Only deals that began at least %(days)s days ago, so that all have had the same time. A deal won before"
        " it began is an error in the data and stands in no median."
    ) % {"days": OBSERVED.days}
