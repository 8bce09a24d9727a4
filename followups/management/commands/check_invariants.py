"""manage.py check_invariants: does everything that must hold still hold? (D29)"""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from followups.invariants import INVARIANTS, violations


class Command(BaseCommand):
    help = "Check what must hold of all records; exit code 1 when a record breaks it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = violations()
        if options["json"]:
            answer = {"checked": len(INVARIANTS), "violations": [asdict(violation) for violation in found]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            for violation in found:
                self.stdout.write(f"{violation.code}: {violation.text}")
            summary = _("%(checked)s checks, %(broken)s violations")
            self.stdout.write(summary % {"checked": len(INVARIANTS), "broken": len(found)})
        if found:
            sys.exit(1)
