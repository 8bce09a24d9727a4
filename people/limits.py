"""How much a person takes on: to-dos a day, by day of the week, and the days on which he is away (S1-14, S1-16)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet, Subquery

from people.models import Threshold, User
from people.states import THRESHOLD_RANGES, PromiseMode, Role, ThresholdCode


def daily_cap(own_cap: int | None, roles: frozenset[str], thresholds: Mapping[str, int]) -> int:
    """To-dos a day: the person's own cap, else the default of the role; 0 means he gets none (S1-16, S1-20)."""
    if own_cap is not None:
        return own_cap
    if {Role.IS, Role.FS} <= roles:
        return thresholds[ThresholdCode.TODO_CAP_COMBINED]
    return thresholds[ThresholdCode.TODO_CAP_IS if Role.IS in roles else ThresholdCode.TODO_CAP_FS]


@dataclass(frozen=True, slots=True)
class Limits:
    """One person's caps and days off. promise_mode: what his team says to a to-do without promise and purpose."""

    user_id: int
    name: str
    usual: int
    by_weekday: Mapping[int, int] = field(default_factory=dict)
    absences: tuple[tuple[date, date], ...] = ()
    promise_mode: str = PromiseMode.OFF

    def cap_on(self, day: date) -> int:
        """The cap of that day of the week where he has one, else the usual one."""
        return self.by_weekday.get(day.weekday(), self.usual)

    def absent_until(self, day: date) -> date | None:
        """The last day of the absence that covers the day, None if he works."""
        return max((end for start, end in self.absences if start <= day <= end), default=None)

    def takes_any_on(self, day: date) -> bool:
        """Whether he is there and takes at least one to-do on that day."""
        return self.cap_on(day) > 0 and self.absent_until(day) is None


def limits_of(users: QuerySet[User], as_of: date) -> dict[int, Limits]:
    """Limits of these people, absences that have ended by as_of left out; one query."""
    coming = FilteredRelation("absences", condition=Q(absences__ends_on__gte=as_of))
    defaults = {code.value: Subquery(Threshold.objects.filter(pk=code).values("value")) for code in _DEFAULTS}
    rows = users.order_by().annotate(coming=coming, **defaults).values(*_COLUMNS, *defaults).distinct()
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["pk"]].append(row)
    return {user_id: _limits(user_id, own) for user_id, own in found.items()}


_DEFAULTS = (ThresholdCode.TODO_CAP_IS, ThresholdCode.TODO_CAP_FS, ThresholdCode.TODO_CAP_COMBINED)
_COLUMNS = (
    "pk", "name", "todo_cap", "team__promise_mode", "role_grants__role", "weekday_caps__weekday", "weekday_caps__cap",
    "coming__starts_on", "coming__ends_on",
)  # fmt: skip


def _limits(user_id: int, rows: list[dict[str, Any]]) -> Limits:
    """The rows are every combination of his roles, caps of weekdays and absences."""
    first = rows[0]
    roles = frozenset(row["role_grants__role"] for row in rows)
    weekdays = {row["weekday_caps__weekday"]: row["weekday_caps__cap"] for row in rows}
    thresholds = {code.value: first[code.value] or THRESHOLD_RANGES[code][0] for code in _DEFAULTS}
    absences = {(row["coming__starts_on"], row["coming__ends_on"]) for row in rows} - {(None, None)}
    return Limits(
        user_id,
        first["name"],
        daily_cap(first["todo_cap"], roles, thresholds),
        {weekday: cap for weekday, cap in weekdays.items() if weekday is not None},
        tuple(sorted(absences)),
        first["team__promise_mode"] or PromiseMode.OFF.value,
    )
