"""`make run`: both processes live and die together, and an empty database becomes the demo or lets somebody in."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password

from ops import run as start
from people.models import User
from tests.ops.processes import running, wait_until
from tests.services.redis import free_port

SUPERVISE = "import json, sys; from ops.run import keep_running; sys.exit(keep_running(json.loads(sys.argv[1])))"

# Writes its process id to a file, then waits; on SIGTERM it ends with 0.
CHILD = """
import os, pathlib, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
signal.pause()
"""


@pytest.fixture
def pid_files(tmp_path: Path) -> list[Path]:
    return [tmp_path / "web", tmp_path / "beat"]


@pytest.fixture
def supervisor(pid_files, tmp_path):
    """A running supervisor of two children, both of them up."""
    children = [[sys.executable, "-c", CHILD, str(file)] for file in pid_files]
    command = [sys.executable, "-c", SUPERVISE, json.dumps(children)]
    with running(command, {"PORT": str(free_port())}, tmp_path / "log") as process:
        wait_until(lambda: all(file.exists() and file.read_text() for file in pid_files), "two children")
        yield process


def is_alive(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_ends_both_and_is_no_failure(supervisor, pid_files, number):
    supervisor.send_signal(number)

    assert supervisor.wait(timeout=180) == 0
    assert [is_alive(file) for file in pid_files] == [False, False]


@pytest.mark.parametrize("victim", [0, 1])
def test_a_child_that_dies_takes_the_other_along_and_is_a_failure(supervisor, pid_files, victim, tmp_path):
    os.kill(int(pid_files[victim].read_text()), signal.SIGKILL)

    assert supervisor.wait(timeout=180) == 1
    assert [is_alive(file) for file in pid_files] == [False, False]
    assert "Stopped, because this ended" in (tmp_path / "log").read_text()


def test_a_program_that_cannot_be_started_leaves_none_behind(pid_files):
    children = [[sys.executable, "-c", CHILD, str(pid_files[0])], ["/no/such/program"]]
    command = [sys.executable, "-c", SUPERVISE, json.dumps(children)]
    ended = subprocess.run(command, capture_output=True, timeout=180, check=False)

    assert ended.returncode == 1
    assert not pid_files[0].exists() or not is_alive(pid_files[0])


@pytest.fixture
def called(monkeypatch, settings, tmp_path) -> list[str]:
    """The management commands that the start calls; nobody sits at a terminal."""
    commands: list[str] = []
    settings.VAR_DIR = tmp_path
    monkeypatch.setenv("DEMO", "")
    monkeypatch.delenv("DEMO")
    monkeypatch.setattr(start, "manage", commands.append)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return commands


@pytest.mark.django_db
def test_an_empty_database_gets_the_demo_and_stays_the_demo_at_the_next_start(called, monkeypatch):
    start.prepare_database()
    monkeypatch.delenv("DEMO")
    User.objects.create(name="デモの担当")
    start.prepare_database()

    assert called == ["demo"]
    assert os.environ["DEMO"] == "1"


@pytest.mark.django_db
def test_without_the_demo_the_first_administrator_is_let_in(called, monkeypatch):
    monkeypatch.setenv("DEMO", "0")

    start.prepare_database()

    assert called == ["first_admin"]


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "command"), [("", "demo"), ("Y", "demo"), ("n", "first_admin")])
def test_the_person_at_the_terminal_is_asked(called, monkeypatch, answer, command):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _question: answer)

    start.prepare_database()

    assert called == [command]


@pytest.mark.django_db
def test_imported_people_who_cannot_log_in_need_a_first_administrator_and_no_demo(called):
    User.objects.create(name="取込の担当", password=make_password(None))

    start.prepare_database()

    assert called == ["first_admin"]
    assert os.environ["DEMO"] == "0"


@pytest.mark.django_db
def test_a_database_with_somebody_who_can_log_in_is_left_alone(called):
    User.objects.create(name="管理者", password=make_password("a long password"))

    start.prepare_database()

    assert called == []
    assert os.environ["DEMO"] == "0"


@pytest.mark.django_db
def test_a_new_empty_database_in_the_place_of_the_demo_is_no_demo(called, monkeypatch):
    start.demo_mark().touch()
    monkeypatch.setenv("DEMO", "0")

    start.prepare_database()

    assert not start.demo_mark().exists()
