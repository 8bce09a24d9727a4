"""A crew: one process with the product loaded on a database of its own, which forks as many workers as a drill needs.

Loading the product takes a second of processor time, forking a hundredth: a drill may kill hundreds of workers. The
workers of one job start together behind a barrier. The crew reads one order a line and answers one line.
"""

import json
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Self

import django
from django.conf import settings
from django.db import connection, connections


@dataclass(frozen=True, slots=True)
class Ending:
    """How one worker ended. signal: 9 if it was killed, else 0. has_begun: it had sent a statement to the database."""

    signal: int
    has_begun: bool
    result: Any
    error: str
    seconds: float

    @property
    def was_killed_at_work(self) -> bool:
        return self.signal == signal.SIGKILL and self.has_begun


class Crew:
    """The test's end of the line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @classmethod
    @contextmanager
    def on(cls, database_url: str) -> Iterator[Self]:
        """A crew on that database for as long as the block lasts."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.drills.crew"],
            env=os.environ | {"DATABASE_URL": database_url, "REDIS_URL": "", "LOG_LEVEL": "ERROR"},
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield cls(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=180)

    def do(self, job: str, **arguments: Any) -> Any:
        """The crew itself does the job and gives back its result; an error fails the test."""
        answer = self._order(job=job, arguments=arguments)
        assert not answer.get("error"), answer["error"]
        return answer["result"]

    def race(self, job: str, *, workers: int = 1, kill_after: Sequence[float] = (), **arguments: Any) -> list[Ending]:
        """All workers do the job at once. kill_after: seconds after the start at which each is killed (kill -9)."""
        endings = self._order(job=job, workers=workers, kill_after=list(kill_after), arguments=arguments)
        return [Ending(**ending) for ending in endings]

    def _order(self, **order: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the crew is gone: {self._process.poll()}"
        return json.loads(answer)


# From here on: inside the crew.


@dataclass(slots=True)
class Worker:
    """One forked process, seen from the crew."""

    pid: int
    report: BinaryIO
    started: float
    said: bytes = b""
    seconds: float = 0

    def read(self) -> bool:
        """Take what it said; whether it is still there."""
        heard = os.read(self.report.fileno(), 1 << 16)
        self.said += heard
        self.seconds = time.monotonic() - self.started
        return bool(heard)

    def end(self) -> Ending:
        _pid, status = os.waitpid(self.pid, 0)
        self.report.close()
        begun, _newline, said = self.said.partition(b"\n")
        told: dict[str, Any] = json.loads(said) if said.endswith(b"\n") else {}
        error = told.get("error", "")
        return Ending(
            os.waitstatus_to_exitcode(status) * -1, begun == b"begun", told.get("result"), error, self.seconds
        )


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        job = getattr(moving_in, order["job"], None) or getattr(jobs, order["job"])
        if "workers" in order:
            endings = run(job, order["workers"], order["kill_after"], order["arguments"])
            answer: Any = [asdict(ending) for ending in endings]
        else:
            answer = attempt(job, order["arguments"])
        print(json.dumps(answer), flush=True)


def run(job: Any, count: int, kill_after: Sequence[float], arguments: Mapping[str, Any]) -> list[Ending]:
    barrier, gate = os.pipe()
    jobs.meeting = multiprocessing.Barrier(count, timeout=180)
    workers = [fork(job, arguments, barrier, gate) for _ in range(count)]
    os.close(barrier)
    os.close(gate)  # the barrier opens
    started = time.monotonic()
    for worker in workers:
        worker.started = started
    listen(workers, [started + seconds for seconds in kill_after])
    return [worker.end() for worker in workers]


def listen(workers: Sequence[Worker], deadlines: Sequence[float]) -> None:
    """Hear all workers out, and kill each at its deadline."""
    doomed = dict(zip([worker.pid for worker in workers], deadlines, strict=False))
    listening = list(workers)
    while listening:
        next_at = min(doomed.values(), default=None)
        patience = None if next_at is None else max(0.0, next_at - time.monotonic())
        ready, _, _ = select.select([worker.report for worker in listening], [], [], patience)
        listening = [worker for worker in listening if worker.report not in ready or worker.read()]
        for pid in [pid for pid, at in doomed.items() if at <= time.monotonic()]:
            del doomed[pid]
            with suppress(ProcessLookupError):  # it had ended before
                os.kill(pid, signal.SIGKILL)


def fork(job: Any, arguments: Mapping[str, Any], barrier: int, gate: int) -> Worker:
    report, mouth = os.pipe()
    pid = os.fork()
    if pid:
        os.close(mouth)
        return Worker(pid, os.fdopen(report, "rb", buffering=0), 0)
    os.close(gate)
    os.close(report)
    work(job, arguments, barrier, mouth)
    os._exit(0)


def work(job: Any, arguments: Mapping[str, Any], barrier: int, mouth: int) -> None:
    """Inside a worker: wait for the others, do the job, say what came of it."""

    def say_begun(execute: Any, *call: Any) -> Any:
        if not has_begun:
            has_begun.append(True)
            os.write(mouth, b"begun\n")
        return execute(*call)

    has_begun: list[bool] = []
    os.read(barrier, 1)
    with connection.execute_wrapper(say_begun):
        told = attempt(job, arguments)
    prefix = b"" if has_begun else b"idle\n"
    with os.fdopen(mouth, "wb") as out:
        out.write(prefix + json.dumps(told).encode() + b"\n")


def attempt(job: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Do the job and say what came of it. No connection is left open, so none is shared with a later fork."""
    try:
        return {"result": job(**arguments)}
    except Exception:  # noqa: BLE001 - whatever happens is for the test to judge
        return {"error": traceback.format_exc()}
    finally:
        connections.close_all()


if __name__ == "__main__":
    django.setup()
    from tests.drills import jobs, moving_in

    main()
