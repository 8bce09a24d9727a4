"""How full people's days are, and what that allows: amber at the cap, no further above it (C-18, S1-16)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple, Self

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.models import CallProject, Todo
from people.business_days import BusinessCalendar
from people.limits import Limits, limits_by_id
from people.models import User
from people.prepared import prepared
from people.refusal import Refused
from people.states import Role

BETTER_DAYS = 3
SEARCHED_BUSINESS_DAYS = 60
STRIP_BUSINESS_DAYS = 10
OVERRIDERS = (Role.FS, Role.IS_MANAGER, Role.OPS_ADMIN)  # with a reason (domain.md D.1)


class StripDay(NamedTuple):
    """One business day of a person; overdue to-dos count to today. is_off: he is away."""

    day: date
    count: int  # type: ignore[assignment]  # tuple.count is not wanted here
    cap: int
    is_off: bool

    @property
    def state(self) -> str:
        """off, free, full (amber) or over, in the words of the styles."""
        if self.is_off or self.cap == 0:
            return "off"
        return "free" if self.count < self.cap else "full" if self.count == self.cap else "over"


class NoRoom(Refused):
    """The person's day is full, or he is away. days: better ones. takes_reason: a reason makes it possible."""

    def __init__(self, message: str, days: Sequence[date], *, takes_reason: bool, position: int) -> None:
        room = _("There is room on %(days)s.") % {"days": ", ".join(map(_written, days))} if days else ""
        super().__init__({"due_on": f"{message} {room}".strip()}, position=position)
        self.days = days
        self.takes_reason = takes_reason


@dataclass(slots=True)
class Loads:
    """The limits of some people and their open to-dos by day."""

    as_of: date
    calendar: BusinessCalendar
    limits: Mapping[int, Limits]
    counts: Counter[tuple[int, date]]
    idle_projects: Collection[int] = ()  # call projects that do not count to the cap

    @classmethod
    def load(
        cls, user_ids: Collection[int], as_of: date, calendar: BusinessCalendar, until: date | None = None
    ) -> Self:
        """Two queries. until: the last day whose to-dos are wanted, None for all days."""
        limits = limits_by_id(user_ids, as_of)
        loads = cls(as_of, calendar, limits, Counter())
        for user_id, due_on, count in _counts(sorted(user_ids), until):
            loads.counts[user_id, loads.day_filled(due_on)] += count
        return loads

    def day_filled(self, due_on: date) -> date:
        """The day whose load a to-do is: what is overdue fills today, what falls on a day off the next business day."""
        return self.calendar.on_or_after(max(due_on, self.as_of))

    def has_room(self, user_id: int, day: date) -> bool:
        """Whether one more to-do fits on that day without going above the cap."""
        limits = self.limits[user_id]
        return limits.takes_any_on(day) and self.counts[user_id, day] < limits.cap_on(day)

    def better_days(self, user_id: int, day: date, count: int = BETTER_DAYS) -> list[date]:
        """The first business days from that day on with room; fewer where nothing is free for sixty days."""
        coming = islice(self.calendar.from_day(max(day, self.as_of)), SEARCHED_BUSINESS_DAYS)
        return list(islice((found for found in coming if self.has_room(user_id, found)), count))

    def strip(self, user_id: int, start: date | None = None) -> list[StripDay]:
        """Ten business days of the person, from `start` on, else from as_of on."""
        return [self.on(user_id, day) for day in self.calendar.next_days(start or self.as_of, STRIP_BUSINESS_DAYS)]

    def on(self, user_id: int, day: date) -> StripDay:
        """One day of the person."""
        limits = self.limits[user_id]
        return StripDay(day, self.counts[user_id, day], limits.cap_on(day), limits.absent_until(day) is not None)

    @classmethod
    def around(cls, todos: Sequence[Todo], as_of: date, calendar: BusinessCalendar) -> Self:
        """The loads of the people who have these to-dos."""
        loads = cls.load({todo.assignee_id for todo in todos if todo.assignee_id}, as_of, calendar)
        projects = {todo.project_id for todo in todos if todo.project_id}
        if projects:
            idle = CallProject.objects.filter(pk__in=projects, counts_to_capacity=False)
            loads.idle_projects = set(idle.values_list("pk", flat=True))
        return loads

    def take_off(self, todos: Iterable[Todo]) -> None:
        """Forget to-dos that are about to move."""
        for todo in todos:
            if todo.assignee_id is not None and todo.project_id not in self.idle_projects:
                self.counts[todo.assignee_id, self.day_filled(todo.effective_due_on)] -= 1

    def put_on(self, todo: Todo, *, reason: str, by: User, position: int = 0) -> bool:
        """Count the to-do on its effective day, or today where that has passed; gives back whether it is above the cap.

        Refused: a day on which the person is away; a full day, unless a reason comes from somebody who may override.
        """
        user_id, day = todo.assignee_id, self.day_filled(todo.effective_due_on)
        if user_id is None or user_id not in self.limits or todo.project_id in self.idle_projects:
            return False
        limits = self.limits[user_id]
        if limits.absent_until(day) is not None:
            words = _("%(name)s is away on %(day)s. Pick another day.") % {"name": limits.name, "day": _written(day)}
            raise NoRoom(words, self.better_days(user_id, day), takes_reason=False, position=position)
        is_over = not self.has_room(user_id, day)
        if is_over and not (reason.strip() and by.has_role(*OVERRIDERS)):
            takes_reason = by.has_role(*OVERRIDERS)
            words = self._full(user_id, day, takes_reason=takes_reason)
            raise NoRoom(words, self.better_days(user_id, day), takes_reason=takes_reason, position=position)
        self.counts[user_id, day] += 1
        return is_over

    def _full(self, user_id: int, day: date, *, takes_reason: bool) -> str:
        values = {"day": _written(day), "count": self.counts[user_id, day], "cap": self.limits[user_id].cap_on(day)}
        if takes_reason:
            return _("%(day)s already has %(count)s of %(cap)s. Pick another day, or add with a reason.") % values
        return _("%(day)s already has %(count)s of %(cap)s. Pick another day.") % values


@prepared
def _counts(user_ids: list[int], until: date | None) -> Any:
    """Person, day and number of the to-dos that fill his days."""
    rows = Todo.objects.filling_days().filter(assignee__in=user_ids).order_by()
    rows = rows if until is None else rows.filter(effective_due_on__lte=until)
    return rows.values_list("assignee_id", "effective_due_on").annotate(count=Count("id"))


def _written(day: date) -> str:
    return date_format(day, pgettext("date format", "j M Y"))
