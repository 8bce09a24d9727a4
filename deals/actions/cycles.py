"""Opening and ending follow-up cycles, with the two columns of the deal that follow them (D4, D12, D21).

These primitives write no event and touch no to-do: the verb that calls them does, once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from deals.actions.cohorts import touch_follow_ups
from deals.models import Deal, FollowUpCycle
from deals.states import CycleEnd
from people.models import User
from people.records import insert_records
from people.rows import update_rows


@dataclass(frozen=True, slots=True)
class CycleEnding:
    """A cycle and the day on which it ends, which is never before it began. reason: of the person who closed it."""

    cycle: FollowUpCycle
    on: date
    reason: str = ""

    @property
    def ended_on(self) -> date:
        """The day that is written down."""
        return max(self.on, self.cycle.entered_on)


def open_cycles_of(deal_ids: Collection[int]) -> dict[int, FollowUpCycle]:
    """The open cycle of each of these deals that has one, by deal id, locked. The deals must be locked already."""
    cycles = FollowUpCycle.objects.open().filter(deal__in=set(deal_ids)).order_by("pk").select_for_update(no_key=True)
    return {cycle.deal_id: cycle for cycle in cycles}


def open_cycles(cycles: Sequence[FollowUpCycle]) -> None:
    """Insert unsaved cycles, numbered upward per deal, and mark their deals as followed.

    Gives the instances their number and id. A deal that is in a cycle already raises IntegrityError; the version of
    the deal does not move (D21).
    """
    if not cycles:
        return
    deal_ids = [cycle.deal_id for cycle in cycles]
    earlier = FollowUpCycle.objects.filter(deal__in=deal_ids).order_by().values_list("deal_id")
    numbers = dict(earlier.annotate(last=Max("number")))
    for cycle in cycles:
        numbers[cycle.deal_id] = cycle.number = numbers.get(cycle.deal_id, 0) + 1
    insert_records(cycles)
    touch_follow_ups(deal_ids, min(cycle.entered_on for cycle in cycles))
    Deal.objects.filter(pk__in=deal_ids).update(is_followed=True)


def end_cycles(endings: Sequence[CycleEnding], *, end_type: CycleEnd, by: User | None) -> None:
    """End open cycles and free their deals; from then on every clock counts at least from the day it ended (D12).

    An undone cycle leaves the deal's clocks as they were. Cycles that have ended meanwhile stay as they are.
    """
    for ending in endings:
        cycle = ending.cycle
        cycle.ended_on, cycle.end_type, cycle.end_reason = ending.ended_on, end_type.value, ending.reason
        cycle.ended_by = by
    rows = [(e.cycle.pk, e.ended_on, end_type.value, e.reason, by.pk if by else None) for e in endings]
    columns = ("id", "ended_on", "end_type", "end_reason", "ended_by_id")
    update_rows(FollowUpCycle, columns, rows, guard="t.ended_on IS NULL")
    if endings:
        is_undone = end_type == CycleEnd.UNDONE
        since = min(e.cycle.entered_on if is_undone else e.ended_on for e in endings)
        touch_follow_ups([e.cycle.deal_id for e in endings], since)
    if end_type == CycleEnd.UNDONE:
        Deal.objects.filter(pk__in=[ending.cycle.deal_id for ending in endings]).update(is_followed=False)
        return
    freed = [(ending.cycle.deal_id, False, ending.ended_on) for ending in endings]
    update_rows(Deal, ("id", "is_followed", "last_cycle_ended_on"), freed)


def revive_cycles(cycles: Sequence[FollowUpCycle]) -> None:
    """Take an ending back: the cycles are open again and the deals' clocks stand as before (D25)."""
    if not cycles:
        return
    deal_ids = [cycle.deal_id for cycle in cycles]
    touch_follow_ups(deal_ids, min(cycle.entered_on for cycle in cycles))
    FollowUpCycle.objects.filter(pk__in=[cycle.pk for cycle in cycles]).update(
        ended_on=None, end_type="", end_reason="", ended_by=None
    )
    earlier = FollowUpCycle.objects.filter(deal__in=deal_ids, ended_on__isnull=False).exclude(end_type=CycleEnd.UNDONE)
    last = dict(earlier.order_by().values_list("deal_id").annotate(last=Max("ended_on")))
    rows = [(deal_id, True, last.get(deal_id)) for deal_id in deal_ids]
    update_rows(Deal, ("id", "is_followed", "last_cycle_ended_on"), rows)
