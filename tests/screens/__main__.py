"""`python -m tests.screens [name …]`: photograph every page, or those named, into docs/screens."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screens"


def main(names: list[str]) -> int:
    with TemporaryDirectory() as place:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE_URL": f"sqlite:///{place}/demo.sqlite3",
            "VAR_DIR": place,
        }
        django.setup()
        from tests.screens.photographs import take  # needs Django

        taken = take(names, FOLDER)
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    sys.stdout.write(f"{taken} pictures taken; docs/screens holds {total / 1_000_000:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
