"""How the reader of this request wants dates: the Western calendar alone, or the Japanese era beside it."""

from contextvars import ContextVar
from datetime import date

from people.states import DateStyle
from people.typed_days import japanese_year

_style: ContextVar[str] = ContextVar("date_style", default=DateStyle.WESTERN.value)


def choose(style: str) -> None:
    """Show dates in this style until the next request chooses its own."""
    _style.set(style)


def chosen() -> str:
    """The style of the reader of this request."""
    return _style.get()


def second_label(day: date) -> str:
    """令和8年, where the reader wants it; else nothing."""
    return japanese_year(day) if _style.get() == DateStyle.JAPANESE else ""
