"""reengagement: which follow-ups led to an appointment, whatever became of it (M-01a)."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from activities.states import CallOutcome
from dashboards.reports.asked import Asked
from dashboards.reports.reopportunity import DIMENSIONS
from dashboards.reports.report import Report, rate
from deals.models import DealEvent, FollowUpCycle
from deals.states import CycleEnd, DealEventKind, DealStatus
from followups import chains
from people.portions import of_deals


def reengagement(asked: Asked) -> Report:
    """Rows: chains with an appointment within the window. Whole: all chains that began in the period."""
    days = asked.window_days
    held = asked.narrow(chains.chains(asked.as_of), DIMENSIONS, "entered_on")
    rows = held.filter(_has_appointment(asked, days))

    def figures() -> dict[str, Any]:
        numerator, denominator = rows.order_by().count(), held.order_by().count()
        share = rate(numerator, denominator)
        return {"window_days": days, "numerator": numerator, "denominator": denominator, "rate": share}

    return Report(
        name="reengagement",
        title=gettext_lazy("Re-engagement"),
        asked=asked,
        rows=rows,
        whole=held,
        dimensions=DIMENSIONS,
        whose=of_deals(),
        definition=partial(_definition, days),
        figures=figures,
    )


def _has_appointment(asked: Asked, days: int) -> Q:
    """By a call, or by any other way that put the deal into the status; a later chain has its own."""
    called = _of_the_chain(Activity.objects.calls().filter(outcome=CallOutcome.APPOINTMENT), "occurred_on", asked, days)
    entered = DealEvent.objects.filter(kind=DealEventKind.STATUS, to_status=DealStatus.APPOINTMENT)
    return Q(Exists(called)) | Q(Exists(_of_the_chain(entered, "happened_on", asked, days)))


def _of_the_chain(found: QuerySet[Any], on: str, asked: Asked, days: int) -> QuerySet[Any]:
    began = FollowUpCycle.objects.filter(previous__isnull=True).exclude(end_type=CycleEnd.UNDONE)
    next_chain = began.filter(
        deal=OuterRef("deal"), number__gt=OuterRef(OuterRef("number")), entered_on__lte=OuterRef(on)
    )
    soon = {f"{on}__gte": OuterRef("entered_on"), f"{on}__lte": OuterRef("entered_on") + timedelta(days=days)}
    return found.filter(~Exists(next_chain), deal=OuterRef("deal"), **soon).filter(**{f"{on}__lte": asked.as_of})


def _definition(days: int) -> str:
    return _(
        "Of the stagnant and lost deals whose follow-up began in the period, those with an appointment within %(days)s"
        " days, also where it was cancelled later. A deal that stagnates and is then lost counts once."
    ) % {"days": days}
