"""A kill in mid-import leaves whole chunks; a rerun of the same command completes it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from activities.models import Activity
from deals.models import Deal
from intake.chunks import ChunkWriter
from intake.models import ImportBatch, ImportRow
from leads.models import Company
from tests.intake.conftest import Desk, figures

ROOT = Path(__file__).resolve().parent.parent.parent
PLAN = """
kind = "deals"
[columns]
external_id = "id"
company = "company"
status = "stage"
fs_owner = "field"
last_contact_on = "touched"
"""
ROWS = "id,company,stage,field,touched\n" + "".join(f"D{n},C{n},ongoing,f{n % 7},2025-01-05\n" for n in range(25))


class Killed(Exception):
    """What a kill looks like from inside."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["_lasts", "_write", "_remember", "_tell"])
def test_a_kill_at_any_moment_of_a_chunk_leaves_whole_chunks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setattr("intake.batches.CHUNK", 10)
    ordinary, calls = getattr(ChunkWriter, moment), []

    def dies_in_the_second_chunk(self: ChunkWriter, *args: object) -> object:
        calls.append(moment)
        done = ordinary(self, *args)
        if len(calls) == 2:
            raise Killed
        return done

    with monkeypatch.context() as patched:
        patched.setattr(ChunkWriter, moment, dies_in_the_second_chunk)
        with pytest.raises(Killed):
            desk.bring_in(ROWS, PLAN)

    whole = 10  # a chunk is told about in the transaction that writes it
    assert Deal.objects.count() == ImportRow.objects.count() == Activity.objects.count() == whole
    assert Company.objects.count() == whole

    report = desk.bring_in(ROWS, PLAN)

    assert figures(report) == {"created": 25 - whole, "unchanged": whole}
    assert (
        Deal.objects.count() == ImportRow.objects.count() == Activity.objects.count() == Company.objects.count() == 25
    )
    assert ImportBatch.objects.filter(status="running").count() == 1


@pytest.mark.slow
def test_kill_9_of_the_process_leaves_whole_chunks_and_a_rerun_completes_it(tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}", "DJANGO_SETTINGS_MODULE": "salesfollow.settings",
    }  # fmt: skip
    rows, plan = tmp_path / "rows.csv", tmp_path / "map.toml"
    count = 9_000
    rows.write_text("id,name\n" + "".join(f"C{n},会社{n}\n" for n in range(count)), encoding="utf-8")
    plan.write_text('kind = "companies"\n[columns]\nexternal_id = "id"\nname = "name"\n', encoding="utf-8")
    command = [sys.executable, "manage.py", "import_records", str(rows), "--map", str(plan), "--json"]
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)

    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    while counted(tmp_path, "intake_importrow") < 2_000 and process.poll() is None:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()

    standing = counted(tmp_path, "leads_company")
    assert standing == counted(tmp_path, "intake_importrow")
    assert standing % 2_000 == 0 or standing == count

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert f'"created": {count - standing}, "updated": 0, "unchanged": {standing}' in done.stdout
    assert counted(tmp_path, "leads_company") == counted(tmp_path, "intake_importrow") == count


def counted(folder: Path, table: str) -> int:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(folder / "own.sqlite3", timeout=20)) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
