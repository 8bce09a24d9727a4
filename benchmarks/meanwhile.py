"""Other people's pages while a large import runs: the same pages before and after it and during it, over HTTP, in turn.

The product's own web server answers; the import was asked for as by its page, and a process of its own does it, as beat
or a worker would. Beside the pages: the memory of that process, and how often the page of the import had moved on.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import django

from benchmarks.data import AS_OF, ROOT
from benchmarks.day import WARM, Reader, served, spent
from benchmarks.intake import MAP, write_files
from salesfollow.celery import POLITENESS

ROUNDS = 30
WORKER = "from intake.tasks import bring_in; bring_in()"

Pages = Mapping[str, Callable[[], object]]
Times = dict[str, list[float]]


def main() -> None:
    """Print the medians in milliseconds and, for each page, that during the import divided by the usual one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    from benchmarks.customers import READER
    from intake.models import ImportBatch
    from people.models import RoleGrant, User
    from people.states import Role

    manager = User.objects.create_user("manager@example.co.jp", None, name="manager")
    RoleGrant.objects.create(user=manager, role=Role.IS_MANAGER)
    batch = ordered(int(sys.argv[1]))
    with served() as port:
        reader, manages = Reader(port, User.objects.get(external_id=READER)), Reader(port, manager)
        pages = {
            "today": partial(reader.open, "/today/"),
            "deals": partial(reader.open, "/deals/"),
            "check": partial(manages.open, f"/dashboards/today/?as_of={AS_OF}"),
        }
        for _ in range(WARM):
            asked(pages, {})
        usual: Times = {}
        for _ in range(ROUNDS):
            asked(pages, usual)
        during, watched = meanwhile(pages, partial(ImportBatch.objects.get, pk=batch.pk))
        for _ in range(ROUNDS):
            asked(pages, usual)
    figures = {name: [round(median(usual[name]), 1), round(median(during[name]), 1)] for name in pages}
    ratios = {name: median(during[name]) / median(usual[name]) for name in pages}
    sys.stdout.write(json.dumps(ratios | watched | {"usual_and_during_ms": figures}))


def ordered(rows: int) -> Any:
    """An import of so many calls that waits to be done, uploaded and asked for as by its page."""
    from deals.models import Deal
    from intake.runs import ask
    from intake.uploads import take_in
    from people.models import User

    admin = User.objects.earliest("pk")
    with TemporaryDirectory() as name:
        write_files(Path(name), rows, Deal.objects.count())
        with (Path(name) / "calls.csv").open("rb") as file:
            [upload], _refused = take_in("calls.csv", iter(partial(file.read, 1 << 20), b""), by=admin)
    upload.kind, upload.plan = "activities", tomllib.loads(MAP)
    upload.save()
    return ask(upload, by=admin, as_of=AS_OF, is_dry_run=False)


def asked(pages: Pages, times: Times) -> None:
    """Each page once."""
    for name, page in pages.items():
        times.setdefault(name, []).append(spent(page))


def meanwhile(pages: Pages, batch: Callable[[], Any]) -> tuple[Times, dict[str, float]]:
    """The pages for as long as the import takes, and what was seen of it."""
    times: Times = {}
    seen, peak, started = set(), 0.0, perf_counter()
    command = ["nice", "-n", str(POLITENESS), sys.executable, "manage.py", "shell", "-c", WORKER]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while batch().rows_done == 0 and worker.poll() is None:
        asked(pages, {})
    while worker.poll() is None:
        asked(pages, times)
        seen.add(batch().rows_done)
        peak = max(peak, resident_mb(worker.pid))
    done = batch()
    if done.status != "done" or done.summary["created"] != done.rows_total:
        raise AssertionError(f"{done.status}: {done.summary}")
    return times, {
        "rows": done.rows_total, "seconds": round(perf_counter() - started), "peak_mb": peak,
        "times_moved_on": len(seen), "rounds": len(times["today"]),
    }  # fmt: skip


def resident_mb(pid: int) -> float:
    """The most memory that the process has held so far."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0.0)


if __name__ == "__main__":
    main()
