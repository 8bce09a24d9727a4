"""Rows as the ledger of an import keeps them: plain values of JSON, the same on either database."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, JSONField, Model, Q

Model_ = type[Model]
Held = dict[str, Any]  # column → plain value
Values = tuple[Any, ...]  # of the columns, as the database gives them

SIGNATURE_BYTES = 6
# Written by every save, or by the rules in passing: no sign that somebody has touched the row.
_PASSING: dict[str, frozenset[str]] = {
    "deals.deal": frozenset({"is_followed", "last_contact_on", "last_response_on", "first_visit_on"}),
    "deals.followupcycle": frozenset({"has_open_todo", "is_owner_id"}),
}
_TECHNICAL = frozenset({"version", "updated_at", "created_at"})


def label_of(model: Model_) -> str:
    """How the ledger calls a table."""
    return model._meta.label_lower


def model_of(label: str) -> Model_:
    """The table that the ledger calls so. Raises LookupError for one that is no more."""
    return apps.get_model(label)


@cache
def columns_of(model: Model_) -> tuple[str, ...]:
    """The columns that are kept and put back: all that somebody wrote, derived keys included."""
    fields = model._meta.concrete_fields
    return tuple(f.attname for f in fields if not (f.generated or f.primary_key or f.name in _TECHNICAL))


@cache
def _telling(model: Model_) -> tuple[str, ...]:
    """The columns that tell whether somebody has touched a row."""
    passing = _PASSING.get(label_of(model), frozenset())
    return tuple(name for name in columns_of(model) if not name.endswith("_key") and name not in passing)


def standing_rows(model: Model_, where: Q) -> dict[int, Values]:
    """The rows as they stand now, by id, with what the database gives for each of `columns_of`."""
    rows = model._base_manager.filter(where).order_by().values_list("pk", *columns_of(model))
    return {pk: tuple(values) for pk, *values in rows}


def as_held(model: Model_, values: Values) -> Held:
    """One of `standing_rows` as the ledger keeps it."""
    return {name: plain(value) for name, value in zip(columns_of(model), values, strict=True)}


def held(model: Model_, where: Q) -> dict[int, Held]:
    """The rows as they stand now, by id."""
    return {pk: as_held(model, values) for pk, values in standing_rows(model, where).items()}


def of_ids(model: Model_, ids: Collection[int]) -> dict[int, Held]:
    """The rows of these ids that stand."""
    return held(model, Q(pk__among=list(ids))) if ids else {}


def signature(model: Model_, row: Mapping[str, Any]) -> str:
    """Twelve digits that change when somebody touches the row."""
    return _signature([row[name] for name in _telling(model)])


def signature_of(model: Model_, values: Values) -> str:
    """The same of one of `standing_rows`."""
    return _signature([plain(values[place]) for place in _places(model)])


@cache
def _places(model: Model_) -> tuple[int, ...]:
    names = columns_of(model)
    return tuple(names.index(name) for name in _telling(model))


def _signature(said: list[Any]) -> str:
    return blake2b(_json_text(said).encode(), digest_size=SIGNATURE_BYTES).hexdigest()


_json_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def digest_of(rows: Iterable[tuple[str, int, Held]]) -> int:
    """The sum over the rows of what they held, whatever their order; a number below 2 to the power of 256."""
    total = 0
    for label, pk, row in rows:
        said = json.dumps([label, pk, row], ensure_ascii=False, sort_keys=True)
        total += int.from_bytes(blake2b(said.encode(), digest_size=32).digest())
    return total % 2**256


def plain(value: Any) -> Any:
    """The value as JSON holds it."""
    form = _FORMS.get(type(value))
    return value if form is None else form(value)


# By the very type: an import asks this of every value that it writes, and most values are texts, numbers or nothing.
_FORMS: dict[type, Callable[[Any], str]] = {
    datetime: lambda value: value.astimezone(UTC).isoformat(),
    date: date.isoformat,
    time: time.isoformat,
    Decimal: lambda value: f"{value.normalize():f}",
}


def value_of(model: Model_, name: str, kept: Any) -> Any:
    """What `plain` was given."""
    field = next(field for field in model._meta.concrete_fields if field.attname == name)
    return kept if kept is None or isinstance(field, JSONField) else _target(field).to_python(kept)


def _target(field: "Field[Any, Any]") -> "Field[Any, Any]":
    return field.target_field if isinstance(field, ForeignKey) else field
