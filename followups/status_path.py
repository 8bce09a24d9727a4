"""The way of a deal through its statuses, with the day and the days of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from deals.models import Deal, DealEvent
from deals.states import OPEN_STATUSES, DealStatus

STEPS = (*OPEN_STATUSES, DealStatus.WON)
EXITS = (DealStatus.LOST, DealStatus.RETURNED_TO_IS, DealStatus.OUT_OF_TARGET)


@dataclass(frozen=True, slots=True)
class Stop:
    """One status on the path. state: done, now, or empty. on and days are None where no event tells them."""

    label: str
    state: str
    on: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class StatusPath:
    """The seven steps, the three exits, and the one in which the deal stands."""

    steps: list[Stop]
    exits: list[Stop]
    now: Stop


def status_path(deal: Deal, events: Iterable[DealEvent], as_of: date) -> StatusPath:
    """events: all of the deal, oldest first. A status passed without an event (an import) is done without a date."""
    stays = _stays(deal, events, as_of)
    steps = [_stop(deal, status, stays) for status in STEPS]
    exits = [_stop(deal, status, stays) for status in EXITS]
    return StatusPath(steps, exits, next(stop for stop in [*steps, *exits] if stop.state == "now"))


def _stays(deal: Deal, events: Iterable[DealEvent], as_of: date) -> dict[str, tuple[date, int]]:
    """The last stay in every status: the day it began and how long it lasted."""
    entered = [(event.to_status, event.happened_on) for event in events if event.to_status]
    nexts = [*(on for _status, on in entered[1:]), as_of]
    stays = {status: (on, (until - on).days) for (status, on), until in zip(entered, nexts, strict=False)}
    return stays | {deal.status: (deal.status_entered_on, (as_of - deal.status_entered_on).days)}


def _stop(deal: Deal, status: DealStatus, stays: dict[str, tuple[date, int]]) -> Stop:
    on, days = stays.get(status, (None, None))
    if status == deal.status:
        return Stop(str(status.label), "now", on, days)
    is_passed = status in STEPS and deal.status in STEPS and STEPS.index(status) < STEPS.index(DealStatus(deal.status))
    is_done = is_passed or (status in STEPS and deal.status in EXITS and on is not None)
    if is_done:
        return Stop(str(status.label), "done", on, days)
    return Stop(str(status.label), "", on if status in EXITS else None, None)
