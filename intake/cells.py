"""What one cell says: dates, moments, numbers, words. Each reader takes the trimmed text and raises BadCell."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.days import DayFormat, day_format
from intake.findings import BadCell

CENT = Decimal("0.01")
LARGEST_AMOUNT = Decimal("9999999999999.99")

_YES = frozenset({"true", "t", "yes", "y", "1", "on", "はい", "有", "有効", "○", "〇"})
_NO = frozenset({"false", "f", "no", "n", "0", "off", "いいえ", "無", "無効", "×"})
_LINE_BREAKS = re.compile(r"[\r\n\t]+")
_CURRENCY_WORD = re.compile(r"^[A-Z]{3}(?=[-+.\d])|(?<=\d)(?:[A-Z]{3}|円)$")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")


@dataclass(frozen=True)
class Formats:
    """How the file writes dates and numbers: one form of dates and one decimal mark for the whole file."""

    days: DayFormat
    decimal: str = "."


# Defaults of a map are our own codes, ISO dates and plain numbers (D27).
OUR_OWN = Formats(days=day_format("ymd"))

Reader = Callable[[str, Formats], Any]


def text(longest: int) -> Reader:
    """A line of text of at most `longest` characters; line breaks and tabs inside become a space."""

    def read(cell: str, formats: Formats) -> str:
        _check_length(cell, longest)
        return _LINE_BREAKS.sub(" ", cell)

    return read


def paragraphs(longest: int) -> Reader:
    """Text of several lines, of at most `longest` characters."""

    def read(cell: str, formats: Formats) -> str:
        _check_length(cell, longest)
        return cell.replace("\r\n", "\n").replace("\r", "\n")

    return read


def _check_length(cell: str, longest: int) -> None:
    if len(cell) > longest:
        raise BadCell(_("Longer than %(limit)d characters.") % {"limit": longest})


def email(cell: str, formats: Formats) -> str:
    """A login address, in lower case."""
    address = cell.lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadCell(_("Not an e-mail address.")) from error
    return address


def day(cell: str, formats: Formats) -> date:
    """A date; a time beside it is dropped."""
    return formats.days.read(cell).date()


def moment(cell: str, formats: Formats) -> datetime:
    """A date and time of Asia/Tokyo, unless the cell names another offset; midnight where there is no time."""
    read = formats.days.read(cell)
    return read if read.tzinfo else read.replace(tzinfo=timezone.get_default_timezone())


def number(cell: str, formats: Formats) -> Decimal:
    """A number without currency signs, spaces and group separators; groups of two digits are Indian (`1,77,000.00`)."""
    bare = _without_currency(unicodedata.normalize("NFKC", cell))
    if formats.decimal == ",":
        bare = bare.translate({ord("."): ",", ord(","): "."})
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _PLAIN.fullmatch(bare):
        raise BadCell(_("Not a number with “%(mark)s” as its decimal mark.") % {"mark": formats.decimal})
    return Decimal(bare)


def _without_currency(cell: str) -> str:
    kept = (sign for sign in cell if not (sign.isspace() or sign in "'’" or unicodedata.category(sign) == "Sc"))
    return _CURRENCY_WORD.sub("", "".join(kept))


def amount(cell: str, formats: Formats) -> Decimal:
    """An amount of money, rounded to two decimals; not negative."""
    value = number(cell, formats).quantize(CENT, rounding=ROUND_HALF_UP)
    if not 0 <= value <= LARGEST_AMOUNT:
        raise BadCell(_("The amount is negative or too large."))
    return value


def whole(lowest: int, highest: int) -> Reader:
    """A whole number from lowest to highest; a percent sign is dropped and `80.0` is 80."""

    def read(cell: str, formats: Formats) -> int:
        value = number(cell.rstrip("%％ "), formats)
        if value != value.to_integral_value() or not lowest <= value <= highest:
            raise BadCell(_("Not a whole number from %(low)d to %(high)d.") % {"low": lowest, "high": highest})
        return int(value)

    return read


def yes_or_no(cell: str, formats: Formats) -> bool:
    """true, yes, 1, はい, 有効 … or their opposites, upper and lower case alike."""
    word = unicodedata.normalize("NFKC", cell).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadCell(_("Neither yes nor no."))


def code(known: Collection[str]) -> Reader:
    """One of our codes; anything else is unknown and never created (D27)."""
    codes = frozenset(known)

    def read(cell: str, formats: Formats) -> str:
        if cell in codes:
            return str(cell)
        raise BadCell(_("Unknown value. Known: %(known)s.") % {"known": ", ".join(sorted(codes))})

    return read


def ranked(known: Mapping[str, int]) -> Reader:
    """One of our numbered codes, by its number or its name (`1` or `high`)."""

    def read(cell: str, formats: Formats) -> int:
        name = unicodedata.normalize("NFKC", cell).casefold()
        if name in known:
            return known[name]
        if name.isdecimal() and int(name) in known.values():
            return int(name)
        raise BadCell(_("Unknown value. Known: %(known)s.") % {"known": ", ".join(known)})

    return read


def codes(known: Collection[str]) -> Reader:
    """Several of our codes, separated by `;`, each once and in a fixed order."""
    one = code(known)

    def read(cell: str, formats: Formats) -> list[str]:
        parts = unicodedata.normalize("NFKC", cell).split(";")
        return sorted({one(part.strip(), formats) for part in parts if part.strip()})

    return read
