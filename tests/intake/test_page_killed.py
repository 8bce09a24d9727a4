"""An import that was asked for on the page, and kill -9 of the process that does it, again and again.

`KILLS=50 pytest tests/intake/test_page_killed.py` for more of them.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = int(os.environ.get("KILLS", "4"))
ROWS = 4_000
REJECTED = ROWS // 100

BEGIN = """
import django; django.setup()
from datetime import date
from pathlib import Path
from django.core.management import call_command
call_command("migrate", verbosity=0)
from intake.runs import ask
from intake.uploads import take_in
from people.models import User
admin = User.objects.create(name="山口", email="a@example.com")
[upload], _refused = take_in("会社.csv", [Path({file!r}).read_bytes()], by=admin)
ask(upload, by=admin, as_of=date(2026, 11, 20), is_dry_run=False)
"""
# The clock is ahead: whoever did it before is taken for dead at once.
WORK = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
import intake.batches, intake.runs
intake.batches.CHUNK = 100
intake.runs.work(timezone.now() + timedelta(hours=1))
"""
TELL = """
import django; django.setup()
import json
from pathlib import Path
from intake.models import ImportBatch, ImportRow
from leads.models import Company
[batch] = ImportBatch.objects.all()
is_done = batch.status == "done"
lines = Path(batch.summary["rejects_file"]).read_text(encoding="utf-8-sig").splitlines() if is_done else []
print(json.dumps([batch.status, batch.rows_done, batch.summary.get("created"), batch.summary.get("rejected"),
                  Company.objects.count(), ImportRow.objects.count(), len(lines), len(set(lines))]))
"""


@pytest.mark.slow
def test_it_is_completed_with_nothing_doubled_and_nothing_lost(tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}", "VAR_DIR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "salesfollow.settings", "PYTHONPATH": str(ROOT), "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    rows = "".join(f"C{n},会社{n}{',余り' if n % 100 == 7 else ''}\n" for n in range(ROWS))
    file = tmp_path / "rows.csv"
    file.write_text("会社ID,会社名\n" + rows, encoding="utf-8")

    def python(code: str, **more: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment, **more)

    def told() -> list[Any]:
        import json

        output, _errors = python(TELL, stdout=subprocess.PIPE).communicate()
        found: list[Any] = json.loads(output)
        return found

    assert python(BEGIN.format(file=str(file))).wait() == 0
    dice, killed, latest = random.Random(7), 0, 0
    for _attempt in range(KILLS):
        process = python(WORK)
        time.sleep(dice.uniform(0.9, 1.6))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        status, done, _created, _rejected, companies, remembered, *_lines = told()
        assert done >= latest and done % 100 == 0
        if status != "done":
            assert companies == remembered == done - done // 100
        latest = done
    while told()[0] != "done":
        assert python(WORK).wait() == 0
    assert killed > 0
    went_in = ROWS - REJECTED
    assert told() == ["done", ROWS, went_in, REJECTED, went_in, went_in, REJECTED + 1, REJECTED + 1]
