"""`make run`: from an empty database to SalesFollow in the browser, with its clock running beside it.

Ctrl-C ends both processes; when one of them dies the other is ended too.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

HOST = "127.0.0.1"
POLL_SECONDS = 0.2
GRACE_SECONDS = 10


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    if is_taken(settings.PORT):
        print(f"Port {settings.PORT} is in use. Choose another: make run PORT={settings.PORT + 1}", file=sys.stderr)
        return 1
    manage("migrate", "--verbosity", "0")
    prepare_database()
    return keep_running(processes(settings.PORT, has_broker=bool(settings.REDIS_URL)))


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], check=True)


def prepare_database() -> None:
    """Fill an empty database with the demo, or else let the first administrator in."""
    people = get_user_model().objects
    if not people.exists():
        demo_mark().unlink(missing_ok=True)
        if is_demo_wanted():
            manage("demo")
            demo_mark().touch()
    if not demo_mark().exists() and not people.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists():
        manage("first_admin")
    is_demo = settings.DEMO if "DEMO" in os.environ else demo_mark().exists()
    os.environ["DEMO"] = str(int(is_demo))


def is_demo_wanted() -> bool:
    """DEMO=0/1 decides; without it the person at the terminal does, and where there is none the demo is loaded."""
    if "DEMO" in os.environ:
        return bool(settings.DEMO)
    if not sys.stdin.isatty():
        return True
    answer = input("The database is empty. Load a demo company with two years of deals? [Y/n] ")
    return answer.strip().lower() in ("", "y", "yes")


def demo_mark() -> Path:
    """The file that says that this very database holds the demo; its login buttons are then there at each start."""
    name = str(settings.DATABASES["default"]["NAME"]).strip("/").replace("/", "-")
    return Path(settings.VAR_DIR) / f"demo-{name}"


def processes(port: int, *, has_broker: bool) -> list[list[str]]:
    """The web server and beat; a worker too where there is a broker to take tasks from."""
    programs = Path(sys.executable).parent
    web = [f"{programs}/granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    web += ["--blocking-threads", "4", "--log-level", "warning", "salesfollow.wsgi:application"]
    celery = [f"{programs}/celery", "--app", "salesfollow"]
    worker = [[*celery, "worker", "--loglevel", "info", "--concurrency", "1"]] if has_broker else []
    return [web, [*celery, "beat", "--loglevel", "info", "--pidfile="], *worker]


def keep_running(commands: Sequence[Sequence[str]]) -> int:
    """Run the commands until one ends or somebody stops us. The exit code is 0 when stopped, 1 when one died."""
    stopped = listen_for_stop()
    children: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            # A session of its own: Ctrl-C reaches this process alone, which ends its children in order.
            children.append(subprocess.Popen(command, start_new_session=True))
        return watch(children, stopped)
    finally:
        end(children)


def watch(children: Sequence[subprocess.Popen[bytes]], stopped: Sequence[int]) -> int:
    """Wait until we are stopped (0) or a child ends (1)."""
    announced = False
    while not stopped:
        for child in children:
            if child.poll() is not None:
                print(f"Stopped, because this ended: {child.args!r}", file=sys.stderr)
                return 1
        announced = announced or announce()
        time.sleep(POLL_SECONDS)
    return 0


def listen_for_stop() -> list[int]:
    """A list that receives the signals which ask us to end."""
    received: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, remember)
    return received


def announce() -> bool:
    """Say where it is, once the port answers."""
    if not is_taken(settings.PORT):
        return False
    print(f"\n  SalesFollow: http://{HOST}:{settings.PORT}/", flush=True)
    if os.environ["DEMO"] == "1":
        print("  This is the demo: the login page has one button per role.", flush=True)
    print("  Ctrl-C stops it.\n", flush=True)
    return True


def end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
