"""The rejects file: every row that did not go in, as it was, with the reasons. Mended, it can be imported as it is."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from intake.files import Table
from intake.findings import Problem
from intake.rows import REJECT_COLUMNS, Rejected


class RejectsFile:
    """A CSV beside the database, made when the first row is rejected. UTF-8 with a mark, so that Excel opens it."""

    def __init__(self, folder: Path, table: Table, batch_id: int) -> None:
        self.path = folder / f"{batch_id}-{table.path.stem}-rejects.csv"
        self._delimiter = table.delimiter
        # The file may be such a rejects file itself.
        self._own = [place for place, name in enumerate(table.header) if name in REJECT_COLUMNS]
        self._header = table.header
        self.is_begun = False

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self.path.stat().st_size if self.is_begun else 0

    def go_back(self, size: int) -> None:
        """What was written beyond `size` belongs to rows that did not come in after all."""
        if self.path.exists():
            os.truncate(self.path, size)
        self.is_begun = size > 0

    def add(self, rows: Sequence[Rejected]) -> None:
        """Write these rows down."""
        if not rows:
            return
        if not self.is_begun:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._write([[*REJECT_COLUMNS, *self._theirs(self._header)]], mode="w", encoding="utf-8-sig")
            self.is_begun = True
        self._write(
            [[str(row.number), reasons(row.problems), *self._theirs(row.cells)] for row in rows],
            mode="a",
            encoding="utf-8",
        )

    def _theirs(self, cells: Sequence[str]) -> list[str]:
        return [cell for place, cell in enumerate(cells) if place not in self._own]

    def _write(self, rows: list[list[str]], *, mode: str, encoding: str) -> None:
        with self.path.open(mode, encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=self._delimiter).writerows(rows)


def reasons(problems: Sequence[Problem]) -> str:
    """All that is wrong with a row, in one line."""
    return "; ".join(f"{problem.column}: {problem.text}" if problem.column else problem.text for problem in problems)
