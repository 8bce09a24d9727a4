"""pipeline_aging: open deals by status and by the days since the last contact (M-20)."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Case, Count, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import Dimension, competitor, deal_status, product, source, source_status, team, user
from dashboards.reports.report import Report
from deals.models import Deal
from people.portions import of_deals

FIRST_DAYS = (0, 7, 14, 30, 60)  # of the buckets, in days since the last contact
AGES = tuple(f"{first}-{following - 1}" for first, following in pairwise(FIRST_DAYS)) + (f"{FIRST_DAYS[-1]}+",)


def age_label(code: str) -> Promise:
    """7–13 days, 60 days or more."""
    first, is_range, last = code.partition("-")
    if is_range:
        return format_lazy(gettext_lazy("{first}–{last} days"), first=first, last=last)
    return format_lazy(gettext_lazy("{first} days or more"), first=first.rstrip("+"))


DIMENSIONS = {
    "status": deal_status(),
    "age": Dimension(
        label=gettext_lazy("Days since the last contact"),
        path="age",
        choices=tuple((code, age_label(code)) for code in AGES),
    ),
    "team": team("team"),
    "user": user(gettext_lazy("FS owner"), "fs_owner"),
    "source": source(),
    "product": product(),
    "competitor": competitor(),
    "source_status": source_status(),
}


def pipeline_aging(asked: Asked) -> Report:
    """Live deals known by the day. Figures: each bucket, which add up to the total, and the sum of the amounts."""
    rows = asked.narrow(with_age(Deal.objects.known(asked.as_of).open(), asked.as_of), DIMENSIONS)
    return Report(
        name="pipeline_aging",
        title=gettext_lazy("Deals by age"),
        asked=asked,
        rows=rows,
        dimensions=DIMENSIONS,
        whose=of_deals("pk"),
        definition=_definition,
        figures=lambda: _figures(rows),
    )


def with_age(deals: QuerySet[Deal], as_of: date) -> QuerySet[Any]:
    """The deals with `age`: the bucket of the days since the last contact, since they were created without one."""
    touched = deals.annotate(touched_on=Coalesce("last_contact_on", "created_on"))
    newest = [as_of - timedelta(days=following - 1) for following in FIRST_DAYS[1:]]
    buckets = [When(touched_on__gte=day, then=Value(code)) for day, code in zip(newest, AGES, strict=False)]
    return touched.annotate(age=Case(*buckets, default=Value(AGES[-1])))


def _figures(rows: QuerySet[Any]) -> dict[str, Any]:
    counted = dict(rows.order_by().values_list("age").annotate(rows_counted=Count("pk")))
    amount = rows.order_by().aggregate(total=Sum("amount"))["total"]
    return {code: counted.get(code, 0) for code in AGES} | {"amount": None if amount is None else float(amount)}


def _definition() -> str:
    return _(
        "Live deals in the hands of field sales by the days since anybody last called, mailed or met the customer;"
        " since the deal was created where nobody has yet."
    )
