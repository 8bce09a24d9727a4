"""manage.py digest: the fingerprint of what the business knows (D19)."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from followups.digest import digests, total


class Command(BaseCommand):
    help = "Print one SHA-256 per table over business columns, and one over all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        tables = digests()
        answer = {"tables": tables, "total": total(tables)}
        if options["json"]:
            self.stdout.write(json.dumps(answer, indent=1))
            return
        for name, digest in tables.items():
            self.stdout.write(f"{digest}  {name}")
        self.stdout.write(f"{answer['total']}  total")
