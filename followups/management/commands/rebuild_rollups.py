"""manage.py rebuild_rollups: count anew what is kept per day beside its rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from followups.rollups import rebuild_rollups, refresh_rollups


class Command(BaseCommand):
    help = "Count every day of the rollups again from its rows; no page shows another number meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--changed", action="store_true", help="only the days whose rows have changed")

    def handle(self, *args: Any, **options: Any) -> None:
        count = refresh_rollups if options["changed"] else rebuild_rollups
        days = count(self.stderr.write)
        self.stdout.write(str(days))
