"""`manage.py restore FILE`: what `export_all` wrote, into an empty installation of the same release."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.archive.reading import ArchiveRefused, check_archive, restore


class Command(BaseCommand):
    help = "Restore a full export into an empty installation, or only check that it is whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="read the whole file and write nothing")

    def handle(self, *args: object, **options: Any) -> None:
        path: Path = options["file"]
        try:
            manifest = check_archive(path) if options["check"] else restore(path, progress=self._progress)
        except ArchiveRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        made_at = timezone.localtime(manifest.made_at)
        said = (
            _("Whole, of %(when)s.")
            if options["check"]
            else _("Restored as it stood on %(when)s; the digests are equal.")
        )
        self.stdout.write(said % {"when": f"{made_at:%Y-%m-%d %H:%M}"})

    def _progress(self, name: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{name} …")
