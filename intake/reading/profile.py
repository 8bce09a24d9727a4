"""What the columns of a table hold, read once from end to end: samples, values with their counts, days, misfits."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intake.files import CELL_LIMIT, LONGEST_CELL
from intake.footers import is_footer
from intake.reading.day_orders import DayColumn, looks_like_a_day
from intake.reading.limits import Limits, Unfit
from intake.reading.texts import (
    NO_HEADER,
    beginning,
    detected_delimiter,
    detected_encoding,
    detected_header_row,
    reads,
    records,
)

VALUES = 100  # different values of a column that are kept with their counts
SAMPLES = 3
SHOWN_ROWS = 5
FOLLOWED = 200  # filled cells after which it is settled whether a column is one of days or of numbers
DISTINCT = 100_000  # beyond it "all different" is believed
TEXT = 80
MOBILE = frozenset({"70", "80", "90"})  # a Japanese mobile number without its 0

Facts = dict[str, Any]


@dataclass
class Zeros:
    """Digits that begin with 0, as those of an ID do, and phone numbers that have lost theirs in a spreadsheet."""

    leading: int = 0
    first: tuple[int, str] = (0, "")
    lost: int = 0
    first_lost: tuple[int, str] = (0, "")

    def take(self, number: int, digits: str) -> None:
        """Look at a cell of digits alone."""
        if digits[0] == "0" and len(digits) > 1:
            self.leading += 1
            self.first = self.first if self.first[0] else (number, digits[:TEXT])
        elif (len(digits) == 10 and digits[:2] in MOBILE) or len(digits) == 9:
            self.lost += 1
            self.first_lost = self.first_lost if self.first_lost[0] else (number, digits)

    def notes(self, name: str, filled: int) -> Iterator[Facts]:
        """Both, of a column with so many filled cells: whether they matter says the field that it fills."""
        if self.leading:
            row, value = self.first
            yield {"code": "leading_zeros", "column": name, "count": self.leading, "row": row, "value": value}
        if self.lost * 2 > filled:
            row, value = self.first_lost
            yield {"code": "lost_zeros", "column": name, "count": self.lost, "row": row, "value": value}


@dataclass
class Column:
    """One column while it is read."""

    filled: int = 0
    numbers: int = 0
    samples: list[str] = field(default_factory=list)
    values: Counter[str] = field(default_factory=Counter)
    is_many: bool = False
    seen: set[int] = field(default_factory=set)
    repeats: int = 0
    days: DayColumn = field(default_factory=DayColumn)
    follows_days: bool = True
    first_odd: tuple[int, str] | None = None
    odd: int = 0
    zeros: Zeros = field(default_factory=Zeros)

    def take(self, number: int, cell: str) -> None:
        """Look at one filled cell."""
        self.filled += 1
        self._count(cell)
        is_number = _is_number(cell)
        self.numbers += is_number
        if not is_number:
            self.odd += 1
            self.first_odd = self.first_odd or (number, cell[:TEXT])
        elif cell.isdecimal():
            self.zeros.take(number, cell)
        if self.follows_days:
            if looks_like_a_day(cell) or self.days.is_of_days:
                self.days.take(number, cell)
            if self.filled == FOLLOWED:
                self.follows_days = self.days.filled * 2 > FOLLOWED and self.days.is_of_days

    def _count(self, cell: str) -> None:
        if len(self.samples) < SAMPLES and cell not in self.samples:
            self.samples.append(cell[:TEXT])
        if not self.is_many:
            self.values[cell[:TEXT]] += 1
            self.is_many = len(self.values) > VALUES
        if len(self.seen) < DISTINCT:
            mark = hash(cell)
            self.repeats += mark in self.seen
            self.seen.add(mark)

    @property
    def is_of_days(self) -> bool:
        """Whether it holds days: most of its cells do."""
        return self.days.is_of_days and self.days.filled * 10 >= self.filled * 8

    def facts(self, name: str) -> Facts:
        """What the page shows of it."""
        days = self.days
        return {
            "name": name,
            "filled": self.filled,
            "samples": self.samples,
            "values": [] if self.is_many else self.values.most_common(),
            "distinct": len(self.seen),
            "repeats": self.repeats,
            "numbers": self.numbers,
            "days": days.form if self.is_of_days else "",
        }

    def notes(self, name: str) -> Iterator[Facts]:
        """What is wrong with it: mixed orders, days nobody can tell, a column that changes its kind half-way."""
        days = self.days
        if days.is_mixed and days.filled * 2 > self.filled:
            (row, value), (other_row, other) = days.day_first or (0, ""), days.month_first or (0, "")
            facts = {"row": row, "value": value, "other_row": other_row, "other": other}
            yield {"code": "mixed_days", "column": name, **facts}
        elif self.is_of_days and days.is_open:
            yield {"code": "open_days", "column": name, "value": self.samples[0]}
        misfits = days.unread + self.filled - days.filled
        if self.is_of_days and misfits:
            row, value = days.first_unread or self.first_odd or (0, "")
            yield {"code": "odd_days", "column": name, "count": misfits, "row": row, "value": value}
        elif not self.is_of_days and self.odd and self.numbers > self.odd * 4 and self.numbers > 10:
            row, value = self.first_odd or (0, "")
            yield {"code": "odd_numbers", "column": name, "count": self.odd, "row": row, "value": value}
        yield from self.zeros.notes(name, self.filled)


def _is_number(cell: str) -> bool:
    return cell.translate(_SIGNS).isdecimal()


_SIGNS = {ord(sign): None for sign in ",.-+$¥¥€£%% 円"}


def profiled(path: Path, asked: Facts, limits: Limits) -> Facts:
    """The table as it is read. asked: encoding, delimiter, header_row where somebody has chosen them. Raises Unfit."""
    encoding = asked.get("encoding") or detected_encoding(path)
    if asked.get("encoding") and not reads(path, encoding):
        raise Unfit("wrong_encoding", encoding=encoding)
    start = beginning(path, encoding)
    if not start.strip():
        raise Unfit("empty")
    delimiter = asked.get("delimiter") or detected_delimiter(start)
    header_row = asked.get("header_row")
    if header_row is None:
        header_row = detected_header_row(records(start, delimiter))
    reading = {"encoding": encoding, "delimiter": delimiter, "header_row": header_row}
    return reading | _read(path, encoding, delimiter, header_row, limits)


def _read(path: Path, encoding: str, delimiter: str, header_row: int, limits: Limits) -> Facts:
    csv.field_size_limit(LONGEST_CELL)
    header: list[str] = []
    table = _Table(limits)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        number, line = 0, 1
        try:
            for cells in reader:
                number += 1
                if cells and number >= max(header_row, 1):
                    if not header:
                        header = _names(cells, header_row)
                        table.begin(header)
                        if header_row != NO_HEADER:
                            line = reader.line_num + 1
                            continue
                    table.take(number, cells)
                line = reader.line_num + 1
        except csv.Error as error:
            raise Unfit("broken_quotes", line=line, why=str(error)) from error
    if not header:
        raise Unfit("no_header_row", row=header_row)
    return table.facts()


def _names(cells: list[str], header_row: int) -> list[str]:
    if header_row == NO_HEADER:
        return [f"#{place}" for place in range(1, len(cells) + 1)]
    names = [cell.strip() for cell in cells]
    for name in names:
        if name and names.count(name) > 1:
            raise Unfit("repeated_header", name=name[:TEXT])
    return names


class _Table:
    """The rows below the header as they come by."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._header: list[str] = []
        self._columns: list[Column] = []
        self._first: list[list[str]] = []
        self._odd: dict[str, list[Any]] = {}
        self.rows = 0

    def begin(self, header: list[str]) -> None:
        """Take the names of the columns. Raises Unfit for too many."""
        if len(header) > self._limits.columns:
            raise Unfit("too_many_columns", count=len(header), most=self._limits.columns)
        self._header = header
        self._columns = [Column() for _name in header]

    def take(self, number: int, cells: list[str]) -> None:
        """Look at one row. Raises Unfit beyond the limits."""
        self.rows += 1
        if self.rows > self._limits.rows or self.rows * len(self._header) > self._limits.cells:
            raise Unfit("too_many_rows", most=self._limits.rows)
        texts = [cell.strip() for cell in cells]
        if not any(texts):
            return
        if odd := self._damage(texts):
            self._odd.setdefault(odd, [0, number])[0] += 1
            return
        if len(self._first) < SHOWN_ROWS:
            self._first.append([text[:TEXT] for text in texts])
        for column, text in zip(self._columns, texts, strict=True):
            if text:
                column.take(number, text)

    def _damage(self, cells: list[str]) -> str:
        if is_footer(cells):
            return "footer_rows"
        if len(cells) != len(self._header):
            return "ragged_rows"
        if any("\0" in cell for cell in cells):
            return "nul_rows"
        return "long_rows" if any(len(cell) > CELL_LIMIT // 4 for cell in cells) else ""

    def facts(self) -> Facts:
        """All that was found."""
        named = list(zip(self._columns, self._header, strict=True))
        notes = [{"code": code, "count": count, "row": row} for code, (count, row) in self._odd.items()]
        notes += [note for column, name in named for note in column.notes(name)]
        columns = [column.facts(name) for column, name in named]
        return {"columns": columns, "rows": self.rows, "first": self._first, "notes": notes}
