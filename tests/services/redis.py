"""Redis: TEST_REDIS_URL, else the server on 127.0.0.1:6379, else a redis-server on the path, started on a free port."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from tests.services import Absent

LOCAL = "redis://127.0.0.1:6379"


@contextmanager
def running() -> Iterator[str]:
    """The address of a server without a database number. Raises `Absent` when there is none and none can be started."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url.rstrip("/")
    elif is_answering(LOCAL):
        yield LOCAL
    elif program := shutil.which("redis-server"):
        with started(program) as url:
            yield url
    else:
        raise Absent("no Redis: TEST_REDIS_URL is not set, 127.0.0.1:6379 does not answer, no redis-server on the path")


@contextmanager
def started(program: str) -> Iterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="salesfollow-redis-") as folder:
        command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            # A minute at most: six hundred tries, a tenth of a second apart.
            Redis(port=port, retry=Retry(ConstantBackoff(0.1), 600)).ping()
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


@contextmanager
def empty_database(server_url: str) -> Iterator[str]:
    """A numbered database that held nothing, emptied again afterwards. One with keys in it is somebody else's."""
    for number in range(15, 0, -1):
        client = Redis.from_url(f"{server_url}/{number}")
        if client.dbsize() == 0 and client.set("salesfollow-tests", os.getpid(), nx=True, ex=3600):
            try:
                yield f"{server_url}/{number}"
            finally:
                client.flushdb()
            return
    raise Absent(f"no empty database on {server_url}")


def is_answering(url: str) -> bool:
    try:
        return bool(Redis.from_url(url, socket_timeout=10, socket_connect_timeout=10).ping())
    except RedisError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
