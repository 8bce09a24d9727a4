"""How much a person takes on: to-dos a day, by day of the week, and the days on which he is away (S1-14, S1-16)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from people.models import RoleGrant, Threshold, User, WeekdayCap
from people.prepared import prepared
from people.states import THRESHOLD_RANGES, PromiseMode, Role, ThresholdCode


def daily_cap(own_cap: int | None, roles: frozenset[str], thresholds: Mapping[str, int]) -> int:
    """To-dos a day: the person's own cap, else the default of the role; 0 means he gets none (S1-16, S1-20)."""
    if own_cap is not None:
        return own_cap
    if {Role.IS, Role.FS} <= roles:
        return thresholds[ThresholdCode.TODO_CAP_COMBINED]
    return thresholds[ThresholdCode.TODO_CAP_IS if Role.IS in roles else ThresholdCode.TODO_CAP_FS]


def cap_in_rows(user: str, weekday: str, thresholds: Mapping[str, int]) -> Coalesce:
    """`Limits.cap_on` as the database says it. user and weekday (Monday is 0): columns of the rows, user a key."""
    grants = RoleGrant.objects.filter(user=OuterRef(user))
    is_inside, is_field = Exists(grants.filter(role=Role.IS)), Exists(grants.filter(role=Role.FS))
    default = Case(
        When(is_inside & is_field, then=Value(thresholds[ThresholdCode.TODO_CAP_COMBINED])),
        When(is_inside, then=Value(thresholds[ThresholdCode.TODO_CAP_IS])),
        default=Value(thresholds[ThresholdCode.TODO_CAP_FS]),
    )
    of_weekday = WeekdayCap.objects.filter(user=OuterRef(user), weekday=OuterRef(weekday)).values("cap")
    # Looked up for the few who have caps of weekdays at all.
    own = Case(When(Q(**{f"{user}__in": WeekdayCap.objects.order_by().values("user")}), then=Subquery(of_weekday)))
    return Coalesce(own, F(f"{user}__todo_cap"), default, output_field=IntegerField())


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
        if not self.absences:
            return None
        return max((end for start, end in self.absences if start <= day <= end), default=None)

    def takes_any_on(self, day: date) -> bool:
        """Whether he is there and takes at least one to-do on that day."""
        return self.cap_on(day) > 0 and self.absent_until(day) is None


def limits_of(users: QuerySet[User], as_of: date) -> dict[int, Limits]:
    """Limits of these people, absences that have ended by as_of left out; one query."""
    return _by_person(limits_rows(users, as_of))


def limits_by_id(user_ids: Collection[int], as_of: date) -> dict[int, Limits]:
    """`limits_of` the people with these ids."""
    return _by_person(_rows_by_id(sorted(user_ids), as_of))


@prepared
def _rows_by_id(user_ids: list[int], as_of: date) -> Any:
    return limits_rows(User.objects.filter(pk__in=user_ids), as_of)


def limits_of_everybody(as_of: date) -> dict[int, Limits]:
    """`limits_of` all people there are."""
    return _by_person(_rows_of_everybody(as_of))


@prepared
def _rows_of_everybody(as_of: date) -> Any:
    return limits_rows(User.objects.all(), as_of)


def limits_rows(users: QuerySet[User], as_of: date) -> Any:
    """What `limits_in` makes limits of, for a question that asks for more besides: annotate it."""
    coming = FilteredRelation("absences", condition=Q(absences__ends_on__gte=as_of))
    defaults = {code.value: Subquery(Threshold.objects.filter(pk=code).values("value")) for code in _DEFAULTS}
    return users.order_by().annotate(coming=coming, **defaults).values_list(*_COLUMNS, *defaults).distinct()


def limits_in(rows: Iterable[tuple[Any, ...]]) -> tuple[dict[int, Limits], int]:
    """The limits in the first columns of these rows, and how many columns they take."""
    width = len(_COLUMNS) + len(_CODES)
    return _by_person(row[:width] for row in rows), width


def _by_person(rows: Iterable[tuple[Any, ...]]) -> dict[int, Limits]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(dict(zip((*_COLUMNS, *_CODES), row, strict=True)))
    return {user_id: _limits(user_id, own) for user_id, own in found.items()}


_DEFAULTS = (ThresholdCode.TODO_CAP_IS, ThresholdCode.TODO_CAP_FS, ThresholdCode.TODO_CAP_COMBINED)
_CODES = tuple(code.value for code in _DEFAULTS)
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
