"""Who gets a cycle's to-do, and on which day: assignment (D15) and levelling (D16).

The same desk serves the nightly sweep and the verbs `lose` and `return_to_is`.
"""

import heapq
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.db.models import Count

from activities.models import Todo
from people.business_days import DAY, BusinessCalendar
from people.limits import Limits, daily_cap, limits_of
from people.models import Threshold, User
from people.states import Role, ThresholdCode
from people.working_days import load_calendar

CONSIDERED_BUSINESS_DAYS = 10  # absent on all of them: gets nothing by load (D15)


@dataclass(frozen=True, slots=True)
class Placement:
    """The dates of a cycle's to-do (D16). is_levelled: later than the first business day from due_on (D18)."""

    due_on: date
    effective_on: date
    committed_on: date
    is_levelled: bool

    @property
    def dates(self) -> tuple[date, date, date]:
        """due, effective and committed date, in the order of the columns."""
        return self.due_on, self.effective_on, self.committed_on


@dataclass(slots=True)
class Seat:
    """One person of inside sales: his limits and his load. fills: by day of the week, how many levelling gives him."""

    limits: Limits
    fills: Sequence[int]
    open_count: int = 0
    per_day: Counter[date] = field(default_factory=Counter)
    # A day that had no room -> a day from which to look on; counts only grow, so it stays true.
    look_from: dict[date, date] = field(default_factory=dict)

    @property
    def load_ratio(self) -> float:
        """All open to-dos ÷ usual daily cap."""
        return self.open_count / self.limits.usual

    @property
    def can_be_levelled(self) -> bool:
        """Whether some day from Monday to Friday takes a to-do; otherwise the search for one would not end."""
        return self.limits.usual > 0 and any(self.fills[:5])

    def day_with_room(self, day: date, calendar: BusinessCalendar) -> date:
        """The first business day from `day` on with room under the filled share of the cap; no horizon (D16)."""
        passed = []
        while True:
            day = calendar.on_or_after(day)
            onward = self.look_from.get(day) or self._onward(day)
            if onward is None:
                break
            passed.append(day)
            day = onward
        for full in passed:
            self.look_from[full] = day
        return day

    def _onward(self, day: date) -> date | None:
        back = self.limits.absent_until(day)
        if back is not None:
            return back + DAY
        return day + DAY if self.per_day[day] >= self.fills[day.weekday()] else None


class Desk:
    """The inside-sales desk of one day: reads loads once, then keeps count of what it gives out."""

    def __init__(self, as_of: date, calendar: BusinessCalendar, seats: dict[int, Seat]) -> None:
        self.as_of = as_of
        self.calendar = calendar
        self.seats = seats
        self.followers: dict[int, int] = {}  # cycle -> who got a to-do of it in this run
        window = calendar.next_days(as_of, CONSIDERED_BUSINESS_DAYS)
        self._queue = [
            (seat.load_ratio, user_id)
            for user_id, seat in seats.items()
            if seat.can_be_levelled and any(seat.limits.takes_any_on(day) for day in window)
        ]
        heapq.heapify(self._queue)

    @classmethod
    def load(cls, as_of: date, newcomers: Collection[int] = ()) -> Self:
        """The active inside-sales staff with caps, absences and all their open to-dos; four queries.

        newcomers: ids of people who would join with the usual cap and nothing to do, as a dry run asks.
        """
        calendar = load_calendar()
        seats = _seats(as_of, newcomers)
        today = calendar.on_or_after(as_of)
        loads = Todo.objects.filling_days().filter(assignee__in=seats).values_list("assignee_id", "effective_due_on")
        for user_id, due_on, count in loads.annotate(count=Count("id")).order_by():
            seats[user_id].open_count += count
            seats[user_id].per_day[max(due_on, today)] += count  # what is overdue fills today
        return cls(as_of, calendar, seats)

    def assign(self, *owners: int | None) -> int | None:
        """The first of the owners who is active inside sales, else who has the lowest load ratio, else None.

        A tie goes to the lowest id. The to-do counts at once, so many in one run spread evenly.
        """
        for owner in owners:
            if owner in self.seats:
                self.seats[owner].open_count += 1
                return owner
        chosen = self._lowest()
        if chosen is None:
            return None
        self.seats[chosen].open_count += 1
        heapq.heapreplace(self._queue, (self.seats[chosen].load_ratio, chosen))
        return chosen

    def assign_in_cycle(self, cycle_id: int, *owners: int | None) -> int | None:
        """As `assign`, but all to-dos of one cycle go to one person: who gets one before is asked before the owners."""
        chosen = self.assign(self.followers.get(cycle_id), *owners)
        if chosen is not None:
            self.followers[cycle_id] = chosen
        return chosen

    def _lowest(self) -> int | None:
        while self._queue:
            ratio, user_id = self._queue[0]
            now = self.seats[user_id].load_ratio
            if ratio == now:
                return user_id
            heapq.heapreplace(self._queue, (now, user_id))  # was given something as an owner meanwhile
        return None

    def place(self, assignee_id: int | None, original_on: date, *, may_level: bool) -> Placement:
        """The dates of a to-do asked for original_on.

        may_level: the date is a default or backlog, so it may go to a later day with room; a date chosen by a person
        or promised only moves off a non-business day. Nobody to do it, or a cap of 0: the first business day.
        """
        due_on = max(original_on, self.as_of)
        first = effective_on = self.calendar.on_or_after(due_on)
        seat = self.seats.get(assignee_id) if assignee_id is not None else None
        if seat is not None:
            if may_level and seat.can_be_levelled:
                effective_on = seat.day_with_room(due_on, self.calendar)
            seat.per_day[effective_on] += 1
        return Placement(due_on, effective_on, effective_on, effective_on > first)


def _seats(as_of: date, newcomers: Collection[int]) -> dict[int, Seat]:
    thresholds = Threshold.objects.in_force()
    fill_percent = thresholds[ThresholdCode.LEVELLING_FILL_PERCENT]
    usual = daily_cap(None, frozenset({Role.IS}), thresholds)
    staff = User.objects.filter(is_active=True, pk__in=User.objects.follow_up_staff().values("pk"))
    return {
        user_id: Seat(limits, [_fill(limits.by_weekday.get(day, limits.usual), fill_percent) for day in range(7)])
        for user_id, limits in (limits_of(staff, as_of) | {pk: Limits(pk, "", usual) for pk in newcomers}).items()
    }


def _fill(cap: int, percent: int) -> int:
    return max(1, cap * percent // 100) if cap else 0
