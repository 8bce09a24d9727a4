"""Who has signed the day and the business day before it, and what the form to sign says (S0-31)."""

from dataclasses import dataclass
from datetime import date

from dashboards.reports import Asked
from followups.actions.signing import may_sign
from followups.leak_counts import WATCHED, LeakCounts
from followups.models import LeakCheck
from people.models import Team, User


@dataclass(frozen=True, slots=True)
class Signed:
    """today and before: the signatures, None where nobody has signed. seen: what the reader would sign, by code."""

    today: LeakCheck | None
    before: LeakCheck | None
    before_on: date
    may_sign: bool
    seen: dict[str, int]


def signed(asked: Asked, counts: LeakCounts, team: Team | None, reader: User, today: date) -> Signed:
    """One query. A day that has not come cannot be signed."""
    before_on = asked.calendar.add(asked.as_of, -1)
    checks = LeakCheck.objects.covering(team.pk if team else None).filter(checked_on__in=[asked.as_of, before_on])
    # A team's own signature stands before that for everybody.
    found = {check.checked_on: check for check in checks.select_related("signed_by").order_by("-team")}
    numbers = counts.by_code()
    return Signed(
        found.get(asked.as_of),
        found.get(before_on),
        before_on,
        asked.as_of <= today and may_sign(reader, team),
        {code: numbers[code] for code in WATCHED},
    )
