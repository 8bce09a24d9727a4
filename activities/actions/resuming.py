"""The field speaks with the customer again, so a stagnant cycle ends (D7)."""

from collections.abc import Mapping, Sequence
from datetime import date

from activities.actions.closing import supersede_todos
from activities.actions.sides import Sides
from activities.models import Activity
from activities.states import MEETING_KINDS, RIGHT_PARTY_OUTCOMES, ActivityKind, Direction
from deals.actions import CycleEnding, DealHappening, end_cycles, write_events
from deals.models import FollowUpCycle
from deals.states import CycleEnd, CycleKind, DealEventKind
from people.models import User


def is_contact(activity: Activity) -> bool:
    """Whether it is a touch that moves a clock: completed, not bulk, not undone. Like ActivityQuerySet.contacts()."""
    return activity.is_completed and not activity.is_bulk and not activity.is_void


def is_response(activity: Activity) -> bool:
    """Whether the customer wrote, was reached or met us (D23). Like ActivityQuerySet.responses()."""
    if not is_contact(activity) or activity.kind == ActivityKind.IMPORTED:
        return False
    answered = activity.direction == Direction.INBOUND or activity.kind in MEETING_KINDS
    return answered or activity.outcome in RIGHT_PARTY_OUTCOMES


def end_resumed_cycles(
    activities: Sequence[Activity], fs_owners: Mapping[int, int | None], *, by: User | None, as_of: date
) -> list[FollowUpCycle]:
    """End the stagnant cycles in which one of these contacts resumed the conversation, on the day of that contact.

    It must lie on or after the day the cycle was entered and be somebody's who speaks for the field; an inbound one is
    its addressee's. fs_owners: of the locked deals, by deal id. Events and to-dos name the activity as their cause.
    """
    answers = [activity for activity in activities if activity.deal_id in fs_owners and is_response(activity)]
    if not answers:
        return []
    found = FollowUpCycle.objects.open().filter(kind=CycleKind.STAGNANT, deal__in={a.deal_id for a in answers})
    cycles = {cycle.deal_id: cycle for cycle in found.order_by("pk").select_for_update(no_key=True)}
    sides = Sides.of(answer.owner_id for answer in answers if answer.deal_id in cycles)
    endings: dict[int, tuple[CycleEnding, Activity]] = {}
    for answer in sorted(answers, key=lambda activity: activity.occurred_at):
        cycle = cycles.get(answer.deal_id or 0)
        if cycle is None or cycle.pk in endings or answer.occurred_on < cycle.entered_on:
            continue
        if sides.is_field(answer.owner_id, fs_owners[cycle.deal_id], cycle):
            endings[cycle.pk] = CycleEnding(cycle, answer.occurred_on), answer
    _end(endings, by=by, as_of=as_of)
    return [ending.cycle for ending, _answer in endings.values()]


def _end(endings: Mapping[int, tuple[CycleEnding, Activity]], *, by: User | None, as_of: date) -> None:
    end_cycles([ending for ending, _answer in endings.values()], end_type=CycleEnd.CONTACT_RESUMED, by=by)
    happenings = [
        DealHappening(
            ending.cycle.deal_id, DealEventKind.CYCLE_ENDED, ending.ended_on, cycle_id=cycle_id, cause=cause_of(answer)
        )
        for cycle_id, (ending, answer) in endings.items()
    ]
    write_events(happenings, by=by, cause="")
    causes = {cycle_id: cause_of(answer) for cycle_id, (_ending, answer) in endings.items()}
    supersede_todos(causes, by=by, as_of=as_of)


def cause_of(activity: Activity) -> str:
    """What events and to-dos name as their maker (D26)."""
    return f"activity:{activity.pk}"
