"""A chosen day on which nobody works: one sentence that says from when to when, and why (D16)."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from followups.sentences import day
from people.business_days import BusinessCalendar, holiday_names

SATURDAY, SUNDAY = 5, 6


def shift_sentence(asked: date, calendar: BusinessCalendar) -> str:
    """Why the to-do of that day is done on another; '' for a day on which the company works."""
    if calendar.is_business_day(asked):
        return ""
    words = {"asked": day(asked), "why": _why_off(asked), "next": day(calendar.on_or_after(asked))}
    return _("%(asked)s is off (%(why)s), so the to-do is due on %(next)s.") % words


def with_shift(text: str, asked: date | None, calendar: BusinessCalendar) -> str:
    """What was done, and in the same breath where the to-do went. asked: the day chosen; None for none."""
    sentence = shift_sentence(asked, calendar) if asked else ""
    return _("%(text)s %(shift)s") % {"text": text, "shift": sentence} if sentence else text


def _why_off(asked: date) -> str:
    holiday = holiday_names(asked.year, get_language() or "").get(asked)
    if holiday:
        return holiday
    weekend = {SATURDAY: _("Saturday"), SUNDAY: _("Sunday")}
    return weekend.get(asked.weekday()) or _("the company is closed")
