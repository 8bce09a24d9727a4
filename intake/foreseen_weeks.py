"""The to-dos that a dry run foresees, laid on the weeks of those who would get them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from followups.desk import Desk, Seat

SHOWN = 8  # weeks; what comes later is one figure
NOBODY = 0

_WEEK = timedelta(weeks=1)


@dataclass
class ForeseenWeeks:
    """What the first run would be asked for: by day, person (an IS owner, or nobody) and whether the day may move."""

    _asked: Counter[tuple[date, int, bool]] = field(default_factory=Counter)

    def ask(self, day: date, owner_id: int | None, *, may_level: bool) -> None:
        """One more to-do; owner_id None: whoever has the lowest load."""
        self._asked[day, owner_id or NOBODY, may_level] += 1

    def as_json(self, as_of: date, newcomers: Collection[int]) -> dict[str, Any]:
        """weeks: Monday, to-dos that are there already, those added, how many the caps take; after_weeks: added later.

        Handed out as a run as of that day does, the oldest request first. newcomers: ids of people of inside sales whom
        the import would make. Empty where no to-do is foreseen.
        """
        if not self._asked:
            return {"weeks": [], "after_weeks": 0}
        desk = Desk.load(as_of, newcomers)
        before = _by_week(*(seat.per_day for seat in desk.seats.values()))
        added = _by_week(self._handed_out(desk))
        first = _monday(desk.calendar.on_or_after(as_of))
        shown = [first + number * _WEEK for number in range(SHOWN)]
        last = max(added)
        weeks = [
            {"from": week.isoformat(), "before": before[week], "added": added[week], "room": _room(desk, week)}
            for week in shown
            if week <= last
        ]
        return {"weeks": weeks, "after_weeks": sum(count for week, count in added.items() if week > shown[-1])}

    def _handed_out(self, desk: Desk) -> Counter[date]:
        days: Counter[date] = Counter()
        for (day, owner_id, may_level), count in sorted(self._asked.items()):
            for _number in range(count):
                days[desk.place(desk.assign(owner_id), day, may_level=may_level).effective_on] += 1
        return days


def _by_week(*counts: Counter[date]) -> Counter[date]:
    weeks: Counter[date] = Counter()
    for days in counts:
        for day, count in days.items():
            weeks[_monday(day)] += count
    return weeks


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _room(desk: Desk, monday: date) -> int:
    """How many to-dos the caps of the week allow in all; days before the run and days off allow none."""
    week = [monday + timedelta(days=number) for number in range(7)]
    days = [day for day in week if day >= desk.as_of and desk.calendar.is_business_day(day)]
    return sum(_cap(seat, day) for seat in desk.seats.values() for day in days)


def _cap(seat: Seat, day: date) -> int:
    return 0 if seat.limits.absent_until(day) else seat.limits.cap_on(day)
