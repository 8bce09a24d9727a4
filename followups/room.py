"""How much room inside sales has on the day of a next approach (SC-06, SC-07, S1-20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from deals.models import Deal, FollowUpCycle
from followups.desk import Desk, Seat
from followups.shifts import shift_sentence
from people.models import User

OTHER_DAYS = 2  # days with room that are offered beside a full one
LOOK_AROUND = 10  # business days in which they are looked for


@dataclass(frozen=True, slots=True)
class Room:
    """One person's day: how many to-dos are due, of how many that fit."""

    day: date
    count: int
    cap: int

    def __str__(self) -> str:
        return f"{self.count}/{self.cap}"

    @property
    def is_full(self) -> bool:
        """Whether one more would be over the cap."""
        return self.count >= self.cap


@dataclass(frozen=True, slots=True)
class Approach:
    """The first to-do as it will be. follower None: nobody of inside sales; others: days near by that have room.

    shift: why it is not on the day asked for; '' where it is.
    """

    asked_for: date
    day: date
    follower: User | None
    room: Room | None
    others: Sequence[Room] = ()
    shift: str = ""


def approach(deal: Deal, asked_for: date, desk: Desk, wanted_id: int | None = None) -> Approach:
    """Who will call on which day, chosen as the verb chooses (D15). One query for the cycle, one for the name."""
    previous = FollowUpCycle.objects.open().filter(deal=deal).values_list("is_owner_id", flat=True).first()
    chosen = desk.assign(wanted_id, previous, deal.is_owner_id)
    day, shift = desk.calendar.on_or_after(asked_for), shift_sentence(asked_for, desk.calendar)
    if chosen is None:
        return Approach(asked_for, day, None, None, shift=shift)
    seat = desk.seats[chosen]
    room = room_on(seat, day)
    others = _days_with_room(seat, day, desk) if room.is_full else []
    return Approach(asked_for, day, User.objects.get(pk=chosen), room, others, shift)


def room_on(seat: Seat, day: date) -> Room:
    """The person's load on that day."""
    return Room(day, seat.per_day[day], seat.limits.cap_on(day))


def rooms_on(desk: Desk, day: date) -> dict[int, Room]:
    """The load of everybody of inside sales on the business day from `day` on."""
    working = desk.calendar.on_or_after(day)
    return {user_id: room_on(seat, working) for user_id, seat in desk.seats.items()}


def _days_with_room(seat: Seat, day: date, desk: Desk) -> list[Room]:
    """The nearest business days, before and after, that are not full; none before tomorrow."""
    calendar = desk.calendar
    around = [calendar.add(day, step * sign) for step in range(1, LOOK_AROUND + 1) for sign in (-1, 1)]
    rooms = [room_on(seat, one) for one in around if one > desk.as_of]
    free = [room for room in rooms if not room.is_full and seat.limits.absent_until(room.day) is None]
    return sorted(free[:OTHER_DAYS], key=lambda room: room.day)
