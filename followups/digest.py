"""What the business knows, as one SHA-256 per table (D19): equal before a sweep and after its undo, on either database.

Left out are ids, versions and counters (cycle numbers, to-do steps), the moments of writing, and whole tables that only
ever grow or steer: events, hand-overs, moves, the ledger, rules with what was announced of them, and settings. A
reference is told by what the record it points to is called, not by its id.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Field, ForeignKey, Func, Model, Value
from django.db.models.functions import Concat, Left, StrIndex

from activities.models import Activity, CallProject, CallProjectMember, SavedList, Todo, WhyYouNow
from deals.models import Deal, DealLoss, FollowUpCycle, LostReason, Product
from followups.models import Proposal, RuleExemption
from leads.models import (
    AvailabilityGuess,
    Company,
    Contact,
    Lead,
    LeadSource,
    NoAppointmentReason,
    NurturingReason,
)  # fmt: skip
from people.models import Absence, RoleGrant, SosCall, Target, Team, User, WeekdayCap

TABLES: tuple[type[Model], ...] = (
    Team, User, RoleGrant, Absence, WeekdayCap, Target, SosCall,
    LeadSource, NurturingReason, NoAppointmentReason, Company, Contact, AvailabilityGuess, Lead,
    LostReason, Product, Deal, FollowUpCycle, DealLoss,
    Activity, Todo, CallProject, CallProjectMember, WhyYouNow, SavedList,
    RuleExemption, Proposal,
)  # fmt: skip

# How a record is called where another points to it.
_NAMES: dict[type[Model], tuple[str, ...]] = {
    Team: ("name",),
    User: ("external_id", "email", "name"),
    LeadSource: ("name",),
    NurturingReason: ("code",),
    NoAppointmentReason: ("code",),
    LostReason: ("code",),
    Product: ("name",),
    Company: ("external_id", "name"),
    Contact: ("external_id", "name"),
    Lead: ("external_id", "name", "created_on"),
    Deal: ("external_id", "name", "created_on"),
    FollowUpCycle: ("deal__external_id", "deal__name", "deal__created_on", "kind", "entered_on"),
    Activity: ("external_id", "kind", "occurred_at"),
    CallProject: ("name", "starts_on"),
}

_TECHNICAL = {"created_at", "updated_at", "last_login", "password", "version", "rule_version", "number", "step"}
_CAUSES = {"closed_cause"}  # what closed it, and after a colon which of them: an id
_CHUNK = 5000
_MODULUS = 2**256


def digests() -> dict[str, str]:
    """SHA-256 per table, by its name in the database."""
    return {table._meta.db_table: _digest(table) for table in TABLES}


def total(tables: dict[str, str]) -> str:
    """One SHA-256 over those of all tables."""
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def _digest(table: type[Model]) -> str:
    """Over the sum of the rows' digests, so that the order of entry does not matter and no row is held in memory."""
    count = added = 0
    for line in _lines(table):
        count += 1
        added += int.from_bytes(hashlib.sha256(line.encode()).digest())
    return hashlib.sha256(f"{count}:{added % _MODULUS}".encode()).hexdigest()


def _lines(table: type[Model]) -> Iterator[str]:
    names = [name for field in table._meta.concrete_fields for name in _columns(field)]
    rows = table._default_manager.order_by().values_list(*names)
    for row in rows.iterator(chunk_size=_CHUNK):
        yield json.dumps(row, default=_text, ensure_ascii=False, sort_keys=True)


def _columns(field: "Field[Any, Any]") -> list[str | Func]:
    if field.name in _CAUSES:
        return [Left(field.name, StrIndex(Concat(field.name, Value(":")), Value(":")) - 1)]
    if field.primary_key or field.generated or field.name in _TECHNICAL:
        return []
    if isinstance(field, ForeignKey):
        return [f"{field.name}__{name}" for name in _NAMES[field.remote_field.model]]
    return [field.name]


def _text(value: object) -> str:
    """The same text for one value of either database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    raise TypeError(f"{type(value).__name__} has no place in a digest")
