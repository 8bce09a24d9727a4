"""Each drill gets a migrated database of its own, of the kind this run is about, and a crew on it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
