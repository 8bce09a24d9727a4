"""manage.py report NAME: one number with its groups, the same rows as on the page (D30)."""

import json
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dashboards.reports import REPORTS, Asked, Unanswerable, answer


class Command(BaseCommand):
    help = "Print one report: its total, its groups and its definition."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help=", ".join(REPORTS))
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day it speaks of; default today")
        parser.add_argument("--from", dest="first_on", type=date.fromisoformat, help="first day of the period")
        parser.add_argument("--to", dest="last_on", type=date.fromisoformat, help="last day of the period")
        parser.add_argument("--by", action="append", default=[], metavar="X", help="split by, may be repeated")
        parser.add_argument("--where", action="append", default=[], type=condition, metavar="FIELD=VALUE")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = Asked(
            as_of=options["as_of"] or timezone.localdate(),
            first_on=options["first_on"],
            last_on=options["last_on"],
            where=dict(options["where"]),
        )
        try:
            answered = answer(options["name"], asked).as_json(options["by"])
        except Unanswerable as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps(answered, ensure_ascii=False, indent=1) if options["json"] else as_text(answered))


def condition(text: str) -> tuple[str, str]:
    """field=value of --where; an empty value means a blank."""
    name, separator, key = text.partition("=")
    if not separator:
        raise ArgumentTypeError(_("%(text)s is not FIELD=VALUE.") % {"text": text})
    return name, key


def as_text(answered: dict[str, Any]) -> str:
    """The answer for a terminal: definition, total, figures, groups."""
    lines = [answered["definition"][get_language() or "ja"], f"{answered['report']}: {answered['total']:,}"]
    lines += [f"  {name}: {figure}" for name, figure in answered["figures"].items()]
    for group in answered["groups"]:
        key = group["key"] if isinstance(group["key"], list) else [group["key"]]
        lines.append(f"{group['n']:>9,}  {' / '.join(part or '—' for part in key)}")
    return "\n".join(lines)
