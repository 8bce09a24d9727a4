"""Small files in the shapes of other systems, brought in as an operator would."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from django.utils import translation

from intake.batches import import_file
from intake.maps import ImportMap, read_map
from intake.report import Report
from intake.rows import Rejected
from tests.factories import TODAY


@dataclass
class Desk:
    """A folder with files and maps; `rejected` are the rows of the last import that did not go in."""

    folder: Path
    rejected: list[Rejected] = field(default_factory=list)

    def file(self, content: str | bytes, encoding: str = "utf-8", name: str = "rows.csv") -> Path:
        """A file as some program would have saved it."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode(encoding))
        return path

    def map(self, text: str) -> Path:
        """A MAP.toml."""
        path = self.folder / "map.toml"
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def plan(self, text: str) -> ImportMap:
        """The map, read."""
        return read_map(self.map(text))

    def bring_in(
        self, content: str | bytes, plan: str, *, encoding: str = "utf-8", as_of: date = TODAY, dry: bool = False
    ) -> Report:
        """Import this content by this map."""
        self.rejected = []
        path = self.file(content, encoding)
        return import_file(path, self.plan(plan), as_of=as_of, is_dry_run=dry, on_rejected=self.rejected.append)

    def reasons(self) -> list[tuple[int, str, str, str]]:
        """Row, column, value and text of everything that is wrong."""
        return [(p.row, p.column, p.value, p.text) for row in self.rejected for p in row.problems]


def figures(report: Report) -> dict[str, int]:
    """The five counts that are not zero; they always sum up to the rows."""
    counts = {name: getattr(report, name) for name in ("created", "updated", "unchanged", "skipped", "rejected")}
    assert sum(counts.values()) == report.rows
    return {name: count for name, count in counts.items() if count}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(autouse=True)
def own_folder_in_english(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Rejects files go to the test's folder; messages are in English."""
    settings.VAR_DIR = tmp_path / "var"
    with translation.override("en"):
        yield
