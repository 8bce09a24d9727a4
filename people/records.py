"""Whole records in one statement: unsaved instances in, or new values of some fields of many records.

`people.rows` writes columns; this is the same for verbs that hold model instances. The number of queries does not
depend on the number of records, so the single form is the batch of one (D36).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar
from zlib import crc32

from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.utils.translation import gettext as _

from people.refusal import Conflict, Refused, refuse
from people.rows import insert_rows, update_rows
from people.text import normalised_name

Record = TypeVar("Record", bound=models.Model)

UNSEEN_FIELDS = {"password", "last_login", "is_staff"}  # no editor sees them, so they are no reason for a conflict


@dataclass(frozen=True, slots=True)
class Edit:
    """New values of one record.

    values: field name (or attname) → value, instances allowed for foreign keys. version: the one its editor had seen;
    None where nobody had seen any, as in an import.
    """

    id: int
    values: Mapping[str, Any]
    version: int | None = None


def version_of(record: models.Model) -> int:
    """The version an editor sees: the column, else a checksum of what the record says."""
    if hasattr(record, "version"):
        return int(record.version)
    said = [f"{field.attname}={getattr(record, field.attname)!r}" for field in record._meta.concrete_fields
            if field.name not in UNSEEN_FIELDS]  # fmt: skip
    return crc32("\n".join(said).encode())


def insert_records(records: Sequence[models.Model]) -> None:
    """Insert unsaved instances of one model and give them their ids, ascending in the order given.

    Keys that `save()` would derive (`set_keys`) are derived. Defaults are those of the instances; generated columns
    are read on first use. Both databases number the rows as they come, so the ids in ascending order are theirs.
    """
    if not records:
        return
    model = type(records[0])
    for record in records:
        _derive_keys(record)
    fields = [field for field in model._meta.concrete_fields if not field.generated and not field.primary_key]
    names, rows = [field.attname for field in fields], [_row(record, fields) for record in records]
    ids = sorted(row[0] for row in insert_rows(model, names, rows, returning=("id",)))
    for record, row_id in zip(records, ids, strict=True):
        record.pk = row_id
        record._state.adding = False
        record._state.db = connection.alias


def lock(queryset: "models.QuerySet[Record]", ids: Collection[int], *related: str) -> dict[int, Record]:
    """The rows with these ids, locked in ascending order until the end of the transaction, by id.

    related: foreign keys to load with them. A missing id is simply not in the result.
    """
    if not ids:
        return {}
    rows = queryset.filter(pk__among=sorted(set(ids))).order_by("pk").select_for_update(no_key=True, of=("self",))
    return {row.pk: row for row in (rows.select_related(*related) if related else rows)}


def edit_records(
    queryset: "models.QuerySet[Record]",
    edits: Sequence[Edit],
    editable: Collection[str],
    *,
    check: Callable[[Record], Mapping[str, str]] | None = None,
) -> list[Record]:
    """Give the records their new values and raise `version` where a value differs; gives back those that changed.

    editable: field names. check sees each record with its new values and returns errors. Raises Conflict when an
    editor had seen an older version, Refused for a record that is gone and for what check objects to.
    """
    records = lock(queryset, [edit.id for edit in edits])
    changed: list[Record] = []
    columns: set[str] = set()
    for position, edit in enumerate(edits):
        record = _found(records, edit, position)
        touched = _take_over(record, edit.values, editable)
        errors = check(record) if check and touched else {}
        if errors:
            raise Refused(errors, position=position)
        if touched:
            columns |= touched
            changed.append(record)
    save_columns(changed, columns)
    return changed


def save_columns(records: Sequence[models.Model], attnames: Collection[str]) -> None:
    """Write these columns of records that are locked, with derived keys, `version` + 1 and `updated_at`."""
    if not records or not attnames:
        return
    model = type(records[0])
    own = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
    names = set(attnames) | ({"version", "updated_at"} & own.keys())
    names |= {name for name in own if name.endswith("_key")}
    for record in records:
        _derive_keys(record)
        if "version" in own:
            record.version += 1  # type: ignore[attr-defined]
    fields = [own[name] for name in sorted(names - {"id"})]
    rows = [(record.pk, *_row(record, fields)) for record in records]
    update_rows(model, ["id", *(field.attname for field in fields)], rows)


def on_sight(model: type[Record], names: Iterable[str]) -> dict[str, Record]:
    """Teams, sources or products by name, made where they are missing; keyed by normalised name, blanks left out (D27).

    Of several spellings of one new name the first is kept.
    """
    wanted: dict[str, str] = {}
    for name in names:
        key = normalised_name(name)
        if key:
            wanted.setdefault(key, name.strip())
    rows = model._default_manager.filter(name_key__in=wanted)
    known = set(rows.values_list("name_key", flat=True))
    missing = [(key, name) for key, name in wanted.items() if key not in known]
    insert_rows(model, ("name_key", "name"), missing, skip_conflicts=True)
    return {row.name_key: row for row in rows.all()}  # type: ignore[attr-defined]


def _found(records: Mapping[int, Record], edit: Edit, position: int) -> Record:
    record = records.get(edit.id)
    if record is None:
        refuse(_("This record no longer exists."), position=position)
    if edit.version is not None and edit.version != version_of(record):
        raise Conflict(record)
    return record


def _take_over(record: models.Model, values: Mapping[str, Any], editable: Collection[str]) -> set[str]:
    """Set the values that differ; gives back the columns touched."""
    touched = set()
    for name, value in values.items():
        field = _field(record, name)
        if field.name not in editable:
            raise FieldDoesNotExist(f"{record._meta.label}.{name} is not edited here")
        new = value.pk if isinstance(value, models.Model) else value
        if getattr(record, field.attname) != new:
            setattr(record, name, value)
            touched.add(field.attname)
    return touched


def _field(record: models.Model, name: str) -> "models.Field[Any, Any]":
    field = record._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _derive_keys(record: models.Model) -> None:
    set_keys = getattr(record, "set_keys", None)
    if set_keys is not None:
        set_keys()


def _row(record: models.Model, fields: Sequence["models.Field[Any, Any]"]) -> list[Any]:
    for field in fields:
        if getattr(field, "auto_now", False):
            field.pre_save(record, add=False)
    return [_bare(getattr(record, field.attname)) for field in fields]


def _bare(value: Any) -> Any:
    """Drivers cannot mix members of TextChoices with plain text in one array."""
    return value.value if isinstance(value, Enum) else value
