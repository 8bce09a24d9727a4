"""What one person's new to-do is held against, read at once: the calendar, his limits and loads, and empty phrases."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from activities.capacity import Loads
from activities.models import LintPattern, Todo
from people.business_days import BusinessCalendar, calendar_of
from people.limits import limits_in, limits_rows
from people.listed import listed
from people.models import CompanyHoliday, User
from people.text import search_key


@dataclass(frozen=True, slots=True)
class Yardstick:
    """loads: with the calendar in force. phrases: such as say nothing, width and kana folded; None: not read yet."""

    loads: Loads
    phrases: Sequence[str] | None = None

    @property
    def calendar(self) -> BusinessCalendar:
        return self.loads.calendar


class Measures(NamedTuple):
    """The columns behind those of the limits."""

    days_off: list[tuple[int | None, int, int]]
    due_days: list[tuple[str]] | None
    phrases: list[tuple[str]] | None


def measures(user_id: int, as_of: date) -> Any:
    """The rows from which `yardstick` is made: the limits of the person, and in each the `Measures`."""
    own = Todo.objects.filling_days().filter(assignee=user_id)
    lists = Measures(
        listed(CompanyHoliday.objects.all(), "year", "month", "day"),  # type: ignore[arg-type]
        listed(own, "effective_due_on"),  # type: ignore[arg-type]
        listed(LintPattern.objects.filter(is_active=True), "text"),  # type: ignore[arg-type]
    )
    return limits_rows(User.objects.filter(pk=user_id), as_of).annotate(**lists._asdict())


def yardstick(rows: Sequence[tuple[Any, ...]], as_of: date) -> Yardstick:
    """Of what `measures` gives; columns behind its own are passed over."""
    limits, width = limits_in(rows)
    told = Measures._make(rows[0][width : width + len(Measures._fields)])
    calendar = calendar_of((year, month, day) for year, month, day in told.days_off or ())
    loads = Loads(as_of, calendar, limits, Counter())
    (user_id,) = limits
    for day, count in Counter(day for (day,) in told.due_days or ()).items():
        loads.counts[user_id, loads.day_filled(date.fromisoformat(day))] += count
    return Yardstick(loads, [search_key(text) for (text,) in told.phrases or ()])
