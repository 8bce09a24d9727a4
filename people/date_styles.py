"""How the reader of this request wants dates: the Western calendar alone, or the Japanese era beside it."""

from contextvars import ContextVar
from datetime import date

from people.states import DateStyle

_style: ContextVar[str] = ContextVar("date_style", default=DateStyle.WESTERN.value)

# First day of the era, what it is called, and the Western year before its first.
_ERAS = ((date(2019, 5, 1), "令和", 2018), (date(1989, 1, 8), "平成", 1988))


def choose(style: str) -> None:
    """Show dates in this style until the next request chooses its own."""
    _style.set(style)


def second_label(day: date) -> str:
    """令和8年, where the reader wants it; else nothing."""
    if _style.get() != DateStyle.JAPANESE:
        return ""
    return next((_named(era, day.year - before) for first_day, era, before in _ERAS if day >= first_day), "")


def _named(era: str, year: int) -> str:
    return f"{era}{'元' if year == 1 else year}年"
