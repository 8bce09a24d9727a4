"""Databases of invented deals for the benchmarks: fixed seed, fixed clock, PostgreSQL; made once and then copied."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432")
AS_OF = date(2026, 10, 1)
NOW = datetime(2026, 10, 1, 10, 0, tzinfo=timezone(timedelta(hours=9)))


def url(name: str) -> str:
    """The address of one benchmark database."""
    return f"{SERVER}/{name}"


def make_template(name: str, *, deals: int, users: int = 200, activities_each: int = 10) -> None:
    """Create and fill a database to be copied; one that is already there is brought up to today's tables."""
    if is_there(name):
        manage(name, "migrate", "-v0", "--skip-checks")
        manage(name, "rebuild_rollups", "--changed")
        return
    with making(name) as unfinished:
        manage(unfinished, "migrate", "-v0", "--skip-checks")
        fill(unfinished, "deals", deals, users, activities_each)
        analyse(unfinished)
        manage(unfinished, "rebuild_rollups")
        analyse(unfinished)


def make_day_template(source: str, name: str) -> None:
    """Copy a template and add what the pages of one working day show; one that is there gets today's tables."""
    if is_there(name):
        manage(name, "migrate", "-v0", "--skip-checks")
        return
    with making(name, template=source) as unfinished:
        fill(unfinished, "customers")


@contextmanager
def making(name: str, template: str = "template1") -> Iterator[str]:
    """The name of a copy of the template, which gets its own once it is filled: what was cut off is made anew."""
    unfinished = f"{name}_unfinished"
    copy(template, unfinished)
    yield unfinished
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def fill(name: str, kind: str, *sizes: int) -> None:
    """Write the data of one kind, in a process of the product (`benchmarks.fill`)."""
    run(name, ["-m", "benchmarks.fill", kind, *map(str, sizes)])


def is_there(name: str) -> bool:
    """Whether the server has a database of that name."""
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    return found is not None


def copy(template: str, name: str) -> None:
    """A fresh copy of a template, statistics included."""
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop(*names: str) -> None:
    """Remove databases that a benchmark made."""
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        for name in names:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def manage(name: str, *arguments: str) -> str:
    """Run manage.py against one database and give back what it printed."""
    return run(name, ["manage.py", *arguments])


def run(name: str, command: Sequence[str], **settings: str) -> str:
    """What a Python command prints that has the settings of a server and one of the databases."""
    environment = os.environ | {"DATABASE_URL": url(name), "DEBUG": "0", "SECRET_KEY": "benchmark"} | settings
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def analyse(name: str) -> None:
    """Fresh statistics, as autovacuum would have made by the next night."""
    with psycopg.connect(url(name), autocommit=True) as database:
        database.execute("VACUUM ANALYZE")
