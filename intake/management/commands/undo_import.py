"""`manage.py undo_import BATCH`: takes an import back, as the page of the import does.

Exit codes: 0 done, also where rows were kept, 2 refused and nothing changed.
"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.models import ImportBatch
from intake.undoing.batches import preview_import_undo, undo_import
from people.refusal import Refused


class Command(BaseCommand):
    help = "Take back what an import did and nobody has touched since; its rows can come in again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", type=int, metavar="BATCH", help="the number of the import")
        parser.add_argument("--dry-run", action="store_true", help="say what would be taken back and change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: object, **options: Any) -> None:
        batch = ImportBatch.objects.filter(pk=options["batch"]).first()
        if batch is None:
            raise CommandError(_("There is no such import."), returncode=2)
        try:
            if options["dry_run"]:
                undone = preview_import_undo(batch)
            else:
                undone = undo_import(batch, by=None, as_of=timezone.localdate())
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from refused
        if options["json"]:
            self.stdout.write(json.dumps(undone.as_json() | {"dry_run": options["dry_run"]}, ensure_ascii=False))
            return
        figures = {"removed": undone.removed.total(), "restored": undone.restored, "kept": len(undone.kept)}
        self.stdout.write(_("Rows removed %(removed)d, restored %(restored)d, kept %(kept)d.") % figures)
        for kept in undone.kept:
            self.stdout.write(_("Kept: %(table)s %(id)d, %(name)s: %(text)s") % kept)
