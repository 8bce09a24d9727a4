"""How full the coming days of people are: open to-dos against the cap of each day (S1-16, C-12)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from activities.models import Todo
from followups.desk import daily_cap
from people.business_days import DAY, BusinessCalendar
from people.models import Absence, Threshold, User, WeekdayCap

STRIP_DAYS = 10  # business days that the strip shows
BAR_HEIGHT = 24


@dataclass(frozen=True, slots=True)
class DayLoad:
    """One business day of one person; is_away: absent or without a cap on that day."""

    day: date
    count: int
    cap: int
    is_away: bool = False

    @property
    def is_full(self) -> bool:
        return self.count >= self.cap

    @property
    def with_one_more(self) -> int:
        return self.count + 1

    @property
    def height(self) -> int:
        """Of the bar, in pixels of the strip's drawing."""
        return round(BAR_HEIGHT * min(self.count / self.cap, 1)) if self.cap else 0

    @property
    def top(self) -> int:
        """Where the bar begins, seen from above."""
        return 2 + BAR_HEIGHT - self.height


def day_loads(people: Sequence[User], as_of: date, calendar: BusinessCalendar) -> dict[int, list[DayLoad]]:
    """The ten business days after as_of for each of these people, by their id; four queries, plus the roles.

    people: with `role_grants` prefetched.
    """
    days = calendar.next_days(as_of + DAY, STRIP_DAYS)
    thresholds = Threshold.objects.in_force()
    by_weekday = {
        (user_id, weekday): cap
        for user_id, weekday, cap in WeekdayCap.objects.filter(user__in=people).values_list("user", "weekday", "cap")
    }
    counts, away = _counts(people, days), _absences(people, days)
    loads = {}
    for person in people:
        usual = daily_cap(person.todo_cap, person.roles, thresholds)
        caps = [by_weekday.get((person.pk, day.weekday()), usual) for day in days]
        loads[person.pk] = [
            DayLoad(day, counts[person.pk, day], cap, cap == 0 or day in away[person.pk])
            for day, cap in zip(days, caps, strict=True)
        ]
    return loads


def _counts(people: Sequence[User], days: Sequence[date]) -> Counter[tuple[int, date]]:
    due = Todo.objects.open().filter(assignee__in=people, effective_due_on__range=(days[0], days[-1])).order_by()
    rows = due.values_list("assignee", "effective_due_on").annotate(count=Count("pk"))
    return Counter({(user_id, day): count for user_id, day, count in rows})


def _absences(people: Sequence[User], days: Sequence[date]) -> defaultdict[int, set[date]]:
    away: defaultdict[int, set[date]] = defaultdict(set)
    rows = Absence.objects.touching(days[0], days[-1]).filter(user__in=people)
    for user_id, first, last in rows.values_list("user", "starts_on", "ends_on"):
        away[user_id] |= {day for day in days if first <= day <= last}
    return away
