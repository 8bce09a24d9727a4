"""period_end, expiring_exemptions: what nobody should remember only after the period is over (S2-33)."""

from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, Todo
from dashboards.reports.asked import Asked
from dashboards.reports.dimensions import competitor, deal_status, product, source, source_status, team, user
from dashboards.reports.report import Report
from deals.models import Deal
from followups.models import RuleExemption
from people.fiscal import fiscal_quarter
from people.portions import of_deals

DIMENSIONS = {
    "status": deal_status(),
    "team": team("team"),
    "user": user(gettext_lazy("FS owner"), "fs_owner"),
    "source": source(),
    "product": product(),
    "competitor": competitor(),
    "source_status": source_status(),
}


def period_end(asked: Asked) -> Report:
    """Live deals without a touch in the period and without a to-do to come. Without a period: the fiscal quarter."""
    asked = of_quarter(asked)
    return Report(
        name="period_end",
        title=gettext_lazy("Forgotten in this period"),
        asked=asked,
        rows=_narrowed(asked, forgotten(asked)),
        dimensions=DIMENSIONS,
        whose=of_deals("pk"),
        definition=_forgotten,
    )


def expiring_exemptions(asked: Asked) -> Report:
    """Deals with an exemption in force on the day that ends by the end of the period."""
    asked = of_quarter(asked)
    ending = RuleExemption.objects.unexpired(asked.as_of).filter(expires_on__lte=asked.last_on)
    first = ending.filter(deal=OuterRef("pk")).order_by("expires_on", "id").values("expires_on")[:1]
    exempt = Deal.objects.known(asked.as_of).filter(pk__in=ending.order_by().values("deal"))
    deals = exempt.annotate(exempt_until=Subquery(first))
    return Report(
        name="expiring_exemptions",
        title=gettext_lazy("Exemptions that end"),
        asked=asked,
        rows=_narrowed(asked, deals),
        dimensions=DIMENSIONS,
        definition=_expiring,
    )


def of_quarter(asked: Asked) -> Asked:
    """The question with its period; half a period or none is the fiscal quarter of the day."""
    if asked.first_on and asked.last_on:
        return asked
    return asked.of_period(*fiscal_quarter(asked.as_of))


def forgotten(asked: Asked) -> QuerySet[Deal]:
    """Both ends of the period are given. A touch after the day is not known yet; a to-do of the day itself is to come.

    A deal made in the period counts as soon as nothing is planned for it.
    """
    touches = Activity.objects.contacts().filter(asked.period("occurred_on"), deal=OuterRef("pk"))
    planned = Todo.objects.open().filter(deal=OuterRef("pk"), effective_due_on__gte=asked.as_of)
    live = Deal.objects.known(asked.as_of).open()
    return live.filter(~Exists(touches.filter(occurred_on__lte=asked.as_of).order_by()), ~Exists(planned.order_by()))


def _narrowed(asked: Asked, deals: QuerySet[Deal]) -> QuerySet[Any]:
    return replace(asked, first_on=None, last_on=None).narrow(deals, DIMENSIONS)


def _forgotten() -> str:
    return _(
        "Live deals that nobody called, mailed or met in the period, and that have no open to-do on the day or later."
    )


def _expiring() -> str:
    return _(
        "Deals with an exemption in force on the day whose last day lies in the period. After it the rules look at them"
        " again."
    )
