"""The records as any system reads them: one CSV per kind in the fields of the import (D27), and the map to bring it in.

What was made here has no id of another system; it is told by its own, `salesfollow-12`, wherever it is named. What a
file cannot say is left out: calls taken back, last contacts that stand as a day, to-dos that a rule made for a cycle.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from activities.models import Activity, Todo
from activities.states import ActivityKind, TodoOrigin, TodoStatus
from deals.models import Deal
from deals.states import Priority
from intake.fields import FIELDS
from intake.states import RecordKind
from leads.models import Company, Contact, Lead
from people.models import RoleGrant, User
from people.spreadsheet import defused

_CHUNK = 5000

Write = Callable[[Any], str]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return defused(str(value))


@dataclass(frozen=True)
class _Column:
    """One field: what is asked of the database, and how the answers become its cell."""

    asked: tuple[str, ...]
    write: Callable[..., str] = _plain


def _named(external_id: str | None, record_id: int | None) -> str:
    if record_id is None:
        return ""
    return defused(external_id) if external_id else f"salesfollow-{record_id}"


def _reference(name: str) -> _Column:
    return _Column((f"{name}__external_id", f"{name}_id"), _named)


def _as(name: str, write: Write = _plain) -> _Column:
    return _Column((name,), write)


_OWN_ID = _Column(("external_id", "pk"), _named)
_WITHOUT_CYCLE = {TodoStatus.SUPERSEDED.value: TodoStatus.CANCELLED.value}

# Field → where it comes from, for those that are not simply the column of the same name.
_COLUMNS: dict[str, dict[str, _Column]] = {
    RecordKind.USERS: {
        "team": _as("team__name"),
        "manager": _reference("manager"),
        "active": _as("is_active"),
    },
    RecordKind.COMPANIES: {},
    RecordKind.CONTACTS: {"company": _reference("company")},
    RecordKind.LEADS: {
        "company": _reference("company"),
        "contact": _reference("contact"),
        "source": _as("source__name"),
        "nurturing_reason": _as("nurturing_reason__code"),
        "owner": _reference("owner"),
    },
    RecordKind.DEALS: {
        "company": _reference("company"),
        "contact": _reference("contact"),
        "product": _as("product__name"),
        "lead": _reference("lead"),
        "is_owner": _reference("is_owner"),
        "fs_owner": _reference("fs_owner"),
        "team": _as("team__name"),
        "priority": _as("priority", lambda value: str(Priority(value).name).lower()),
        "source": _as("source__name"),
        "lost_reason": _as("lost_reason__code"),
        "approach_contact": _reference("approach_contact"),
        "revived_from": _reference("revived_from"),
    },
    RecordKind.ACTIVITIES: {
        "owner": _reference("owner"),
        "deal": _reference("deal"),
        "lead": _reference("lead"),
        "contact": _reference("contact"),
        "company": _reference("company"),
        "bulk": _as("is_bulk"),
    },
    RecordKind.TODOS: {
        "done_on": _as("closed_on"),
        "status": _as("status", lambda value: str(_WITHOUT_CYCLE.get(value, value))),
        "assignee": _reference("assignee"),
        "deal": _reference("deal"),
        "lead": _reference("lead"),
        "contact": _reference("contact"),
    },
}


def files() -> Iterator[tuple[str, Sequence[str], Iterator[list[str]]]]:
    """Each file: its name, its header and its rows, in the order in which they are imported."""
    for kind in RecordKind:
        yield f"{kind.value}.csv", list(FIELDS[kind]), _rows(kind)


def import_map(kind: RecordKind) -> str:
    """The map by which `import_records` takes the file of this kind."""
    columns = "\n".join(f'{name} = "{name}"' for name in FIELDS[kind])
    return f'kind = "{kind.value}"\ndates = "ymd"\nencoding = "utf-8"\n\n[columns]\n{columns}\n'


def _rows(kind: RecordKind) -> Iterator[list[str]]:
    columns = [_column(kind, name) for name in FIELDS[kind]]
    asked = [name for column in columns for name in column.asked]
    found = _records(kind).order_by("pk").values_list(*asked)
    for row in found.iterator(chunk_size=_CHUNK):
        cells = iter(row)
        yield [column.write(*(next(cells) for _name in column.asked)) for column in columns]


def _column(kind: RecordKind, name: str) -> _Column:
    if name == "external_id":
        return _OWN_ID
    if name == "roles":
        return _as("pk", _roles())
    return _COLUMNS[kind].get(name, _as(name))


def _roles() -> Write:
    held: defaultdict[int, list[str]] = defaultdict(list)
    for user_id, role in RoleGrant.objects.order_by("role").values_list("user_id", "role"):
        held[user_id].append(role)
    return lambda user_id: ";".join(held[user_id])


def _records(kind: RecordKind) -> "QuerySet[Any]":
    every: dict[str, QuerySet[Any]] = {
        RecordKind.USERS: User.objects.all(),
        RecordKind.COMPANIES: Company.objects.all(),
        RecordKind.CONTACTS: Contact.objects.all(),
        RecordKind.LEADS: Lead.objects.all(),
        RecordKind.DEALS: Deal.objects.all(),
        RecordKind.ACTIVITIES: Activity.objects.exclude(kind=ActivityKind.IMPORTED).filter(is_void=False),
        RecordKind.TODOS: Todo.objects.exclude(origin=TodoOrigin.RULE),
    }
    return every[kind]
