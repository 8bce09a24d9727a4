"""manage.py take_snapshot: keep the numbers of a day, as beat does at 23:55."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dashboards.snapshots import take_snapshot
from people.refusal import Refused


class Command(BaseCommand):
    help = "Keep the numbers of a day for the trends. A day that is over and has its numbers is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day; default today")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        as_of = options["as_of"] or timezone.localdate(now)
        try:
            written = take_snapshot(as_of, now=now)
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from refused
        self.stdout.write(f"{as_of}: {written}")
