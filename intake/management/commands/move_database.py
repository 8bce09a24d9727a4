"""`manage.py move_database --to URL`: from SQLite to PostgreSQL (or back), with equal digests on both sides."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.digest import total
from intake.archive.writing import write_archive


class Command(BaseCommand):
    help = "Copy everything into the empty database at URL, which becomes what this one is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, metavar="URL", help="postgres://user:password@host:5432/name")

    def handle(self, *args: object, **options: Any) -> None:
        self._target = os.environ | {"DATABASE_URL": options["to"]}
        with tempfile.TemporaryDirectory(prefix="salesfollow-move-") as folder:
            path = Path(folder) / "all.zip"
            self._manage("migrate", "--verbosity", "0")
            manifest = write_archive(path, made_at=timezone.localtime())
            self._manage("restore", str(path))
        here, there = total(dict(manifest.digests)), json.loads(self._manage("digest", "--json"))["total"]
        self.stdout.write(f"{here}  {_('here')}\n{there}  {_('there')}")
        if here != there:
            raise CommandError(_("The digests differ. Keep using this database."), returncode=2)
        self.stdout.write(_("Everything has arrived. Set DATABASE_URL to the new address and start SalesFollow again."))

    def _manage(self, *arguments: str) -> str:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
        done = subprocess.run(command, env=self._target, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CommandError(done.stderr.strip() or done.stdout.strip(), returncode=2)
        return done.stdout
