"""CSV files that Excel opens as they were meant: UTF-8 with BOM, CRLF, and no cell that turns into a formula."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import StringIO
from itertools import chain

from django.utils import timezone

BOM = "\ufeff"
# What a spreadsheet program may read as the start of a formula, full width included (OWASP, CSV injection).
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# A signed number or an E.164 phone number is no formula and must come back as it was.
_NUMBER = re.compile(r"[+-]\d+(\.\d+)?")


def lines(header: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The file piece by piece: header and rows as they come, so that a long list is never held in memory."""
    yield BOM
    for row in chain([header], rows):
        line = StringIO()
        csv.writer(line, lineterminator="\r\n").writerow([cell(value) for value in row])
        yield line.getvalue()


def cell(value: object) -> str:
    """One cell as text: None is empty, dates and moments are ISO (moments in Asia/Tokyo), formulas are defused by '."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\0", "")
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
