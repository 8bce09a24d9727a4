"""What the zip says of itself: when it was made, by which release, and each file's rows and checksum."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from intake.archive.tables import Table

FORMAT = 1
MANIFEST = "manifest.json"
TABLES, RECORDS = "tables/", "records/"
CHECKSUM_SUFFIX = ".sha256"  # as `sha256sum --check` reads it


@dataclass(frozen=True)
class Written:
    """One file: its rows without the header, and the SHA-256 of its bytes."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """digests: SHA-256 per table over business columns, as `manage.py digest` prints them.

    migrations: app → its migrations, for only the same tables take the rows back. last_numbers: table → highest id
    that it ever gave.
    """

    made_at: datetime
    database: str
    migrations: Mapping[str, list[str]]
    last_numbers: Mapping[str, int]
    files: Mapping[str, Written]
    digests: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """For the file."""
        return {"format": FORMAT} | asdict(self) | {"made_at": self.made_at.isoformat()}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "Manifest":
        """What `as_json` wrote. Raises KeyError, TypeError or ValueError if it is none, or of a later format."""
        if content["format"] != FORMAT:
            raise ValueError(content["format"])
        files = {name: Written(**written) for name, written in content["files"].items()}
        rest = {name: content[name] for name in ("database", "migrations", "last_numbers", "digests")}
        return cls(made_at=datetime.fromisoformat(content["made_at"]), files=files, **rest)


def table_file(table: Table) -> str:
    """The name of a table's file in the zip."""
    return f"{TABLES}{table.name}.csv"


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
