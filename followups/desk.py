"""Who gets a cycle's to-do, and on which day: assignment (D15) and levelling (D16).

The same desk serves the nightly sweep and the verbs `lose` and `return_to_is`.
"""

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.db.models import Count

from activities.models import Todo
from people.business_days import DAY, BusinessCalendar
from people.models import Absence, Threshold, User
from people.states import Role, ThresholdCode
from people.working_days import load_calendar

CONSIDERED_BUSINESS_DAYS = 10  # absent on all of them: gets nothing by load (D15)


def daily_cap(own_cap: int | None, roles: frozenset[str], thresholds: dict[str, int]) -> int:
    """To-dos a day: the person's own cap, else the default of the role; 0 means he gets none (S1-16, S1-20)."""
    if own_cap is not None:
        return own_cap
    if {Role.IS, Role.FS} <= roles:
        return thresholds[ThresholdCode.TODO_CAP_COMBINED]
    return thresholds[ThresholdCode.TODO_CAP_IS if Role.IS in roles else ThresholdCode.TODO_CAP_FS]


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
    """One person of inside sales: his cap, his load, his days off."""

    user_id: int
    cap: int
    fill: int
    absences: list[tuple[date, date]] = field(default_factory=list)
    open_count: int = 0
    per_day: Counter[date] = field(default_factory=Counter)
    # A day that had no room -> a day from which to look on; counts only grow, so it stays true.
    look_from: dict[date, date] = field(default_factory=dict)

    @property
    def load_ratio(self) -> float:
        """All open to-dos ÷ daily cap."""
        return self.open_count / self.cap

    def absent_until(self, day: date) -> date | None:
        """The last day of the absence that covers the day, None if he works."""
        return max((end for start, end in self.absences if start <= day <= end), default=None)

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
        back = self.absent_until(day)
        if back is not None:
            return back + DAY
        return day + DAY if self.per_day[day] >= self.fill else None


class Desk:
    """The inside-sales desk of one day: reads loads once, then keeps count of what it gives out."""

    def __init__(self, as_of: date, calendar: BusinessCalendar, seats: dict[int, Seat]) -> None:
        self.as_of = as_of
        self.calendar = calendar
        self.seats = seats
        self.followers: dict[int, int] = {}  # cycle -> who got a to-do of it in this run
        window = calendar.next_days(as_of, CONSIDERED_BUSINESS_DAYS)
        self._queue = [
            (seat.load_ratio, seat.user_id)
            for seat in seats.values()
            if seat.cap > 0 and not all(seat.absent_until(day) for day in window)
        ]
        heapq.heapify(self._queue)

    @classmethod
    def load(cls, as_of: date) -> Self:
        """The active inside-sales staff with caps, absences and all their open to-dos; five queries."""
        calendar = load_calendar()
        thresholds = Threshold.objects.in_force()
        seats = _seats(thresholds)
        for user_id, starts_on, ends_on in Absence.objects.filter(user__in=seats, ends_on__gte=as_of).values_list(
            "user_id", "starts_on", "ends_on"
        ):
            seats[user_id].absences.append((starts_on, ends_on))
        today = calendar.on_or_after(as_of)
        loads = Todo.objects.open().filter(assignee__in=seats).values_list("assignee_id", "effective_due_on")
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
            if may_level and seat.cap > 0:
                effective_on = seat.day_with_room(due_on, self.calendar)
            seat.per_day[effective_on] += 1
        return Placement(due_on, effective_on, effective_on, effective_on > first)


def _seats(thresholds: dict[str, int]) -> dict[int, Seat]:
    roles: defaultdict[int, set[str]] = defaultdict(set)
    caps: dict[int, int | None] = {}
    staff = User.objects.filter(is_active=True, pk__in=User.objects.follow_up_staff().values("pk"))
    for user_id, own_cap, role in staff.values_list("pk", "todo_cap", "role_grants__role"):
        roles[user_id].add(role)
        caps[user_id] = own_cap
    fill_percent = thresholds[ThresholdCode.LEVELLING_FILL_PERCENT]
    seats = {}
    for user_id, own_cap in caps.items():
        cap = daily_cap(own_cap, frozenset(roles[user_id]), thresholds)
        seats[user_id] = Seat(user_id, cap, fill=max(1, cap * fill_percent // 100))
    return seats
