"""Import of activities from a CSV file against Django's bulk_create of the same rows, in turn on fresh copies."""

import csv
import json
import os
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import django

from benchmarks import data

MAP = """
kind = "activities"
dates = "ymd"
[columns]
external_id = "id"
deal = "deal"
owner = "owner"
occurred_at = "at"
outcome = "outcome"
note = "note"
[defaults]
kind = "call"
"""
OUTCOMES = ("not_connected", "callback", "appointment", "declined")


def write_files(folder: Path, rows: int, deals: int) -> None:
    """The CSV and its map."""
    start = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 - a file says local time
    with (folder / "calls.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "deal", "owner", "at", "outcome", "note"])
        for n in range(rows):
            at = start + timedelta(minutes=n % 300_000)
            line = (f"c{n}", f"x{1 + n * 7 % deals}", f"u{1 + n % 200}", at.strftime("%Y-%m-%d %H:%M:%S"))
            writer.writerow([*line, OUTCOMES[n % 4], f"メモ{n}"])
    (folder / "calls.toml").write_text(MAP)


def bulk_create(folder: Path) -> float:
    """Seconds that Django takes for the same rows: read, build, one transaction, batches of 2,000."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from activities.models import Activity
    from deals.models import Deal
    from people.models import User

    deals = dict(Deal.objects.values_list("external_id", "pk"))
    users = dict(User.objects.values_list("external_id", "pk"))
    started = perf_counter()
    with (folder / "calls.csv").open(newline="") as file, transaction.atomic():
        rows = csv.DictReader(file)
        made = (
            Activity(
                external_id=row["id"], kind="call", outcome=row["outcome"], deal_id=deals[row["deal"]],
                owner_id=users[row["owner"]], note=row["note"], is_imported=True,
                occurred_at=timezone.make_aware(datetime.strptime(row["at"], "%Y-%m-%d %H:%M:%S")),  # noqa: DTZ007
                occurred_on=datetime.strptime(row["at"][:10], "%Y-%m-%d").date(),  # noqa: DTZ007
            )
            for row in rows
        )  # fmt: skip
        Activity.objects.bulk_create(made, batch_size=2000)
    return perf_counter() - started


def run(deals: int, rows: int, repetitions: int) -> dict[str, Any]:
    """Medians, and the ratio pair by pair."""
    template, ours, floor = f"bench_{deals}", "bench_ours", "bench_floor"
    data.make_template(template, deals=deals)
    pairs = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, rows, deals)
        for _ in range(repetitions):
            data.copy(template, floor)
            data.copy(template, ours)
            floor_seconds = float(data.run(floor, ["-m", "benchmarks.intake", name]))
            started = perf_counter()
            printed = data.manage(
                ours, "import_records", str(folder / "calls.csv"), "--map", str(folder / "calls.toml"), "--json"
            )
            seconds = perf_counter() - started
            if json.loads(printed)["created"] != rows:
                raise AssertionError(printed[:500])
            pairs.append((seconds, floor_seconds))
    data.drop(ours, floor)
    return {
        "rows": rows,
        "import_s": median(ours_s for ours_s, _floor in pairs),
        "bulk_create_s": median(floor_s for _ours, floor_s in pairs),
        "ratio": median(ours_s / floor_s for ours_s, floor_s in pairs),
    }


if __name__ == "__main__":
    sys.stdout.write(str(bulk_create(Path(sys.argv[1]))))
