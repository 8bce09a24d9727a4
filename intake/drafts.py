"""A row on its way to a record: its columns, what its links name, and what there is to say about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from intake.fields import EXTERNAL_ID
from intake.findings import WarningCode, shown
from intake.maps import ImportMap
from intake.references import Index, References
from intake.rows import Values
from people.text import normalised_name

Columns = dict[str, Any]
BLANK = (None, "")

# Where a column is not called like the field that fills it.
_FIELD_OF = {"is_active": "active", "is_bulk": "bulk"}


@dataclass(frozen=True)
class Run:
    """One import of one file: what all its rows share."""

    plan: ImportMap
    as_of: date
    is_dry: bool = False
    batch_id: int | None = None
    references: References = field(default_factory=References)
    made_on_sight: dict[type[models.Model], list[int]] = field(default_factory=dict)

    def note(self, model: type[models.Model], ids: Iterable[int]) -> None:
        """These were made because a row names them; an undo of the import takes them back."""
        self.made_on_sight.setdefault(model, []).extend(ids)

    def noted(self) -> dict[type[models.Model], list[int]]:
        """What was noted since the last time."""
        made = dict(self.made_on_sight)
        self.made_on_sight.clear()
        return made

    @property
    def cause(self) -> str:
        """What events name as their maker."""
        return f"import:{self.batch_id}"


class Said(NamedTuple):
    """A warning or an objection about one field of a row. code: of the warning."""

    field: str
    text: str
    value: str = ""
    code: str = ""


@dataclass(slots=True)
class Draft:
    """The columns that a row gives its record, links looked up and missing values filled (D27).

    extras are given to a new record only; they are not compared when the row changes.
    """

    external_id: str
    values: Values
    columns: Columns = field(default_factory=dict)
    extras: Columns = field(default_factory=dict)
    remarks: list[Said] = field(default_factory=list)

    def link(self, name: str, index: Index) -> int | None:
        """The record that the field names; None with a warning where nothing fits."""
        text = self.values.get(name)
        if text is None:
            return None
        found = index.find(text)
        if found is None:
            said = _("%(field)s “%(value)s” was not found; the link stays empty.")
            self.remarks.append(_remark(name, WarningCode.UNRESOLVED, said, text))
            return None
        if found.is_ambiguous:
            said = _("%(field)s “%(value)s”: several bear this name; the first imported was taken.")
            self.remarks.append(_remark(name, WarningCode.AMBIGUOUS_NAME, said, text))
        return found.id

    def warn(self, name: str, code: WarningCode, text: str) -> None:
        """Say something about a row that goes in."""
        self.remarks.append(Said(name, text, code=code.value))


def _remark(name: str, code: WarningCode, said: str, text: str) -> Said:
    return Said(name, said % {"field": name, "value": shown(text)}, text, code.value)


def objections(values: Values, errors: Mapping[str, str]) -> list[Said]:
    """What the error function of a verb found, as objections to a row."""
    return [Said(name, text, shown(values.get(name, ""))) for name, text in errors.items()]


def picked(values: Values, name: str, index: Index) -> int | None:
    """The reason that the field names, None where it names none that we know."""
    found = index.find(values[name]) if name in values else None
    return found.id if found else None


def unknown(values: Values, name: str, index: Index) -> list[Said]:
    """Reasons are never created: an objection where the field names one that we do not know (D27)."""
    if name not in values or index.find(values[name]):
        return []
    return [Said(name, _("Unknown value."), values[name])]


class Kept(NamedTuple):
    """A field that people or the sweep changed since the last import, and what the file wanted (D28)."""

    field: str
    kept: str
    in_file: str


@dataclass(frozen=True, slots=True)
class Change:
    """A record whose row changed. columns: to be written. old: what the last import had given, None without one."""

    record: models.Model
    new: Draft
    old: Draft | None
    columns: Columns
    kept: list[Kept]

    @property
    def id(self) -> int:
        """The record's."""
        return int(self.record.pk)

    @property
    def is_first(self) -> bool:
        """Whether the record was only made on sight until now: its row counts as created."""
        return self.old is None and "external_id" in self.columns


def merge(record: models.Model, new: Draft, old: Draft | None) -> Change:
    """Take over what changed in the file since the last import; keep what people or the sweep changed meanwhile.

    Without a last import the row only fills what the record lacks: a blank cell asks for nothing, and a name that is
    the external id, as made on sight, gives way.
    """
    change = Change(record, new, old, {}, [])
    for name, value in new.columns.items():
        now = getattr(record, name)
        if value == now or (value in BLANK if old is None else value == old.columns[name]):
            continue
        if _is_free(name, now, new) if old is None else now == old.columns[name]:
            change.columns[name] = value
        else:
            field_name = field_of(new, name)
            wanted = new.values.get(field_name, "" if value is None else value)
            change.kept.append(Kept(field_name, shown(_displayed(record, name)), shown(wanted)))
    return change


def _is_free(column: str, now: Any, new: Draft) -> bool:
    return now in BLANK or (column == "name" and normalised_name(now) == normalised_name(new.external_id))


def field_of(draft: Draft, column: str) -> str:
    """Our name of the field that fills a column."""
    if column == "closed_on" and "due_on" in draft.columns:
        return "done_on"
    if column == EXTERNAL_ID:
        return column
    return _FIELD_OF.get(column, column.removesuffix("_id"))


def _displayed(record: models.Model, column: str) -> object:
    relation = column != EXTERNAL_ID and column.removesuffix("_id")
    value = getattr(record, relation if relation and column.endswith("_id") else column)
    return "" if value is None else value
