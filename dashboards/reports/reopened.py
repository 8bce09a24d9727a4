"""reopened: deals that came back to life, by the day they did (M-01d), and what was won of them (M-19)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Grain, change_trigger, of_cycles
from dashboards.reports.report import Report, rate
from deals.models import Deal, FollowUpCycle
from deals.states import CycleEnd, DealStatus
from followups import chains
from people.composed import rows_of

DIMENSIONS = of_cycles(dated_on="reopened_on") | {"trigger": change_trigger()}
WON_WITHIN = timedelta(days=365)


def reopened(asked: Asked) -> Report:
    """Re-openings by their own day. Figures: how many of them began in which month (うち◯月入り)."""
    report = Report(
        name="reopened",
        title=gettext_lazy("Re-opened"),
        asked=asked,
        rows=_reopenings(asked),
        dimensions=DIMENSIONS,
        definition=_reopened_in_words,
    )

    def figures() -> dict[str, Any]:
        return {"began_in": began_in(report)}

    return replace(report, figures=figures)


def began_in(report: Report) -> dict[str, int]:
    """Month in which the follow-up of a re-opening began → re-openings, the oldest first; they add up to all."""
    months: dict[str, int] = {}
    for day, number in report.asked_once("began_in", lambda: rows_of(_by_beginning(report.rows))):
        key = Grain.MONTH.key(day)
        months[key] = months.get(key, 0) + number
    return months


def _by_beginning(rows: QuerySet[Any]) -> QuerySet[Any]:
    days: QuerySet[Any] = rows.order_by().values_list("began_on").annotate(number=Count("*"))
    return days.order_by("began_on")


def won_after_reopening(asked: Asked) -> Report:
    """Rows: re-openings that were won within 365 days. Whole: all re-openings of the period."""
    whole = _reopenings(asked)
    rows = whole.filter(_won(asked))

    def figures() -> dict[str, Any]:
        numerator, denominator = rows.order_by().count(), whole.order_by().count()
        return {"numerator": numerator, "denominator": denominator, "rate": rate(numerator, denominator)}

    return Report(
        name="won_after_reopening",
        title=gettext_lazy("Won after re-opening"),
        asked=asked,
        rows=rows,
        whole=whole,
        dimensions=DIMENSIONS,
        definition=_won_in_words,
        figures=figures,
    )


def _reopenings(asked: Asked) -> QuerySet[Any]:
    lived: QuerySet[Any] = (
        chains.cycles(asked.as_of)
        .filter(pk__in=chains.may_be_reopened(asked.as_of), reopened_on__isnull=False)
        .annotate(began_on=chains.chain_began_on())
    )
    return asked.narrow(lived, DIMENSIONS, "reopened_on")


def _won(asked: Asked) -> Exists:
    """The deal, or the new one made of it, is won, and no later follow-up of the deal lies between."""
    later = FollowUpCycle.objects.exclude(end_type=CycleEnd.UNDONE).filter(
        deal=OuterRef(OuterRef("deal")),
        number__gt=OuterRef(OuterRef("number")),
        entered_on__lte=OuterRef("closed_on"),
    )
    won = Deal.objects.filter(
        Q(pk=OuterRef("deal")) | Q(revived_from=OuterRef("deal"), created_on__gte=OuterRef("entered_on")),
        ~Exists(later),
        status=DealStatus.WON,
        closed_on__gte=OuterRef("reopened_on"),
        closed_on__lte=OuterRef("reopened_on") + WON_WITHIN,
    )
    return Exists(won.filter(closed_on__lte=asked.as_of))


def _reopened_in_words() -> str:
    return _(
        "Follow-ups whose deal lived again in the period, by that day, whenever they began. They are never divided by"
        " the follow-ups that began in the same period."
    )


def _won_in_words() -> str:
    return _(
        "Of the follow-ups whose deal lived again in the period, those whose deal, or the new one made of it, was won"
        " within 365 days of that day."
    )
