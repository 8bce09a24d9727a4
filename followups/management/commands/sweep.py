"""`manage.py sweep`: the main job. The same result from cron as from Celery."""

import json
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.rules import sweep


class Command(BaseCommand):
    help = "Run the follow-up rules and give every open cycle its to-do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=_day, default=None, metavar="DATE", help="run as of that day (YYYY-MM-DD)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: object, **options: Any) -> None:
        summary = sweep(
            as_of=options["as_of"] or timezone.localdate(),
            dry_run=options["dry_run"],
            progress=self._progress if sys.stderr.isatty() else None,
        )
        if options["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
        else:
            self._tell(summary)
        if summary["errors"]:
            sys.exit(1)

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done:,} / {total:,}", ending="\n" if done == total else "")

    def _tell(self, summary: dict[str, Any]) -> None:
        for code, figures in summary["rules"].items():
            self.stdout.write(
                _("%(code)s (%(mode)s): matched %(matched)d, opened %(opened)d, returned %(returned)d")
                % {"code": code, **figures}
            )
        self.stdout.write(
            _("To-dos made %(todos_created)d, of these by cover %(covered)d; assigned %(assigned)d.") % summary
        )
        self.stdout.write(_("Uncovered %(uncovered)d, unassigned %(unassigned)d, changes %(changes)d.") % summary)
        for problem in summary["problems"]:
            self.stderr.write(_("Deal %(deal)d, rule %(rule)s: %(text)s") % problem)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("%(text)s is not a date (YYYY-MM-DD).") % {"text": text}, returncode=2) from error
