"""Excel workbooks: each visible sheet becomes a CSV file of its own, read row by row and never calculated."""

import csv
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from intake.reading import number_formats
from intake.reading.limits import Limits, Unfit

START = 4096
BLOCK = 1 << 18
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
Note = dict[str, Any]


def notes_of(archive: ZipFile) -> list[Note]:
    """What a workbook has that is not read. Raises Unfit for XML that defines entities."""
    names = archive.namelist()
    for name in names:
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                if _ENTITIES.search(part.read(START)):
                    raise Unfit("xml_entities")
    notes: list[Note] = []
    if any(name.endswith("vbaProject.bin") for name in names):
        notes.append({"code": "macros"})
    if any(name.startswith("xl/externalLinks/") for name in names):
        notes.append({"code": "external_links"})
    if any(_has(archive, name, b"<mergeCell ") for name in names if name.startswith("xl/worksheets/sheet")):
        notes.append({"code": "merged_cells"})
    return notes


def _has(archive: ZipFile, name: str, mark: bytes) -> bool:
    tail = b""
    with archive.open(name) as part:
        while block := part.read(BLOCK):
            if mark in tail + block:
                return True
            tail = block[-len(mark) :]
    return False


def sheets(path: Path, folder: Path, limits: Limits) -> tuple[list[tuple[str, Path, list[Note]]], list[Note]]:
    """The visible sheets that hold cells, each as (name, CSV, its notes), and a note for each hidden one.

    Raises Unfit.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl leaves out, such as data validation, holds no rows
        try:
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, SyntaxError) as error:
            raise Unfit("broken_book") from error
        found, notes = [], []
        for number, sheet in enumerate(book.worksheets):
            if sheet.sheet_state != "visible":
                notes.append({"code": "hidden_sheet", "name": sheet.title})
                continue
            target = folder / f"{path.stem}-sheet{number}.csv"
            cells = Cells()
            if _write(sheet, target, limits, cells):
                found.append((sheet.title, target, cells.notes()))
    return found, notes


class Cells:
    """The cells of one sheet as texts, and what their number formats show that is not read."""

    def __init__(self) -> None:
        self._lost: dict[int, Note] = {}

    def text(self, row: int, place: int, cell: Any) -> str:
        """The cell with the zeros that its format adds. row and place count from 1."""
        value = cell.value
        if value.__class__ is not int and value.__class__ is not float:
            return text_of(value)
        try:
            return number_formats.shown(value, cell.number_format) or text_of(value)
        except ValueError:
            facts = {"row": row, "value": text_of(value), "format": cell.number_format, "count": 0}
            self._lost.setdefault(place, {"code": "unread_format", "place": place, **facts})["count"] += 1
            return text_of(value)

    def notes(self) -> list[Note]:
        """The columns that lose zeros, by their place, each with its first row."""
        return [self._lost[place] for place in sorted(self._lost)]


def _write(sheet: Any, target: Path, limits: Limits, read: Cells) -> int:
    """Write the sheet as a rectangle; the number of its filled rows."""
    rough = target.with_suffix(".rough")
    width = filled = cells = 0
    with rough.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        for number, row in enumerate(sheet.iter_rows(), start=1):
            texts = _trimmed([read.text(number, place, cell) for place, cell in enumerate(row, start=1)])
            width, filled, cells = max(width, len(texts)), filled + bool(texts), cells + len(row)
            if number > limits.rows + 1 or cells > limits.cells:
                raise Unfit("too_many_rows", most=limits.rows)
            write(texts or [""])
    with rough.open(encoding="utf-8", newline="") as file, target.open("w", encoding="utf-8", newline="") as whole:
        csv.writer(whole).writerows(_padded(csv.reader(file), width))
    rough.unlink()
    return filled


def _padded(rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    return ([*row, *[""] * (width - len(row))] for row in rows)


def _trimmed(texts: list[str]) -> list[str]:
    while texts and not texts[-1]:
        texts.pop()
    return texts


def text_of(value: object) -> str:
    """A cell as a CSV would hold it: ISO days, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
