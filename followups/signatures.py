"""Which days have been checked, for the page, the notices and the rate of double checks (S0-31, M-22)."""

from datetime import date

from followups.models import LeakCheck
from people.business_days import BusinessCalendar


def is_signed(day: date, team_id: int | None = None) -> bool:
    """Whether somebody has checked the day for the whole company; with a team, for it alone or for everybody."""
    return LeakCheck.objects.covering(team_id).filter(checked_on=day).exists()


def unsigned_yesterday(as_of: date, calendar: BusinessCalendar, team_id: int | None = None) -> date | None:
    """The business day before as_of if nobody has checked it, else None."""
    day = calendar.add(as_of, -1)
    return None if is_signed(day, team_id) else day
