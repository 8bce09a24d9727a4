"""manage.py keep_answers: keep what the pages of numbers count, and count again what has changed."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dashboards.kept_pages import keep_pages, wrong_pages
from people.keeping import forget_answers


class Command(BaseCommand):
    help = "Keep the answers of the pages of numbers (PostgreSQL); no page shows another number meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day of the pages, by default today")
        parser.add_argument(
            "--check", action="store_true", help="only compare what is kept with the rows; 1: it differs"
        )
        parser.add_argument("--anew", action="store_true", help="count everything, also what is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        day = options["as_of"] or timezone.localdate(now)
        if options["check"]:
            if found := wrong_pages(day):
                raise CommandError("\n".join(found))
            self.stdout.write("0")
            return
        if options["anew"]:
            forget_answers()
        kept = keep_pages(day, now)
        self.stdout.write("-" if kept is None else str(kept))
