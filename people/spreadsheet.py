"""Files that Excel opens as they were meant: CSV in UTF-8 with BOM or in CP932, workbooks. No cell is a formula."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import chain
from typing import IO, Any, cast

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

BOM = "\ufeff"
GETA = "〓"  # what Japanese printers set where a character is missing
FAULTS_NAMED = 100
SHEET_ROWS = 1_048_575  # one less than a sheet of Excel holds, for the header
_CELL_CHARACTERS = 32_767  # what a cell of Excel holds
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML has no way to write them
# Characters that CP932 knows by another code point with the same face (WAVE DASH, MINUS SIGN and so on).
_TWINS = str.maketrans("\u301c\u2212\u2016\u00a2\u00a3\u00ac\u2014", "\uff5e\uff0d\u2225\uffe0\uffe1\uffe2\u2015")
# What a spreadsheet program may read as the start of a formula, full width included (OWASP, CSV injection).
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# A signed number or an E.164 phone number is no formula and must come back as it was.
_NUMBER = re.compile(r"[+-]\d+(\.\d+)?")


def lines(header: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The file piece by piece: header and rows as they come, so that a long list is never held in memory."""
    yield BOM
    for row in chain([header], rows):
        yield _line(row)


def cp932_lines(header: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """The same in CP932, which old programs read; what it cannot hold (`cp932_faults`) stands as GETA."""
    for row in chain([header], rows):
        text = _line(row).translate(_TWINS)
        yield "".join(letter if _is_in_cp932(letter) else GETA for letter in text).encode("cp932")


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that CP932 cannot hold. row counts as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    text: str
    missing: str


@dataclass(frozen=True, slots=True)
class Faults:
    """How many cells CP932 cannot hold, and the first FAULTS_NAMED of them."""

    count: int
    named: list[Fault]


def cp932_faults(header: Iterable[object], rows: Iterable[Iterable[object]]) -> Faults:
    """What would be lost in CP932, cell by cell; reads the rows once."""
    columns, count = [str(name) for name in header], 0
    named: list[Fault] = []
    for number, row in enumerate(chain([columns], rows), start=1):
        for column, value in zip(columns, row, strict=True):
            text = cell(value).translate(_TWINS)
            if missing := "".join(dict.fromkeys(letter for letter in text if not _is_in_cp932(letter))):
                count += 1
                if len(named) < FAULTS_NAMED:
                    named.append(Fault(number, column, text[:80], missing[:20]))
    return Faults(count, named)


def write_workbook(file: IO[bytes], header: Iterable[object], rows: Iterable[Iterable[object]]) -> None:
    """The list as a workbook, row by row. Days and numbers keep their kind; text is never a formula.

    What one sheet cannot hold goes on in the next, under the same header.
    """
    book, columns = Workbook(write_only=True), list(header)
    for number, row in enumerate(chain([columns], rows)):
        if number % SHEET_ROWS == 0:
            sheet = book.create_sheet()
            sheet.freeze_panes = "A2"
            if number:
                sheet.append([_sheet_cell(sheet, name) for name in columns])
        sheet.append([_sheet_cell(sheet, value) for value in row])
    book.save(file)


def _sheet_cell(sheet: Any, value: object) -> Any:
    if isinstance(value, datetime):
        value = timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, int | float | Decimal | date):
        return WriteOnlyCell(sheet, cast(Any, value))
    found = WriteOnlyCell(sheet, _CONTROLS.sub("", str(value))[:_CELL_CHARACTERS])
    found.data_type = "s"  # or openpyxl writes what begins with = as a formula
    return found


def _line(row: Iterable[object]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([cell(value) for value in row])
    return line.getvalue()


def _is_in_cp932(letter: str) -> bool:
    if letter < "\x80":
        return True
    try:
        letter.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def cell(value: object) -> str:
    """One cell as text: None is empty, dates and moments are ISO (moments in Asia/Tokyo), formulas are defused by '."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return defused(str(value).replace("\0", ""))


def defused(text: str) -> str:
    """The text with ' in front where a spreadsheet program would read a formula; `as_it_was` takes it off again."""
    return f"'{text}" if _is_formula(text) else text


def as_it_was(text: str) -> str:
    """The text that `defused` made this of: one ' less where it stands before the start of a formula."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text.lstrip("'")) else text


def _is_formula(text: str) -> bool:
    return bool(_FORMULA.match(text.lstrip("'"))) and not _NUMBER.fullmatch(text)
