"""Health checks of the containers: `python -m ops.health web|worker|beat` exits with 0 when that part is well."""

import os
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socket import gethostname

from django.conf import settings

from salesfollow.celery import app

# Beat wakes at least every five minutes, and writes its schedule file then.
BEAT_IS_LATE_SECONDS = 10 * 60


def main(part: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    checks: dict[str, Callable[[], bool]] = {"web": is_web_well, "worker": is_worker_well, "beat": is_beat_well}
    return 0 if checks[part]() else 1


def is_web_well() -> bool:
    """Whether /healthz answers 200, asked as the proxy in front would ask."""
    host = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")
    connection = HTTPConnection("127.0.0.1", settings.PORT, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False


def is_worker_well() -> bool:
    """Whether the worker of this host answers through the broker."""
    answers = app.control.inspect(destination=[f"celery@{gethostname()}"], timeout=10).ping()
    return bool(answers)


def is_beat_well() -> bool:
    """Whether beat wrote its schedule lately; the database module decides on the endings of the files."""
    schedule = Path(settings.CELERY_BEAT_SCHEDULE_FILENAME)
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return time.time() - max(written, default=0) < BEAT_IS_LATE_SECONDS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
