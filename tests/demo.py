"""The demo company in a test's database: told once per run of the suite, in half a minute, and read afterwards."""

import fcntl
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from tests.database import Rows, refill, rows_of

DAY = date(2026, 11, 20)  # a Friday before a long weekend


@dataclass(frozen=True)
class Told:
    """What the command printed, and what stood in each table afterwards."""

    printed: str
    tables: dict[str, Rows]


@contextmanager
def company(folder: Path) -> Iterator[str]:
    """The demo company for as long as this lasts; gives what the command printed."""
    with transaction.atomic():
        yield move_in(folder)
        transaction.set_rollback(True)


def move_in(folder: Path) -> str:
    """Fill a freshly migrated database; gives back what `manage.py demo` printed.

    folder: shared by the workers of a run. Whoever comes first tells the demo, and the others wait for it.
    """
    kept = folder / f"demo-{connection.vendor}.pickle"
    with (folder / "demo.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not kept.exists():
            told = tell()
            kept.write_bytes(pickle.dumps(told))
            return told.printed
    told = pickle.loads(kept.read_bytes())
    refill(told.tables)
    return told.printed


def tell() -> Told:
    out = StringIO()
    call_command("demo", as_of=DAY, stdout=out)
    return Told(out.getvalue(), {table: stored(columns, rows_of(table)) for table, columns in written_tables().items()})


def written_tables() -> dict[str, set[str]]:
    """Each table with the columns that are written; generated ones are the database's own."""
    return {
        model._meta.db_table: {field.column for field in model._meta.local_concrete_fields if not field.generated}
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def stored(columns: set[str], rows: Rows) -> Rows:
    places = [place for place, column in enumerate(rows.columns) if column in columns]
    values = [tuple(written(row[place]) for place in places) for row in rows.values]
    return Rows([rows.columns[place] for place in places], values)


def written(value: object) -> object:
    """Python's SQLite reads times of day and does not write them."""
    return value.isoformat() if isinstance(value, time) else value
