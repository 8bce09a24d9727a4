"""Starting the product's processes as an operator does, and waiting for what they do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

PROGRAMS = Path(sys.executable).parent


def run(command: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of the virtual environment in the project's folder to its end."""
    return subprocess.run(
        with_program(command),
        env=os.environ | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@contextmanager
def running(command: Sequence[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, asked to end when the block does."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            with_program(command),
            env=os.environ | environment,
            cwd=settings.BASE_DIR,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=180)


def with_program(command: Sequence[str]) -> list[str]:
    """The command with its program looked for beside this interpreter first, as the image's path does."""
    program = PROGRAMS / command[0]
    return [str(program) if program.exists() else command[0], *command[1:]]


def wait_until(is_done: Callable[[], bool], what: str, seconds: float = 300) -> None:
    """Ask again and again until it is done. Fails when it takes longer."""
    deadline = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)
