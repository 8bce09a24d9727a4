"""Telling the admins at once that the rules failed or did not run (D.9)."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import DatabaseError

from followups.outbox import post
from followups.states import NoticeKind
from people.models import User
from people.states import Role

logger = logging.getLogger(__name__)

LONGEST_TEXT = 200  # characters of an error that a notice repeats


def tell_of_problems(as_of: date, summary: Mapping[str, Any]) -> None:
    """A run came to its end and set rows aside. summary: that of the run, as `sweep` gives it."""
    first = summary["problems"][0]
    _tell(as_of, {"run": summary["run"], "errors": summary["errors"], **first, "text": _short(first["text"])})


def tell_of_breakdown(as_of: date, error: Exception) -> None:
    """A run broke off."""
    _tell(as_of, {"error": _short(f"{type(error).__name__}: {error}")})


def tell_of_missing_run(as_of: date, last_on: date | None) -> None:
    """No run came in time. last_on: as of which day the rules last ran, None for never."""
    _tell(as_of, {"missing_since": last_on.isoformat() if last_on else None})


def _tell(as_of: date, content: Mapping[str, Any]) -> None:
    """Where the database takes no notice either, the log has it: a failure to tell never hides the failure."""
    try:
        admins = User.objects.active().with_role(Role.OPS_ADMIN).order_by().values_list("pk", flat=True)
        post(NoticeKind.FAILURE, as_of, dict.fromkeys(admins, content))
    except DatabaseError:
        logger.exception("the admins could not be told as of %s: %s", as_of, content)


def _short(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0][:LONGEST_TEXT] if lines else ""
