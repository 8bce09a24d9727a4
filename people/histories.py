"""What has been changed about a person: roles, team, caps and targets, with who and when; read from the histories."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from people.models import RoleGrant, Target, Team, User, WeekdayCap
from people.states import Role, TargetMetric, Weekday

LATEST = 50
READ = 500  # rows of each history that are looked at, the newest


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became another. by None: the system or an import; '' before or after: nothing."""

    at: datetime
    by: User | None
    what: str
    before: str
    after: str


def changes_of(user: User) -> list[Change]:
    """The latest changes, the newest first; six queries at most, whatever their number."""
    found = [
        *_of_person(user),
        *_of_roles(user),
        *_of_numbers(_rows(WeekdayCap, user), "weekday", "cap"),
        *_of_numbers(_rows(Target, user), "month_on", "value"),
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)[:LATEST]


def _rows(model: Any, user: User) -> list[Any]:
    """The history of his rows in the order of time."""
    return _oldest_first(model.history.filter(user=user))


def _oldest_first(rows: QuerySet[Any]) -> list[Any]:
    return list(reversed(rows.select_related("history_user").order_by("-history_date", "-history_id")[:READ]))


def _of_person(user: User) -> Iterator[Change]:
    rows = _oldest_first(User.history.filter(id=user.pk))
    teams = dict(Team.objects.values_list("pk", "name"))
    managers = dict(User.objects.filter(pk__in={row.manager_id for row in rows}).values_list("pk", "name"))
    labels: dict[str, tuple[str, Callable[[Any], str]]] = {
        "team_id": (_("Team"), lambda value: teams.get(value, "")),
        "manager_id": (_("Manager"), lambda value: managers.get(value, "")),
        "todo_cap": (_("To-dos a day"), _number),
        "deal_cap": (_("Deals held"), _number),
        "is_active": (_("Works here"), lambda value: _("yes") if value else _("no")),
    }
    for earlier, later in pairwise(rows):
        for name, (label, words) in labels.items():
            before, after = getattr(earlier, name), getattr(later, name)
            if before != after:
                yield Change(later.history_date, later.history_user, label, words(before), words(after))


def _of_roles(user: User) -> Iterator[Change]:
    for row in _rows(RoleGrant, user):
        role = str(Role(row.role).label)
        before, after = ("", role) if row.history_type == "+" else (role, "")
        yield Change(row.history_date, row.history_user, _("Role"), before, after)


def _of_numbers(rows: Iterable[Any], key: str, value: str) -> Iterator[Change]:
    """Rows that each hold a number for a weekday, or for a month and a figure."""
    last: dict[tuple[object, ...], str] = {}
    for row in rows:
        place = (getattr(row, key), getattr(row, "metric", None))
        after = "" if row.history_type == "-" else _number(getattr(row, value))
        yield Change(row.history_date, row.history_user, _place(row), last.get(place, ""), after)
        last[place] = after


def _place(row: Any) -> str:
    if hasattr(row, "weekday"):
        return _("To-dos a day, %(weekday)s") % {"weekday": Weekday(row.weekday).label}
    words = {"figure": TargetMetric(row.metric).label, "month": f"{row.month_on:%Y/%m}"}
    return _("Target %(month)s: %(figure)s") % words


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
