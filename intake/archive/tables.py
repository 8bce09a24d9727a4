"""Which tables go into the zip, and how a value of the database is written in a cell and read back unchanged."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import BooleanField, Field, ForeignKey, JSONField, Model

from people.models import ChangedPortion, KeptAnswer, KeptPortion, SentForm

# What begins so in a cell got a backslash in front: it would read as an escape, or as the start of a formula.
_ESCAPED = ("\\", "=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NULL = "\\N"
_CHUNK = 5000
_PASSING = {SentForm, ChangedPortion, KeptAnswer, KeptPortion}


@dataclass(frozen=True)
class Table:
    """One table of ours with its columns in the order of the model; generated columns are left to the database."""

    model: type[Model]

    @property
    def name(self) -> str:
        """As the database calls it; the file's name too."""
        return self.model._meta.db_table

    @cached_property
    def fields(self) -> "Sequence[Field[Any, Any]]":
        """The columns that are written."""
        return [field for field in self.model._meta.concrete_fields if not field.generated]

    @property
    def columns(self) -> list[str]:
        """Their names in the database."""
        return [str(field.column) for field in self.fields]

    def rows(self) -> Iterator[list[str]]:
        """Each row as cells, by primary key; never more than a chunk in memory."""
        names = [field.attname for field in self.fields]
        found = self.model._base_manager.order_by("pk").values_list(*names)
        for row in found.iterator(chunk_size=_CHUNK):
            yield [cell(field, value) for field, value in zip(self.fields, row, strict=True)]

    def values(self, cells: Sequence[str]) -> list[Any]:
        """What the database is given for a row of cells. Raises ValueError for too few, too many or unreadable ones."""
        return [prepared(field, text) for field, text in zip(self.fields, cells, strict=True)]


def tables() -> list[Table]:
    """All that lasts: our own tables and the admin's journal; neither sessions nor forms on their way.

    Nor answers that are kept for the pages of numbers: they are counted again where they are wanted.
    """
    ours: list[type[Model]] = [model for model in apps.get_models() if _is_ours(model)]
    return [*map(Table, ours), Table(LogEntry)]


def our_apps() -> list[str]:
    """The apps whose code lies in this project, and those of others whose tables are written."""
    ours = [config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
    return [*(config.label for config in ours), LogEntry._meta.app_label]


def _is_ours(model: type[Model]) -> bool:
    return Path(apps.get_app_config(model._meta.app_label).path).parent == settings.BASE_DIR and model not in _PASSING


def cell(field: "Field[Any, Any]", value: object) -> str:
    """The value as text: NULL is \\N, moments are ISO in UTC, booleans 1 and 0, a kind of record goes by its name."""
    if value is None:
        return NULL
    if isinstance(field, ForeignKey) and field.related_model is ContentType:
        return ".".join(ContentType.objects.get_for_id(int(str(value))).natural_key())
    if isinstance(field, JSONField):
        return _escaped(json.dumps(value, ensure_ascii=False, sort_keys=True))
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return _escaped(str(value)) if isinstance(value, str) else str(value)


def prepared(field: "Field[Any, Any]", text: str) -> Any:
    """What `cell` wrote, as this database takes it. Raises ValueError or ValidationError if it is no such value."""
    return field.get_db_prep_save(_value(field, text), connection)


def _value(field: "Field[Any, Any]", text: str) -> Any:
    if text == NULL:
        return None
    bare = text[1:] if text.startswith("\\") else text
    if isinstance(field, ForeignKey):
        if field.related_model is ContentType:
            return ContentType.objects.get_by_natural_key(*bare.split(".")).pk
        field = field.target_field
    if isinstance(field, JSONField):
        return json.loads(bare)
    if isinstance(field, BooleanField):
        return bool(int(bare))
    return field.to_python(bare)


def _escaped(text: str) -> str:
    return f"\\{text}" if text.startswith(_ESCAPED) else text
