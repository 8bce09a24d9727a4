"""Which fields each kind of file may fill, and how their cells are read (D27)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from activities.states import ActivityKind, CallOutcome, Direction, TodoOrigin, TodoStatus
from deals.states import CLOSED_STATUSES, ChangeTrigger, DealStatus, Priority
from intake import cells
from intake.states import RecordKind
from leads.states import NURTURING_STATUSES, LeadStatus
from people.states import Role

EXTERNAL_ID = "external_id"
IMPORTED_TODO_STATUSES = (TodoStatus.OPEN, TodoStatus.DONE, TodoStatus.CANCELLED)
# A to-do made by a rule belongs to a cycle, which no file can know.
IMPORTED_TODO_ORIGINS = (TodoOrigin.PROMISE, TodoOrigin.MANUAL)


@dataclass(frozen=True)
class Field:
    """One of our fields. is_required: a row without it, after the defaults, is rejected.

    restore turns what the last imported row holds as JSON back into what `read` gave. separator: between several values
    of one cell, "" where there is one only. is_number: what is no number is rejected, and leading zeros are lost.
    """

    read: cells.Reader
    is_required: bool = False
    restore: Any = None
    separator: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Belongs:
    """The field has a meaning only beside these values of another field of the row (D27)."""

    beside: str
    values: Collection[str]


def _day(*, is_required: bool = False) -> Field:
    return Field(cells.day, is_required, restore=date.fromisoformat)


def _text(longest: int, *, is_required: bool = False) -> Field:
    return Field(cells.text(longest), is_required)


_ID = _text(190)
_REFERENCE = _text(190)

FIELDS: dict[str, dict[str, Field]] = {
    RecordKind.USERS: {
        "external_id": _ID,
        "name": _text(150),
        "email": Field(cells.email),
        "roles": Field(cells.codes(Role.values), separator=";"),
        "team": _text(120),
        "manager": _text(150),
        "active": Field(cells.yes_or_no),
        "todo_cap": Field(cells.whole(0, 500), is_number=True),
    },
    RecordKind.COMPANIES: {
        "external_id": _ID,
        "name": _text(200),
        "kana": _text(200),
        "industry": _text(120),
        "phone": _text(40),
    },
    RecordKind.CONTACTS: {
        "external_id": _ID,
        "name": _text(150),
        "kana": _text(150),
        "email": _text(254),
        "phone": _text(40),
        "company": _REFERENCE,
        "title": _text(120),
    },
    RecordKind.LEADS: {
        "external_id": _ID,
        "name": _text(200),
        "company": _REFERENCE,
        "contact": _REFERENCE,
        "email": _text(254),
        "phone": _text(40),
        "source": _text(120),
        "status": Field(cells.code(LeadStatus.values)),
        "source_status": _text(120),
        "nurturing_reason": _text(80),
        "owner": _text(150),
        "created_on": _day(),
        "status_entered_on": _day(),
    },
    RecordKind.DEALS: {
        "external_id": _ID,
        "name": _text(200),
        "company": _REFERENCE,
        "contact": _REFERENCE,
        "status": Field(cells.code(DealStatus.values), is_required=True),
        "source_status": _text(120),
        "amount": Field(cells.amount, restore=Decimal, is_number=True),
        "product": _text(120),
        "lead": _REFERENCE,
        "is_owner": _text(150),
        "fs_owner": _text(150),
        "team": _text(120),
        "priority": Field(cells.ranked({choice.name.lower(): choice.value for choice in Priority})),
        "probability": Field(cells.whole(0, 100), is_number=True),
        "competitor": _text(200),
        "source": _text(120),
        "created_on": _day(),
        "status_entered_on": _day(),
        "first_visit_on": _day(),
        "last_contact_on": _day(),
        "last_response_on": _day(),
        "closed_on": _day(),
        "lost_reason": _text(80),
        "next_approach_on": _day(),
        "approach_contact": _REFERENCE,
        "approach_contact_text": _text(200),
        "hook": Field(cells.paragraphs(1000)),
        "change_trigger": Field(cells.code(ChangeTrigger.values)),
        "revived_from": _REFERENCE,
    },
    RecordKind.ACTIVITIES: {
        "external_id": _ID,
        "kind": Field(cells.code(set(ActivityKind.values) - {ActivityKind.IMPORTED}), is_required=True),
        "direction": Field(cells.code(Direction.values)),
        "outcome": Field(cells.code(CallOutcome.values)),
        "occurred_at": Field(cells.moment, is_required=True, restore=datetime.fromisoformat),
        "owner": _text(150),
        "deal": _REFERENCE,
        "lead": _REFERENCE,
        "contact": _REFERENCE,
        "company": _REFERENCE,
        "subject": _text(200),
        "note": Field(cells.paragraphs(100_000)),
        "duration_s": Field(cells.whole(0, 2_000_000_000), is_number=True),
        "bulk": Field(cells.yes_or_no),
    },
    RecordKind.TODOS: {
        "external_id": _ID,
        "subject": _text(200, is_required=True),
        "due_on": _day(is_required=True),
        "done_on": _day(),
        "status": Field(cells.code(IMPORTED_TODO_STATUSES)),
        "created_on": _day(),
        "assignee": _text(150),
        "deal": _REFERENCE,
        "lead": _REFERENCE,
        "contact": _REFERENCE,
        "origin": Field(cells.code(IMPORTED_TODO_ORIGINS)),
    },
}

_LOST = Belongs("status", {DealStatus.LOST.value})
BELONGS: dict[str, dict[str, Belongs]] = {
    RecordKind.LEADS: {"nurturing_reason": Belongs("status", {status.value for status in NURTURING_STATUSES})},
    RecordKind.DEALS: {
        "closed_on": Belongs("status", {status.value for status in CLOSED_STATUSES}),
        "lost_reason": _LOST,
        "next_approach_on": _LOST,
        "approach_contact": _LOST,
        "approach_contact_text": _LOST,
        "hook": _LOST,
        "change_trigger": _LOST,
    },
    RecordKind.ACTIVITIES: {"outcome": Belongs("kind", {ActivityKind.CALL.value})},
    RecordKind.TODOS: {"done_on": Belongs("status", {TodoStatus.DONE.value, TodoStatus.CANCELLED.value})},
}
# Systems keep an expected closing date on open deals, and some a loss reason: ignored, not an error (D27).
IGNORED_ELSEWHERE = frozenset({"closed_on", "lost_reason", "done_on", "nurturing_reason"})

# The fields that name people who work here.
PEOPLE = frozenset({"owner", "is_owner", "fs_owner", "assignee", "manager"})

# What a row says where the file and the map say nothing.
BUILT_IN: dict[str, dict[str, Any]] = {
    RecordKind.LEADS: {"status": LeadStatus.NEW.value},
    RecordKind.TODOS: {"status": TodoStatus.OPEN.value},
}

# The field whose text in the file is kept as `source_status` when no column is named for it.
STATUS_AS_WRITTEN: Mapping[str, str] = {RecordKind.LEADS: "status", RecordKind.DEALS: "status"}
