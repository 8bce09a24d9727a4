"""Which order of day and month a column writes, decided over all its rows and never per cell."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from intake.days import day_format

FORMS = (
    "ymd", "mdy", "dmy",
    "%d %b, %Y %H:%M:%S", "%d %b, %Y", "%d %b %Y", "%d %b %Y %H:%M", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y",
    "%b %d, %Y", "%B %d, %Y", "%b %d, %Y %I:%M %p", "%b %d, %Y, %I:%M %p", "%a %b %d %Y",
    "%Y%m%d", "%d/%m/%y", "%m/%d/%y", "%y/%m/%d",
)  # fmt: skip
_READERS = {name: day_format(name) for name in FORMS}
_FIRST_TWO = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_LIKE_A_DAY = re.compile(r"(?=.*\d)[\w\s/.,:年月日+-]{6,40}")


@dataclass
class DayColumn:
    """The days of one column: which forms read them, and in which row the first number above 12 stands."""

    forms: Counter[str] = field(default_factory=Counter)
    filled: int = 0
    unread: int = 0
    first_unread: tuple[int, str] | None = None
    day_first: tuple[int, str] | None = None
    month_first: tuple[int, str] | None = None
    _shapes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(self, number: int, cell: str) -> None:
        """Look at one filled cell."""
        self.filled += 1
        text = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
        found = _FIRST_TWO.match(text)
        if found:
            self._judge(number, cell, int(found[1]), int(found[2]))
        forms = self._forms(text)
        if not forms:
            self.unread += 1
            self.first_unread = self.first_unread or (number, cell[:80])
        for form in forms:
            self.forms[form] += 1

    def _judge(self, number: int, cell: str, first: int, second: int) -> None:
        if first > 12 >= second:
            self.day_first = self.day_first or (number, cell[:80])
        if second > 12 >= first:
            self.month_first = self.month_first or (number, cell[:80])

    def _forms(self, text: str) -> tuple[str, ...]:
        """The forms that read the text. Cells of one shape, such as 99/99/9999 with the same day or month above 12,
        are read by the same forms."""
        shape = "compact" if _COMPACT.fullmatch(text) else _shape(text)
        known = self._shapes.get(shape)
        if known is None:
            known = tuple(name for name, reader in _READERS.items() if reader.pattern.fullmatch(text))
            known = tuple(name for name in known if _is_possible(name, text))
            if len(self._shapes) < 2_000:
                self._shapes[shape] = known
        return known

    @property
    def is_mixed(self) -> bool:
        """Some rows can only be day first, others only month first."""
        return self.day_first is not None and self.month_first is not None

    @property
    def is_open(self) -> bool:
        """Nothing tells day from month: no number above 12 in either place."""
        return self.form in ("mdy", "dmy") and not (self.day_first or self.month_first)

    @property
    def form(self) -> str:
        """The form that reads most of the cells; of several the first of FORMS."""
        if not self.forms:
            return ""
        most = max(self.forms.values())
        return next(name for name in FORMS if self.forms[name] == most)

    @property
    def is_of_days(self) -> bool:
        """Whether the column holds days: nine of ten filled cells can be read as one."""
        return self.filled > 0 and self.unread * 10 <= self.filled


def looks_like_a_day(cell: str) -> bool:
    """A cheap first look."""
    return bool(_LIKE_A_DAY.fullmatch(cell))


def _shape(text: str) -> str:
    found = _FIRST_TWO.match(text)
    if found:
        above = f"{int(found[1]) > 12:d}{int(found[2]) > 12:d}"
        return above + re.sub(r"\d", "9", text)
    return re.sub(r"\d", "9", text)


def _is_possible(name: str, text: str) -> bool:
    found = _FIRST_TWO.match(text)
    if name == "%Y%m%d":
        return bool(_COMPACT.fullmatch(text))
    if not found or name not in ("mdy", "dmy", "%d/%m/%y", "%m/%d/%y"):
        return True
    month = int(found[1] if name in ("mdy", "%m/%d/%y") else found[2])
    return month <= 12
