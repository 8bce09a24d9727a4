"""How long our own deals take from the first day to the win: the threshold that our own past suggests (S0-11, P8)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from statistics import mean, median, quantiles

from deals.models import Deal
from deals.states import DealStatus
from people.business_days import add_months

MONTHS = 12
MIN_WINS = 5  # fewer say nothing


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Days from creation to win of the deals won in twelve months. days None: fewer than 5 wins.

    product_id and product: None and '' are of all deals.
    """

    product_id: int | None
    product: str
    wins: int
    days: int | None
    middle: int | None
    late: int | None


def lead_times(as_of: date) -> list[LeadTime]:
    """The average, the median and the 75th percentile, first of all deals, then per product; one query."""
    won = Deal.objects.filter(status=DealStatus.WON, closed_on__gt=add_months(as_of, -MONTHS), closed_on__lte=as_of)
    took: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    every: list[int] = []
    columns = ("product", "product__name", "created_on", "closed_on")
    for product_id, product, begun_on, won_on in won.order_by().values_list(*columns):
        if won_on is not None:
            every.append((won_on - begun_on).days)
            if product_id:
                took[product, product_id].append(every[-1])
    return [_of(None, "", every), *(_of(pk, product, days) for (product, pk), days in sorted(took.items()))]


def _of(product_id: int | None, product: str, days: list[int]) -> LeadTime:
    if len(days) < MIN_WINS:
        return LeadTime(product_id, product, len(days), None, None, None)
    late = quantiles(days, n=4, method="inclusive")[2]
    average = max(1, round(mean(days)))
    return LeadTime(product_id, product, len(days), average, round(median(days)), round(late))
