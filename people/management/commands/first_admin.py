"""`manage.py first_admin`: the way in on a fresh install. Prints a link behind which a password is set, once (D3)."""

import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from people.actions import invite
from people.models import User
from people.states import Role
from people.welcome import welcome_path

FALLBACK_EMAIL = "admin@localhost"


class Command(BaseCommand):
    help = "Print the one-time link by which the first operations admin sets a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", help=f"what he logs in with; asked for on a terminal, else {FALLBACK_EMAIL}")
        parser.add_argument("--name", help="his name")
        parser.add_argument("--url", default=f"http://127.0.0.1:{settings.PORT}", help="where this install answers")

    def handle(self, *args: object, **options: Any) -> None:
        admins = list(User.objects.active().with_role(Role.OPS_ADMIN).exclude(email=None).order_by("id"))
        if any(admin.has_usable_password() for admin in admins):
            raise CommandError(_("There is an operations admin already. He invites further people in the settings."))
        admin = admins[0] if admins else self._invite(options["email"], options["name"])
        days = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days
        self.stdout.write(_("Open this link to set your password. It works once, for %(days)d days:") % {"days": days})
        self.stdout.write(options["url"].rstrip("/") + welcome_path(admin))
        self.stdout.write(_("After that you log in as %(email)s.") % {"email": admin.email})

    def _invite(self, email: str | None, name: str | None) -> User:
        address = email or self._asked() or FALLBACK_EMAIL
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        admin = User(name=name or _("Operations admin"), email=address)
        return invite(admin, {Role.OPS_ADMIN}, by=None)

    def _asked(self) -> str:
        if not sys.stdin.isatty():
            return ""
        return input(_("E-mail of the first operations admin [%(email)s]: ") % {"email": FALLBACK_EMAIL}).strip()
