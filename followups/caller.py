"""What stands fixed for somebody who saves a call: his days, the calendar and what results start, in one query.

Read anew for each save, inside its transaction: what an admin or another process has just changed is heeded at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.yardstick import Yardstick, measures, yardstick
from followups.models import OutcomeEffect
from people.listed import listed
from people.models import User
from people.prepared import prepared

EFFECT = ("outcome", "lead_status", "next_value", "next_unit", "asks_reason")


@dataclass(frozen=True, slots=True)
class Caller:
    """yardstick: what his next to-do is held against. effects: of every call result, by its code."""

    yardstick: Yardstick
    effects: Mapping[str, OutcomeEffect]


def caller(user: User, as_of: date) -> Caller:
    """As of now, in one query."""
    rows = _rows(user.pk, as_of)
    effects = [OutcomeEffect(**dict(zip(EFFECT, row, strict=True))) for row in rows[0][-1]]
    return Caller(yardstick(rows, as_of), {effect.outcome: effect for effect in effects})


@prepared
def _rows(user_id: int, as_of: date) -> Any:
    return measures(user_id, as_of).annotate(effects=listed(OutcomeEffect.objects.all(), *EFFECT))
