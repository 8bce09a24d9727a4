"""Each drill gets a migrated database of its own, of the kind this run is about, and a crew on it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from tests.drills.crew import Crew
from tests.services import postgres


@pytest.fixture(scope="session")
def migrated_file(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Path:
    """The test database as the migrations left it, as a SQLite file."""
    file: Path = tmp_path_factory.mktemp("migrated") / "migrated.sqlite3"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    return file


@pytest.fixture
def database_url(request: pytest.FixtureRequest, transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """A migrated database: a SQLite file or, in the second half of `make test`, one on the PostgreSQL server."""
    if connection.vendor == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "drill.sqlite3")
        yield f"sqlite:///{file}"
        return
    name = f"{postgres.DATABASE_NAME}_drill_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    connection.close()  # a database that somebody is connected to cannot be copied
    server_url, template = request.getfixturevalue("postgres_server"), connection.settings_dict["NAME"]
    with postgres.empty_database(server_url, name, template=template) as url:
        yield url


@pytest.fixture
def crew(database_url: str) -> Iterator[Crew]:
    with Crew.on(database_url) as standing_by:
        yield standing_by


class Copies:
    """The drill's database, kept as it is under a name and put back later. Nobody may be connected meanwhile."""

    def __init__(self, url: str) -> None:
        self._url, self._kept = url, set[str]()

    def keep(self, name: str) -> None:
        self._kept.add(name)
        self._copy(self._name(), self._name(name))

    def restore(self, name: str) -> None:
        self._copy(self._name(name), self._name())

    def forget(self) -> None:
        """Drop all copies."""
        for name in self._kept:
            self._remove(self._name(name))

    def _name(self, name: str = "") -> str:
        path = urlsplit(self._url).path
        return path.removeprefix("/") + (f"_{name.replace(' ', '_')}" if name else "")

    def _copy(self, source: str, target: str) -> None:
        self._remove(target)
        if self._url.startswith("sqlite"):
            shutil.copy(source, target)
            return
        with self._server() as server:
            # The server may not have noticed yet that the process at the other end was killed.
            server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [source])
            server.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _remove(self, name: str) -> None:
        if self._url.startswith("sqlite"):
            for ending in ("", "-wal", "-shm"):
                Path(name + ending).unlink(missing_ok=True)
            return
        with self._server() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _server(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(postgres.with_database(self._url, "postgres"), autocommit=True)


@pytest.fixture
def copies(database_url: str) -> Iterator[Copies]:
    copies = Copies(database_url)
    yield copies
    copies.forget()
