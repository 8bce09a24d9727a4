"""The manager's notice: follow-ups that have leaked, and a check that nobody signed (D15, S0-31)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from followups.leak_counts import leak_counts
from followups.outbox import post
from followups.progress import grace_cutoff
from followups.signatures import unsigned_yesterday
from followups.states import CoverageState, NoticeKind
from people.business_days import BusinessCalendar
from people.models import Team, User
from people.states import Role

Check = tuple[int, int | None]  # who answers, and for which team; None is the whole company


def write_leaks(as_of: date, calendar: BusinessCalendar) -> int:
    """Tell the managers and whoever answers for a leak check; gives back how many notices were new.

    Silent on days off, and for whom the tiles of 本日の要確認 are at zero and his last business day is signed. Where
    nothing is followed up, there is nothing to sign.
    """
    if not calendar.is_business_day(as_of):
        return 0
    counts = leak_counts(as_of, grace_cutoff(as_of), calendar)
    leaks = {state.value: counts.states[state] for state in (CoverageState.UNCOVERED, CoverageState.UNASSIGNED)}
    checks = _checks()
    unsigned = _unsigned(checks, as_of, calendar) if counts.open else {}
    told = {user_id for user_id, _team in checks} if any(leaks.values()) else unsigned.keys()
    return len(post(NoticeKind.LEAKS, as_of, {user_id: leaks | unsigned.get(user_id, {}) for user_id in sorted(told)}))


def _checks() -> list[Check]:
    """A manager answers for his team, one without a team for the company, and each team may name somebody."""
    managers = User.objects.active().with_role(Role.IS_MANAGER).order_by().values_list("pk", "team_id")
    named = Team.objects.filter(leak_check_owner__is_active=True).order_by().values_list("leak_check_owner_id", "pk")
    return [*managers, *named]


def _unsigned(checks: Iterable[Check], as_of: date, calendar: BusinessCalendar) -> Mapping[int, dict[str, Any]]:
    days = {team: unsigned_yesterday(as_of, calendar, team) for team in {team for _user, team in checks}}
    return {user_id: {"unsigned_on": day.isoformat()} for user_id, team in checks if (day := days[team])}
