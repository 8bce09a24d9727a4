"""`manage.py import_records`: a file of another system in, by a map (D27 … D29).

Exit codes: 0 all rows in, 1 some rejected, 2 the file or its map refused and nothing written.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.batches import import_file
from intake.findings import Conflict, ImportRefused, Problem, Remark
from intake.maps import read_map
from intake.report import Report
from intake.rows import Rejected

SHOWN = 50  # rejected rows, warnings and conflicts named on the terminal; the rejects file and --json name all


class Command(BaseCommand):
    help = "Import users, companies, contacts, leads, deals, activities or to-dos from a CSV file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--map", type=Path, required=True, metavar="MAP.toml", help="how to read it")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: object, **options: Any) -> None:
        self._named = 0
        self._is_dry_run = options["dry_run"]
        try:
            report = import_file(
                options["file"],
                read_map(options["map"]),
                as_of=timezone.localdate(),
                is_dry_run=options["dry_run"],
                progress=self._progress if sys.stderr.isatty() else None,
                on_rejected=self._name_rejected,
            )
        except ImportRefused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"refused": refusal.text, "line": refusal.line}, ensure_ascii=False))
            raise CommandError(refusal.text, returncode=2) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self._tell(report)
        if report.rejected:
            sys.exit(1)

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done:,} / {total:,}", ending="\n" if done >= total else "")

    def _name_rejected(self, row: Rejected) -> None:
        self._named += 1
        if self._named <= SHOWN or self._is_dry_run:
            for problem in row.problems:
                self.stderr.write(_sentence(problem))

    def _tell(self, report: Report) -> None:
        self._list(_("Row %(row)d, column “%(column)s”: %(text)s"), report.warnings)
        text = _("Row %(row)d, %(field)s: “%(kept)s” was kept, changed here since; the file says “%(in_file)s”.")
        self._list(text, report.conflicts)
        figures = report.as_json()
        self.stdout.write(
            _("Rows %(rows)d: created %(created)d, updated %(updated)d, unchanged %(unchanged)d.") % figures
        )
        self.stdout.write(_("Skipped %(skipped)d, rejected %(rejected)d.") % figures)
        self.stdout.write(
            _("Warnings %(warnings)d, conflicts %(conflicts)d.")
            % {"warnings": len(report.warnings), "conflicts": len(report.conflicts)}
        )
        if report.rejects_file:
            self.stdout.write(_("The rejected rows and their reasons: %(path)s") % {"path": report.rejects_file})
        if report.is_dry_run:
            self.stdout.write(_("This was a dry run; nothing was written."))

    def _list(self, text: str, entries: Sequence[Remark] | Sequence[Conflict]) -> None:
        for entry in entries[:SHOWN]:
            self.stderr.write(text % entry.as_json())
        if len(entries) > SHOWN:
            self.stderr.write(_("… and %(count)d more; --json lists all.") % {"count": len(entries) - SHOWN})


def _sentence(problem: Problem) -> str:
    place = {"row": problem.row, "column": problem.column, "value": problem.value, "text": problem.text}
    if not problem.column:
        return _("Row %(row)d: %(text)s (“%(value)s”)") % place
    return _("Row %(row)d, column “%(column)s”: %(text)s (“%(value)s”)") % place
