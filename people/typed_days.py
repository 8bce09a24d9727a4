"""Days as people type them, in any width: 2026/4/1, 令和8年4月1日, R8.4.1, 4/1, +3m (domain.md D.7)."""

import re
import unicodedata
from datetime import date, timedelta

from people.business_days import add_months

# era -> (its last year before the first, first day)
_ERAS = {"令和": (2018, date(2019, 5, 1)), "平成": (1988, date(1989, 1, 8))}
_ERA_LETTERS = {"R": "令和", "H": "平成"}

_SEPARATOR = r"\s*[-/.年]\s*"
_MONTH_AND_DAY = r"(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
_ERA_DAY = re.compile(rf"(?P<era>令和|平成|[RH])\s*(?P<year>\d{{1,2}}|元){_SEPARATOR}{_MONTH_AND_DAY}")
_FULL_DAY = re.compile(rf"(?P<year>\d{{4}}){_SEPARATOR}{_MONTH_AND_DAY}")
_EIGHT_DIGITS = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_SHORT_DAY = re.compile(_MONTH_AND_DAY)
_SPAN = re.compile(r"\+\s*(?P<count>\d{1,4})\s*(?P<unit>D|W|M|Y|日後?|週間?後?|[かカヶケ箇]月後?|年後?)")
_MONTHS = {"M": 1, "か": 1, "カ": 1, "ヶ": 1, "ケ": 1, "箇": 1, "Y": 12, "年": 12}
_DAYS = {"D": 1, "日": 1, "W": 7, "週": 7}


def day_typed(text: str, as_of: date) -> date:
    """The day that is meant. A day without a year is the next one from as_of on; +3m counts from as_of.

    Raises ValueError for what is no day, such as 2026/2/30.
    """
    typed = re.sub(r"\s*\([^)]*\)$", "", unicodedata.normalize("NFKC", text).strip().upper())  # a weekday behind it
    for pattern in (_FULL_DAY, _EIGHT_DIGITS):
        if found := pattern.fullmatch(typed):
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _ERA_DAY.fullmatch(typed):
        return _of_era(found)
    if found := _SHORT_DAY.fullmatch(typed):
        return _next_one(int(found["month"]), int(found["day"]), as_of)
    if found := _SPAN.fullmatch(typed):
        return _later(as_of, int(found["count"]), found["unit"][0])
    raise ValueError(text)


def japanese_year(day: date) -> str:
    """令和8年; the first year of an era is 元年. Empty before Heisei."""
    for era, (before, first_day) in _ERAS.items():
        if day >= first_day:
            year = day.year - before
            return f"{era}{'元' if year == 1 else year}年"
    return ""


def year_of_era(era: str, year: str) -> int:
    """2026 of 令和 or R and 8; 元 is the first year. Raises KeyError for an era before Heisei."""
    before, _first_day = _ERAS[_ERA_LETTERS.get(era, era)]
    return before + (1 if year == "元" else int(year))


def _of_era(found: re.Match[str]) -> date:
    return date(year_of_era(found["era"], found["year"]), int(found["month"]), int(found["day"]))


def _next_one(month: int, day: int, as_of: date) -> date:
    """The next such day from as_of on; 29 February waits for its year."""
    for year in range(as_of.year, as_of.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= as_of:
            return found
    raise ValueError(f"{month}/{day}")


def _later(as_of: date, count: int, unit: str) -> date:
    try:
        if unit in _MONTHS:
            return add_months(as_of, count * _MONTHS[unit])
        return as_of + timedelta(days=count * _DAYS[unit])
    except OverflowError as error:
        raise ValueError(count) from error
