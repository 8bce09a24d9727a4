"""How full the coming days of people are, as the strip of the call panel draws them (C-12, C-18)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from activities.capacity import STRIP_BUSINESS_DAYS, Loads
from people.business_days import DAY, BusinessCalendar

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


def day_loads(user_ids: Collection[int], as_of: date, calendar: BusinessCalendar) -> dict[int, list[DayLoad]]:
    """The ten business days after as_of for each of these people, by their id; two queries."""
    days = _strip(as_of, calendar)
    loads = Loads.load(user_ids, as_of, calendar, until=days[-1])
    return {user_id: strip_of(user_id, loads) for user_id in loads.limits}


def strip_of(user_id: int, loads: Loads) -> list[DayLoad]:
    """The same for one person whose loads are known."""
    shown = (loads.on(user_id, day) for day in _strip(loads.as_of, loads.calendar))
    return [DayLoad(one.day, one.count, one.cap, one.state == "off") for one in shown]


def _strip(as_of: date, calendar: BusinessCalendar) -> list[date]:
    return calendar.next_days(as_of + DAY, STRIP_BUSINESS_DAYS)
