"""Dates as files write them: one order or one strptime format for the whole file, never guessed per cell.

Month names are English in every locale (D27), so `datetime.strptime`, which asks the process's locale, will not do.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from django.utils.translation import gettext as _

from intake.findings import BadCell, ImportRefused
from people.typed_days import year_of_era

FIRST_YEAR, LAST_YEAR = 1900, 2199  # beyond lie typing errors and "no date" marks such as 9999-12-31

_TIME = (
    r"(?:(?:T|\s+)(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<p>[AaPp]\.?[Mm]\.?)?\s*(?P<z>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_ORDERS = {
    "ymd": (
        r"(?:(?P<Y>\d{4})|(?P<era>令和|平成|[RHrh])\s*(?P<eY>\d{1,2}|元)(?=[-/.年]))"
        r"(?:(?P<mark>[-/.])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日)"
    ),
    "mdy": r"(?P<m>\d{1,2})(?P<mark>[-/.])(?P<d>\d{1,2})(?P=mark)(?P<Y>\d{4})",
    "dmy": r"(?P<d>\d{1,2})(?P<mark>[-/.])(?P<m>\d{1,2})(?P=mark)(?P<Y>\d{4})",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    "(?P<b>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY_NAME = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})",
    "b": _MONTH_NAME, "B": _MONTH_NAME, "a": _WEEKDAY_NAME, "A": _WEEKDAY_NAME,
    "H": r"(?P<H>\d{1,2})", "I": r"(?P<H>\d{1,2})", "M": r"(?P<M>\d{1,2})", "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,9})", "p": r"(?P<p>[ap]\.?m\.?)", "z": r"(?P<z>Z|UTC|[+-]\d{2}:?\d{2})", "%": "%",
}  # fmt: skip


@dataclass(frozen=True)
class DayFormat:
    """One way to write dates: `shown` is what the map says, `pattern` what a cell must match."""

    shown: str
    pattern: re.Pattern[str]

    def read(self, cell: str) -> datetime:
        """The date with its time, midnight without one; aware only where the cell names an offset. Raises BadCell."""
        found = self.pattern.fullmatch(cell if cell.isascii() else unicodedata.normalize("NFKC", cell))
        if found is None:
            raise BadCell(_("Not a date like %(example)s.") % {"example": day_form_name(self.shown)})
        try:
            return _moment(found.groupdict())
        except ValueError as error:
            raise BadCell(_("There is no such date.")) from error


def day_form_name(name: str) -> str:
    """How the form writes 4 March 2026, with its meaning where that is not plain."""
    shown = {
        "ymd": _("2026/3/4 (year, month, day)"),
        "mdy": _("3/4/2026 (month, day, year)"),
        "dmy": _("4/3/2026 (day, month, year)"),
    }
    return shown.get(name) or name.replace("%", "")


def day_format(text: str) -> DayFormat:
    """The format that `dates` of a map names: ymd, mdy, dmy or a strptime format. Raises ImportRefused."""
    if text in _ORDERS:
        return DayFormat(text, re.compile(_ORDERS[text] + _TIME))
    if "%" not in text:
        raise ImportRefused(_("dates: “%(text)s” is neither ymd, mdy, dmy nor a strptime format.") % {"text": text})
    return DayFormat(text, re.compile(_strptime_pattern(text), re.IGNORECASE))


def _strptime_pattern(text: str) -> str:
    pattern = re.sub(r"\\?\s+", r"\\s+", re.sub(r"%(.?)|([^%]+)", _piece, text))
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise ImportRefused(_("dates: “%(text)s” names a part twice.") % {"text": text}) from error
    if not ({"Y", "y"} & groups.keys() and {"m", "b"} & groups.keys() and "d" in groups):
        raise ImportRefused(_("dates: “%(text)s” lacks the year, the month or the day.") % {"text": text})
    return pattern


def _piece(found: re.Match[str]) -> str:
    directive, literal = found.groups()
    if literal is not None:
        return re.escape(literal)
    if directive not in _DIRECTIVES:
        raise ImportRefused(_("dates: “%(text)s” is not supported.") % {"text": f"%{directive}"})
    return _DIRECTIVES[directive]


def _moment(parts: dict[str, str | None]) -> datetime:
    year = _year(parts)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(year)
    return datetime(
        year, _month(parts), int(parts.get("d") or parts.get("d2") or 0),
        _hour(parts), int(parts.get("M") or 0), int(parts.get("S") or 0), tzinfo=_offset(parts.get("z")),
    )  # fmt: skip


def _year(parts: dict[str, str | None]) -> int:
    if era := parts.get("era"):
        return year_of_era(era.upper(), parts.get("eY") or "")
    if full := parts.get("Y"):
        return int(full)
    short = int(parts.get("y") or 0)
    return short + (2000 if short < 69 else 1900)  # as strptime does


def _month(parts: dict[str, str | None]) -> int:
    if name := parts.get("b"):
        return _MONTHS.index(name[:3].lower()) + 1
    return int(parts.get("m") or parts.get("m2") or 0)


def _hour(parts: dict[str, str | None]) -> int:
    hour, half = int(parts.get("H") or 0), parts.get("p")
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half[0] in "pP" else 0)


@cache
def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.upper() in ("Z", "UTC"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
