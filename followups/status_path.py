"""The way of a deal or a lead through its statuses, with the day and the days of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from deals.models import Deal, DealEvent
from deals.states import OPEN_STATUSES, DealStatus
from leads.models import Lead, LeadEvent
from leads.states import LeadStatus
from people.wordings import Words

STEPS = (*OPEN_STATUSES, DealStatus.WON)
EXITS = (DealStatus.LOST, DealStatus.RETURNED_TO_IS, DealStatus.OUT_OF_TARGET)
LEAD_STEPS = (LeadStatus.NEW, LeadStatus.APPROACHING, LeadStatus.SCHEDULING, LeadStatus.MEETING_WON)
LEAD_EXITS = (
    LeadStatus.NOT_REACHED, LeadStatus.NURTURING_ACTION, LeadStatus.NURTURING_NO_ACTION, LeadStatus.OUT_OF_TARGET,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stop:
    """One status on the path. state: done, now, or empty. on and days are None where no event tells them."""

    label: str
    state: str
    on: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class StatusPath:
    """The steps, the exits, and the one in which the record stands."""

    steps: list[Stop]
    exits: list[Stop]
    now: Stop


def status_path(deal: Deal, events: Iterable[DealEvent], as_of: date) -> StatusPath:
    """events: all of the deal, oldest first. A status passed without an event (an import) is done without a date."""
    way = _Way(STEPS, EXITS, {status.value: str(status.label) for status in DealStatus})
    return way.path(deal, _stays(deal, events, as_of))


def lead_path(lead: Lead, events: Iterable[LeadEvent], words: Mapping[str, Words], as_of: date) -> StatusPath:
    """The same of a lead: four steps, four exits, in the words in force."""
    way = _Way(LEAD_STEPS, LEAD_EXITS, {code: str(said.label) for code, said in words.items()})
    return way.path(lead, _stays(lead, events, as_of))


def _stays(deal: Deal | Lead, events: Iterable[DealEvent | LeadEvent], as_of: date) -> dict[str, tuple[date, int]]:
    """The last stay in every status: the day it began and how long it lasted."""
    entered = [(event.to_status, event.happened_on) for event in events if event.to_status]
    nexts = [*(on for _status, on in entered[1:]), as_of]
    stays = {status: (on, (until - on).days) for (status, on), until in zip(entered, nexts, strict=False)}
    return stays | {deal.status: (deal.status_entered_on, (as_of - deal.status_entered_on).days)}


@dataclass(frozen=True, slots=True)
class _Way:
    """Which statuses are steps, which are exits, and what they are called."""

    steps: tuple[DealStatus | LeadStatus, ...]
    exits: tuple[DealStatus | LeadStatus, ...]
    labels: Mapping[str, str]

    def path(self, record: Deal | Lead, stays: Mapping[str, tuple[date, int]]) -> StatusPath:
        steps = [self._stop(record.status, status.value, stays) for status in self.steps]
        exits = [self._stop(record.status, status.value, stays) for status in self.exits]
        return StatusPath(steps, exits, next(stop for stop in [*steps, *exits] if stop.state == "now"))

    def _stop(self, now: str, status: str, stays: Mapping[str, tuple[date, int]]) -> Stop:
        label, (on, days) = self.labels[status], stays.get(status, (None, None))
        if status == now:
            return Stop(label, "now", on, days)
        if self._is_done(now, status, on):
            return Stop(label, "done", on, days)
        return Stop(label, "", on if status in self.exits else None, None)

    def _is_done(self, now: str, status: str, on: date | None) -> bool:
        if status not in self.steps:
            return False
        steps = [step.value for step in self.steps]
        return steps.index(status) < steps.index(now) if now in steps else on is not None
