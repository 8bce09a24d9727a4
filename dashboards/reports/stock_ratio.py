"""stock_ratio: how much of the volume was planned before (ストック率, M-14)."""

from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, Grain, of_activities, with_source
from dashboards.reports.report import Part, Report, rate
from followups.work_sources import FRESH_BUSINESS_DAYS, WORK, with_work_source

PLANNED = ("promise", "todo")
DIMENSIONS = of_activities() | {"work": Dimension(label=gettext_lazy("Done for"), path="work", choices=WORK)}
PARTS = {code: Part(label, Q(work=code)) for code, label in WORK}


def stock_ratio(asked: Asked) -> Report:
    """Whole: the volume. Rows: what was done for a to-do of an earlier business day. Without a start: the month so far.

    Figures: each of the four parts with its share; the counts add up to the volume.
    """
    last_on = min(asked.last_on or asked.as_of, asked.as_of)
    first_on = asked.first_on or Grain.MONTH.span(Grain.MONTH.key(last_on))[0]
    calendar, asked = asked.calendar, replace(asked, first_on=first_on, last_on=last_on)
    volume = Activity.objects.volume().filter(occurred_on__range=(first_on, last_on))
    known = with_work_source(with_source(volume), first_on, last_on, calendar)
    whole = asked.narrow(known, DIMENSIONS, "occurred_on")
    return Report(
        name="stock_ratio",
        title=gettext_lazy("Stock ratio"),
        asked=asked,
        rows=whole.filter(work__in=PLANNED),
        whole=whole,
        dimensions=DIMENSIONS,
        definition=_definition,
        figures=lambda: _figures(whole),
        split=lambda: whole,
        parts=PARTS,
    )


def _figures(whole: QuerySet[Any]) -> dict[str, Any]:
    counts = {code: Count("pk", filter=part.condition) for code, part in PARTS.items()}
    found = whole.order_by().aggregate(denominator=Count("pk"), **counts)
    volume, planned = found["denominator"], sum(found[code] for code in PLANNED)
    shares = {f"{code}_rate": rate(found[code], volume) for code in PARTS}
    return found | {"numerator": planned, "rate": rate(planned, volume)} | shares


def _definition() -> str:
    return _(
        "Of the calls and single mails, those that did a to-do made at least one business day before. The rest went to"
        " leads of at most %(days)s business days or was done on the spur of the moment; the four parts add up to all."
    ) % {"days": FRESH_BUSINESS_DAYS}
