"""`manage.py export_all`: the whole installation as one zip, while it runs."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.archive.manifest import CHECKSUM_SUFFIX, TABLES
from intake.archive.writing import write_archive

PREFIX = "salesfollow-"


class Command(BaseCommand):
    help = "Write every table as CSV, the records as other systems read them, and a manifest with digests into a zip."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="default: exports/salesfollow-DATE-TIME.zip in VAR_DIR")
        parser.add_argument("--keep", type=int, metavar="N", help="delete all but the newest N in the default folder")

    def handle(self, *args: object, **options: Any) -> None:
        if options["keep"] is not None and (options["file"] or options["keep"] < 1):
            raise CommandError(_("--keep goes with the default folder and at least 1."))
        folder = Path(settings.VAR_DIR) / "exports"
        now = timezone.localtime()
        path: Path = options["file"] or folder / f"{PREFIX}{now:%Y-%m-%d-%H%M%S}.zip"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            manifest = write_archive(path, made_at=now, progress=self._progress if sys.stderr.isatty() else None)
        except OSError as error:
            raise CommandError(_("%(file)s cannot be written: %(why)s") % {"file": path, "why": error}) from error
        rows = [written.rows for name, written in manifest.files.items() if name.startswith(TABLES)]
        text = _("%(rows)d rows of %(tables)d tables: %(file)s")
        self.stdout.write(text % {"rows": sum(rows), "tables": len(rows), "file": path})
        if options["keep"]:
            for old in sorted(folder.glob(f"{PREFIX}*.zip"))[: -options["keep"]]:
                old.unlink()
                old.with_name(old.name + CHECKSUM_SUFFIX).unlink(missing_ok=True)

    def _progress(self, name: str) -> None:
        self.stderr.write(f"{name} …")
