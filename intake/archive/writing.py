"""Writing the zip: a CSV per table, the records as any system reads them, and a manifest."""

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from followups.digest import digests
from intake.archive.manifest import CHECKSUM_SUFFIX, MANIFEST, RECORDS, Manifest, Written, checksum, table_file
from intake.archive.moment import last_numbers, one_moment
from intake.archive.records import files, import_map
from intake.archive.tables import Table, our_apps, tables
from intake.states import RecordKind

Progress = Callable[[str], None]


def write_archive(path: Path, *, made_at: datetime, progress: Progress | None = None) -> Manifest:
    """Write everything as it stands at one moment into `path` and its checksum beside it; only its owner may read them.

    A run that breaks off leaves no half file under that name. Raises OSError where it cannot write.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as raw, one_moment():
            manifest = _write(raw, made_at, progress or _say_nothing)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    beside = path.with_name(path.name + CHECKSUM_SUFFIX)
    beside.write_text(f"{checksum(path)}  {path.name}\n", encoding="utf-8")
    beside.chmod(0o600)
    return manifest


def _write(raw: IO[bytes], made_at: datetime, progress: Progress) -> Manifest:
    written: dict[str, Written] = {}
    all_tables = tables()
    with ZipFile(raw, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, header, rows in _files(all_tables):
            progress(name)
            written[name] = _write_csv(archive, name, header, rows)
        for kind in RecordKind:
            archive.writestr(f"{RECORDS}{kind.value}.toml", import_map(kind))
        manifest = Manifest(
            made_at=made_at,
            database=connection.vendor,
            migrations=applied_migrations(),
            last_numbers=last_numbers(all_tables),
            files=written,
            digests=digests(),
        )
        archive.writestr(MANIFEST, json.dumps(manifest.as_json(), ensure_ascii=False, indent=1))
    return manifest


def _files(all_tables: Sequence[Table]) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[str]]]]:
    for table in all_tables:
        yield table_file(table), table.columns, table.rows()
    for name, header, rows in files():
        yield RECORDS + name, header, rows


def applied_migrations() -> dict[str, list[str]]:
    """App → its migrations in this database, for the apps whose tables are written."""
    ours = our_apps()
    applied = MigrationRecorder(connection).applied_migrations()
    return {app: sorted(name for label, name in applied if label == app) for app in ours}


def _write_csv(archive: ZipFile, name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Written:
    count = 0
    with archive.open(name, "w", force_zip64=True) as file:
        hashed = _Hashed(file)
        write = csv.writer(hashed, lineterminator="\r\n").writerow
        write(header)
        for row in rows:
            write(row)
            count += 1
    return Written(rows=count, sha256=hashed.digest.hexdigest())


class _Hashed:
    """Takes text, writes it as UTF-8, and knows the digest of all that was written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.digest = hashlib.sha256()
        self._file = file

    def write(self, text: str) -> int:
        data = text.encode()
        self.digest.update(data)
        return self._file.write(data)


def _say_nothing(name: str) -> None:
    """For callers that show no progress."""
