"""`manage.py send_notices`: what beat does at 08:00, at 09:00 and each minute, for cron."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.notices.delivering import deliver
from followups.notices.watching import watch
from followups.notices.writing import WRITERS, write
from followups.states import NoticeKind
from people.working_days import load_calendar


class Command(BaseCommand):
    help = "Write the notices of a day, and send what waits in the outbox."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = [kind.value for kind in WRITERS]
        parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"write these first: {', '.join(kinds)}")
        parser.add_argument("--as-of", type=_day, default=None, metavar="DATE", help="for that day (YYYY-MM-DD)")

    def handle(self, *args: object, **options: Any) -> None:
        now, calendar = timezone.now(), load_calendar()
        as_of = options["as_of"] or timezone.localdate(now)
        for kind, count in write(_kinds(options["kinds"]), as_of, calendar).items():
            self.stdout.write(_("%(kind)s: %(count)d written") % {"kind": kind, "count": count})
        watch(now)
        done = deliver(as_of, now, calendar)
        words = {"sent": done.sent, "postponed": done.postponed, "failed": done.failed}
        self.stdout.write(_("%(sent)d sent, %(postponed)d wait, %(failed)d given up") % words)


def _kinds(asked: list[str]) -> list[NoticeKind]:
    unknown = sorted(set(asked) - {kind.value for kind in WRITERS})
    if unknown:
        raise CommandError(_("There are no notices of the kind %(kind)s.") % {"kind": unknown[0]}, returncode=2)
    return [NoticeKind(kind) for kind in asked]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("%(text)s is not a date (YYYY-MM-DD).") % {"text": text}, returncode=2) from error
