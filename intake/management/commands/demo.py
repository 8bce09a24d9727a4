"""`manage.py demo`: fill an empty database with a made-up company, so that every page has something to show."""

import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import Deal
from intake.demo.cast import PARTS, PASSWORD
from intake.demo.story import Story
from leads.models import Company
from people.models import User


class Command(BaseCommand):
    help = "Load a made-up Japanese company with two years of deals into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="the company's today (YYYY-MM-DD)")

    def handle(self, *args: object, **options: Any) -> None:
        if Deal.objects.exists() or Company.objects.exists() or User.objects.follow_up_staff().exists():
            raise CommandError(_("This database is in use. The demo is loaded into an empty one only."))
        with transaction.atomic():
            Story(options["as_of"] or timezone.localdate()).tell(self._progress)
        self.stdout.write(
            _("The demo company is here. The password of everybody is %(password)s") % {"password": PASSWORD}
        )
        for part in PARTS:
            roles = ", ".join(str(role.label) for role in part.roles)
            self.stdout.write(f"  {part.email:<36} {part.name} ({roles})")

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done} / {total}", ending="\n" if done == total else "")
