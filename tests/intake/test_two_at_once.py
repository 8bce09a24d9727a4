"""Two imports of one file at once: every row goes in once, and neither fails."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = 6_000


@pytest.mark.slow
@pytest.mark.postgres
def test_two_imports_of_one_file_bring_every_row_in_once(postgres_url: str, tmp_path: Path) -> None:
    rows, plan = tmp_path / "rows.csv", tmp_path / "map.toml"
    rows.write_text("id,name,boss\n" + "".join(f"C{n},会社{n},x\n" for n in range(ROWS)), encoding="utf-8")
    plan.write_text('kind = "companies"\n[columns]\nexternal_id = "id"\nname = "name"\n', encoding="utf-8")
    environment = os.environ | {"DATABASE_URL": postgres_url, "DJANGO_SETTINGS_MODULE": "salesfollow.settings"}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)

    command = [*manage, "import_records", str(rows), "--map", str(plan), "--json"]
    pair = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) for _ in range(2)]

    assert [process.wait(timeout=900) for process in pair] == [0, 0]
    with psycopg.connect(postgres_url) as database:
        counts = database.execute(
            "SELECT (SELECT count(*) FROM leads_company), (SELECT count(*) FROM intake_importrow)"
        ).fetchone()
    assert counts == (ROWS, ROWS)
