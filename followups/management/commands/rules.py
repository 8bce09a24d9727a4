"""`manage.py rules`: list the rules, or change one with `--set CODE mode=auto value=61 …`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from followups.models import Rule
from followups.rules.settings import change_rule
from followups.sentences import rule_sentence
from people.refusal import Refused

COLUMNS = ("code", "mode", "version", "statuses", "basis", "value", "unit", "action", "priority")


class Command(BaseCommand):
    help = "List the follow-up rules, or change them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--set", nargs="+", action="append", default=[], metavar=("CODE", "name=value"), dest="changes",
            help="change a rule, for example --set R-60 mode=auto value=61; may be repeated",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print one JSON list")

    def handle(self, *args: object, **options: Any) -> None:
        with transaction.atomic():
            for code, *assignments in options["changes"]:
                self._change(code, assignments)
        rules = Rule.objects.order_by("priority", "code")
        if options["json"]:
            rows = [{column: getattr(rule, column) for column in COLUMNS} for rule in rules]
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for rule in rules:
            self.stdout.write(f"{rule.code} [{rule.get_mode_display()}] v{rule.version}: {rule_sentence(rule)}")

    def _change(self, code: str, assignments: list[str]) -> None:
        rule = Rule.objects.filter(code=code).first()
        if rule is None:
            raise CommandError(_("There is no rule %(code)s.") % {"code": code}, returncode=2)
        changes: dict[str, Any] = {}
        for assignment in assignments:
            name, separator, value = assignment.partition("=")
            if not separator:
                raise CommandError(_("Write %(text)s as name=value.") % {"text": assignment}, returncode=2)
            changes[name] = value.split(",") if name == "statuses" else value
        try:
            change_rule(rule=rule, changes=changes, by=None, as_of=timezone.localdate())
        except Refused as refusal:
            texts = "; ".join(f"{code} {field}: {text}" for field, text in refusal.errors.items())
            raise CommandError(texts, returncode=2) from refusal
