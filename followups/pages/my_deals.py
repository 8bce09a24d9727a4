"""自分の商談 (SC-04): the rows, the counts of the tabs, and the board of the same deals by status."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from activities.models import Activity, Todo
from deals.models import Deal
from deals.querysets import DealQuerySet
from deals.states import OPEN_STATUSES
from followups.clocks import what_happened
from followups.models import Proposal, Rule
from followups.pages.countdown import Countdown, countdown, exemptions_of, needs_a_hand
from followups.rights import rights_on_deal
from followups.states import ProposalStatus
from people.models import User

BOARD_SIZE = 300  # cards on the whole board; its columns count all


@dataclass(frozen=True, slots=True)
class Row:
    """One deal as the list and the board show it. touch: the last contact in words; step: the next to-do."""

    deal: Deal
    step: Todo | None
    touch: str
    countdown: Countdown | None
    is_urgent: bool
    rights: frozenset[str]


@dataclass(slots=True)
class Column:
    """One status of the board: how many deals the list holds, what they are worth, and the first of them."""

    status: str
    label: str
    count: int
    expected: Decimal
    rows: list[Row] = field(default_factory=list)

    @property
    def rest(self) -> int:
        """How many deals the board leaves to the list."""
        return self.count - len(self.rows)


def by_urgency(deals: DealQuerySet, rules: Sequence[Rule], as_of: date) -> DealQuerySet:
    """The deals that need a hand first, those silent for longest at the top; with `is_urgent` and `last_touch_id`."""
    touches = Activity.objects.contacts().filter(deal=OuterRef("pk")).order_by("-occurred_at", "-id")
    return deals.annotate(
        is_urgent=Case(When(needs_a_hand(rules, as_of), then=Value(1)), default=Value(0)),
        last_touch_id=Subquery(touches.values("pk")[:1]),
    ).order_by("-is_urgent", "no_activity_from", "id")


def rows_of(deals: Sequence[Deal], rules: Sequence[Rule], reader: User, as_of: date) -> list[Row]:
    """The deals of one page with what the row says about them; two queries, whatever their number."""
    found: list[Any] = list(deals)  # with what `deal_rows` and `by_urgency` have annotated
    touched = Activity.objects.in_bulk([deal.last_touch_id for deal in found if deal.last_touch_id])
    exempted = exemptions_of(deals)
    return [
        Row(
            deal=deal,
            step=next(iter(deal.open_todos), None),
            touch=what_happened(touched[deal.last_touch_id]) if deal.last_touch_id else "",
            countdown=countdown(deal, rules, exempted, as_of),
            is_urgent=bool(deal.is_urgent),
            rights=rights_on_deal(reader, deal),
        )
        for deal in found
    ]


def sizes(deals: DealQuerySet) -> dict[str, int]:
    """How many of the deals need a hand (`urgent`), how many do not (`rest`), and `all`; one query."""
    found: dict[str, int] = deals.order_by().aggregate(all=Count("pk"), urgent=Count("pk", filter=Q(is_urgent=1)))
    return found | {"rest": found["all"] - found["urgent"]}


def columns(deals: DealQuerySet) -> dict[str, Column]:
    """The open statuses with their numbers and sums over the whole list; one query."""
    worth = Coalesce(Sum(F("amount") * F("probability") / Value(Decimal(100))), Value(Decimal(0)))
    counted = deals.order_by().values("status").annotate(n=Count("pk"), expected=worth)
    found = {status: (count, expected) for status, count, expected in counted.values_list("status", "n", "expected")}
    return {
        status.value: Column(status.value, str(status.label), *found.get(status.value, (0, Decimal(0))))
        for status in OPEN_STATUSES
    }


def waiting_proposals(reader: User) -> list[Proposal]:
    """Appointments that inside sales won for this person and that wait for his answer, the first meeting at the top."""
    waiting = Proposal.objects.filter(fs=reader, status=ProposalStatus.PENDING)
    return list(waiting.select_related("deal__company", "proposed_by").order_by("meeting_on", "meeting_time", "id"))
