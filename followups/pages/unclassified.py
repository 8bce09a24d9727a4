"""Losses for その他: each must get a real reason within some business days (domain.md A6)."""

from dataclasses import dataclass
from datetime import date

from deals.models import Deal
from deals.states import DealStatus
from followups.states import OTHER_CODE
from people.models import Threshold
from people.states import ThresholdCode
from people.working_days import load_calendar


@dataclass(frozen=True, slots=True)
class Unclassified:
    """How many losses wait for a reason, and how many of them for more than `days` business days."""

    count: int
    late: int
    days: int


def losses_to_classify(as_of: date) -> Unclassified:
    """Counted over all deals; at most four queries."""
    closed_on = Deal.objects.filter(status=DealStatus.LOST, lost_reason__code=OTHER_CODE)
    days_of_loss = list(closed_on.order_by().values_list("closed_on", flat=True))
    days = Threshold.objects.in_force()[ThresholdCode.CLASSIFY_BUSINESS_DAYS]
    oldest_in_time = load_calendar().add(as_of, -days)
    late = sum(1 for day in days_of_loss if day is not None and day < oldest_in_time)
    return Unclassified(len(days_of_loss), late, days)
