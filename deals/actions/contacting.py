"""The clocks that contacts move: forward only, and back only when a contact is taken back (D23 … D25)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from deals.models import Deal
from people.rows import update_rows
from people.verbs import all_or_nothing

_CLOCKS = ("last_contact_on", "last_response_on", "first_visit_on")
Clocks = tuple[date | None, ...]


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact with a deal's customer, by day. None: the contact was no response, or no visit."""

    deal_id: int
    contacted_on: date
    responded_on: date | None = None
    visited_on: date | None = None


@dataclass(frozen=True, slots=True)
class Retraction:
    """Contacts of these days are taken back; the rest are the days that the remaining contacts give."""

    deal_id: int
    days: Collection[date]
    last_contact_on: date | None
    last_response_on: date | None
    first_visit_on: date | None


@all_or_nothing
def record_contacts(touches: Sequence[Touch], standing: Mapping[int, Clocks] | None = None) -> None:
    """Move last contact and last response forward to these days; the first visit is set where there is none.

    An older contact moves nothing, so contacts may come in any order. No version moves (D21). standing: the clocks of
    the deals, all of which the caller has locked: last contact, last response, first visit.
    """
    by_deal: dict[int, list[Touch]] = {}
    for touch in touches:
        by_deal.setdefault(touch.deal_id, []).append(touch)
    _set(by_deal, lambda deal_id, clocks: _forward(clocks, by_deal[deal_id]), standing)


@all_or_nothing
def retract_contacts(retractions: Sequence[Retraction]) -> None:
    """Set back the clocks that the contacts taken back had set; a clock that stands on another day stays there."""
    by_deal = {retraction.deal_id: retraction for retraction in retractions}
    _set(by_deal, lambda deal_id, clocks: _set_back(clocks, by_deal[deal_id]))


def _set(
    deal_ids: Collection[int], anew: Callable[[int, Clocks], Clocks], standing: Mapping[int, Clocks] | None = None
) -> None:
    """Write the clocks that differ; the deals are locked here, unless the caller holds them and says how they stand."""
    if standing is None:
        deals = Deal.objects.filter(pk__in=deal_ids).order_by("pk").select_for_update(no_key=True)
        standing = {deal_id: tuple(clocks) for deal_id, *clocks in deals.values_list("pk", *_CLOCKS)}
    after = {deal_id: anew(deal_id, standing[deal_id]) for deal_id in deal_ids if deal_id in standing}
    rows = [(deal_id, *clocks) for deal_id, clocks in after.items() if clocks != standing[deal_id]]
    update_rows(Deal, ("id", *_CLOCKS), rows)


def _forward(clocks: Clocks, touches: Sequence[Touch]) -> Clocks:
    contacted_on, responded_on, visited_on = clocks
    visits = [touch.visited_on for touch in touches if touch.visited_on]
    return (
        _newest(contacted_on, *(touch.contacted_on for touch in touches)),
        _newest(responded_on, *(touch.responded_on for touch in touches)),
        visited_on or min(visits, default=None),
    )


def _newest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _set_back(clocks: Clocks, retraction: Retraction) -> Clocks:
    remaining = (retraction.last_contact_on, retraction.last_response_on, retraction.first_visit_on)
    return tuple(after if day in retraction.days else day for day, after in zip(clocks, remaining, strict=True))
