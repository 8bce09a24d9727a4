"""How a deal goes from its first day to an order, a loss, or silence: what happens on which day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import NamedTuple

from activities.states import ActivityKind, CallOutcome, Direction
from deals.states import DealStatus
from people.business_days import BusinessCalendar


class Touch(NamedTuple):
    """One contact with the customer; moment is the key of its note in phrases.toml."""

    kind: ActivityKind
    moment: str
    direction: Direction = Direction.OUTBOUND
    outcome: CallOutcome | None = None


CALL = Touch(ActivityKind.CALL, "fs_call", outcome=CallOutcome.CALLBACK)
QUOTE_CALL = Touch(ActivityKind.CALL, "quote_call", outcome=CallOutcome.CALLBACK)
NO_ANSWER = Touch(ActivityKind.CALL, "not_connected", outcome=CallOutcome.NOT_CONNECTED)
APPOINTMENT = Touch(ActivityKind.CALL, "appointment", outcome=CallOutcome.APPOINTMENT)
MAIL = Touch(ActivityKind.EMAIL, "mail_out")
REPLY = Touch(ActivityKind.EMAIL, "mail_in", Direction.INBOUND)
FIRST_VISIT = Touch(ActivityKind.VISIT, "first_visit")
FIRST_MEETING = Touch(ActivityKind.WEB_MEETING, "first_visit")
VISIT = Touch(ActivityKind.VISIT, "visit")
MEETING = Touch(ActivityKind.WEB_MEETING, "web_meeting")
QUOTE = Touch(ActivityKind.VISIT, "quoted")
QUOTE_MAIL = Touch(ActivityKind.EMAIL, "quoted")
ORDER = Touch(ActivityKind.CALL, "won", Direction.INBOUND, CallOutcome.CALLBACK)
REFUSAL = Touch(ActivityKind.CALL, "refusal", outcome=CallOutcome.DECLINED)


@dataclass(frozen=True, slots=True)
class Deed:
    """What the rep does with a deal on one day; status None leaves it where it is."""

    day: date
    touch: Touch | None
    status: DealStatus | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One status on the way: how it is entered, what follows how often, and how likely it ends here.

    ends: weights of going on, silence, loss and exclusion.
    """

    entries: Sequence[Touch | None]
    further: Sequence[Touch]
    often: tuple[int, int]
    gap: tuple[int, int]
    ends: tuple[int, int, int, int]


LEGS = {
    DealStatus.NOT_STARTED: Leg([None], [], (0, 0), (3, 14), (88, 8, 0, 4)),
    DealStatus.CONTACTING: Leg([MAIL, CALL], [MAIL, NO_ANSWER, CALL, REPLY], (2, 4), (2, 4), (78, 11, 5, 6)),
    DealStatus.APPOINTMENT: Leg([APPOINTMENT], [MAIL, CALL], (0, 1), (2, 5), (88, 6, 4, 2)),
    DealStatus.FIRST_VISIT: Leg([FIRST_VISIT, FIRST_MEETING], [MAIL, CALL, REPLY], (0, 3), (2, 5), (80, 8, 11, 1)),
    DealStatus.ONGOING: Leg([MEETING, VISIT], [MEETING, VISIT, MAIL, REPLY, CALL], (2, 5), (4, 12), (70, 13, 16, 1)),
    DealStatus.QUOTED: Leg([QUOTE, QUOTE_MAIL], [QUOTE_CALL, REPLY, MAIL, MEETING], (2, 5), (4, 11), (56, 13, 31, 0)),
}
LAST_TOUCHES = {DealStatus.WON: ORDER, DealStatus.LOST: REFUSAL, DealStatus.OUT_OF_TARGET: CALL}
ENDS = (None, None, DealStatus.LOST, DealStatus.OUT_OF_TARGET)
ON, SILENCE = 0, 1

FROM_FIELD = tuple(LEGS)  # FS found the company himself
FROM_LEAD = FROM_FIELD[2:]  # IS won the appointment


def course(rng: Random, calendar: BusinessCalendar, start: date, path: Sequence[DealStatus]) -> Iterator[Deed]:
    """The deeds of one deal in order of days; the first enters path[0] on start. Silence is the end of the deeds."""
    day = start
    for status in path:
        leg = LEGS[status]
        yield Deed(day, rng.choice(leg.entries), status)
        for _ in range(rng.randint(*leg.often)):
            day = calendar.add(day, rng.randint(*leg.gap))
            yield Deed(day, rng.choice(leg.further))
        fate = rng.choices(range(len(ENDS)), leg.ends)[0]
        if fate == SILENCE:
            return
        day = calendar.add(day, rng.randint(*leg.gap))
        end = ENDS[fate]
        if end is not None:
            yield Deed(day, LAST_TOUCHES[end], end)
            return
    yield Deed(day, LAST_TOUCHES[DealStatus.WON], DealStatus.WON)
