"""`manage.py undo_sweep RUN`: takes back what a run of the rules did, as the page of the run does (D19)."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.rules import undo_sweep
from people.refusal import Refused


class Command(BaseCommand):
    help = "Take back what a run of the rules did and nobody has touched since, and switch its rules off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="the number of the run")
        parser.add_argument("--keep-rules", action="store_true", help="leave the rules of the run switched on")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            undone = undo_sweep(
                options["run"], by=None, as_of=timezone.localdate(), keep_rules=options["keep_rules"]
            ).as_json()
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from refused
        if options["json"]:
            self.stdout.write(json.dumps(undone, ensure_ascii=False))
            return
        self.stdout.write(
            _("Follow-ups deleted %(cycles_deleted)d, to-dos deleted %(todos_deleted)d, changes restored %(restored)d.")
            % undone
        )
        for kept in undone["kept"]:
            self.stdout.write(_("Kept: deal %(deal)d, %(deal_name)s: %(text)s") % kept)
