"""MAP.toml: which of their columns fill which of our fields, and how they write dates, numbers and blanks (D27)."""

import dataclasses
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from deals.states import HOOK_MIN_LENGTH
from intake.cells import OUR_OWN, Formats
from intake.days import day_format
from intake.fields import EXTERNAL_ID, FIELDS, Field
from intake.files import codec_named
from intake.findings import BadCell, ImportRefused, shown
from intake.states import RecordKind

KEYS = (
    "kind", "encoding", "delimiter", "dates", "decimal", "blank", "blanks", "columns", "values", "defaults", "where",
    "owners", "fallback", "header_row", "dates_of",
)  # fmt: skip
ANY_OTHER = "*"
LAST_HEADER_ROW = 50
_NEXT_APPROACH = re.compile(r"closed_on\s*\+\s*([1-9]\d{0,2})\s*(day|week|month)s?")

Words = frozenset[str]


@dataclass(frozen=True)
class Fallback:
    """The answers of losses that lack them; the date is `value` units after closed_on, None: no fallback for it."""

    value: int | None = None
    unit: str = "month"
    approach_contact_text: str = ""
    hook: str = ""


@dataclass(frozen=True)
class ImportMap:
    """One map, checked. `name` is its file name; `values` holds our text per text of the file, `*` for any other."""

    name: str
    kind: RecordKind
    encoding: str | None
    delimiter: str
    formats: Formats
    blank: Words
    blanks: Mapping[str, Words]
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, Any]
    where: Mapping[str, Words]
    owners_are_active: bool
    fallback: Fallback
    header_row: int = 1
    formats_of: Mapping[str, Formats] = dataclasses.field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, Field]:
        """All fields of the kind."""
        return FIELDS[self.kind]

    def headers(self) -> list[str]:
        """The headers that the file must have."""
        named = [header for headers in self.columns.values() for header in headers]
        return list(dict.fromkeys([*named, *self.blanks, *self.where]))


def read_map(path: Path) -> ImportMap:
    """Parse and check a map. Raises ImportRefused with a message that names the key, the field or the value."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _refusal(path, _("cannot be read: %(why)s") % {"why": error.strerror}) from error
    except UnicodeDecodeError as error:
        raise _refusal(path, _("is not UTF-8.")) from error
    except tomllib.TOMLDecodeError as error:
        raise _refusal(path, _("is not TOML: %(why)s") % {"why": error}) from error
    try:
        return map_of(path.name, content)
    except ImportRefused as error:
        raise _refusal(path, error.text) from error


def _refusal(path: Path, text: str) -> ImportRefused:
    return ImportRefused(_("Map %(name)s: %(text)s") % {"name": path.name, "text": text})


def map_of(name: str, content: Mapping[str, Any]) -> ImportMap:
    """The map that a table says, as MAP.toml or the page gives it. Raises ImportRefused."""
    _only_known(content, KEYS, "")
    kind = _kind(content.get("kind"))
    formats = Formats(day_format(_string(content, "dates", "ymd")), _one_of(content, "decimal", (".", ",")))
    columns = {name: tuple(_strings(named, f"columns.{name}")) for name, named in _table(content, "columns").items()}
    values = {name: _replacements(content, name) for name in _table(content, "values")}
    formats_of = _formats_of(kind, content, formats.decimal)
    defaults = _table(content, "defaults")
    for section, fields in (("columns", columns), ("values", values), ("defaults", defaults)):
        _only_known(fields, FIELDS[kind], section)
    _check_columns(kind, columns, values, defaults)
    _check_values(kind, values, formats)
    encoding = content.get("encoding")
    if encoding is not None:
        codec_named(_string(content, "encoding", ""))
    return ImportMap(
        name=name,
        kind=kind,
        encoding=encoding,
        delimiter=_delimiter(content),
        formats=formats,
        blank=frozenset(_strings(content.get("blank", []), "blank")),
        blanks=_word_lists(content, "blanks"),
        columns=columns,
        values=values,
        defaults={name: _own(kind, name, value) for name, value in defaults.items()},
        where=_word_lists(content, "where"),
        owners_are_active=_owners_are_active(content),
        fallback=_fallback(content, kind),
        header_row=_header_row(content),
        formats_of=formats_of,
    )


def _header_row(content: Mapping[str, Any]) -> int:
    value = content.get("header_row", 1)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LAST_HEADER_ROW:
        raise ImportRefused(_("header_row must be a row from 1 to %(last)d, or 0.") % {"last": LAST_HEADER_ROW})
    return value


def _formats_of(kind: RecordKind, content: Mapping[str, Any], decimal: str) -> dict[str, Formats]:
    """The fields whose days are written otherwise than `dates` says."""
    table = _table(content, "dates_of")
    _only_known(table, FIELDS[kind], "dates_of")
    return {name: Formats(day_format(_plain(text, f"dates_of.{name}")), decimal) for name, text in table.items()}


def _kind(name: object) -> RecordKind:
    if name not in RecordKind.values:
        raise ImportRefused(_("kind: %(known)s are known.") % {"known": ", ".join(RecordKind.values)})
    return RecordKind(name)


def _only_known(given: Iterable[str], known: Iterable[str], section: str) -> None:
    names = list(known)
    for name in given:
        if name not in names:
            place = f"[{section}] {name}" if section else name
            hint = _("Known: %(known)s.") % {"known": ", ".join(names)}
            if near := get_close_matches(name, names, 1):
                hint = _("Did you mean %(name)s?") % {"name": near[0]}
            raise ImportRefused(_("%(place)s is unknown. %(hint)s") % {"place": shown(place), "hint": hint})


def _table(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise ImportRefused(_("%(key)s must be a table, written [%(key)s].") % {"key": key})
    return table


def _plain(value: object, place: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (str, int, float)):
        return str(value).strip()
    raise ImportRefused(_("%(key)s must be a text.") % {"key": place})


def _string(content: Mapping[str, Any], key: str, default: str) -> str:
    value = content.get(key, default)
    if not isinstance(value, str):
        raise ImportRefused(_("%(key)s must be a text.") % {"key": key})
    return value


def _strings(value: object, place: str) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    if not parts and place != "blank":
        raise ImportRefused(_("%(key)s is empty.") % {"key": place})
    return [_plain(part, place) for part in parts]


def _one_of(content: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = _string(content, key, known[0])
    if value not in known:
        raise ImportRefused(_("%(key)s must be one of %(known)s.") % {"key": key, "known": " ".join(known)})
    return value


def _delimiter(content: Mapping[str, Any]) -> str:
    value = _string(content, "delimiter", ",")
    if len(value) != 1 or value in '\r\n"\0':
        raise ImportRefused(_("delimiter must be one character, such as “,”, “;” or “\\t”."))
    return value


def _word_lists(content: Mapping[str, Any], key: str) -> dict[str, Words]:
    table = _table(content, key)
    return {header.strip(): frozenset(_strings(words, f"{key}.{header}")) for header, words in table.items()}


def _replacements(content: Mapping[str, Any], field: str) -> dict[str, str]:
    table = _table(content["values"], field)
    return {theirs.strip(): _plain(ours, f"values.{field}") for theirs, ours in table.items()}


def _check_columns(
    kind: RecordKind, columns: Mapping[str, object], values: Mapping[str, object], defaults: Mapping[str, object]
) -> None:
    if not columns:
        raise ImportRefused(_("[columns] is missing: it says which of their columns fills which field."))
    for field in values:
        if field not in columns:
            raise ImportRefused(_("[values.%(field)s]: no column fills this field.") % {"field": field})
    if EXTERNAL_ID in defaults:
        raise ImportRefused(_("[defaults] external_id: every row has its own."))
    for field, spec in FIELDS[kind].items():
        if spec.is_required and field not in columns and field not in defaults:
            raise ImportRefused(_("%(field)s is required: name its column, or give a default.") % {"field": field})


def _check_values(kind: RecordKind, values: Mapping[str, Mapping[str, str]], formats: Formats) -> None:
    for field, table in values.items():
        for ours in filter(None, table.values()):
            _readable(f"[values.{field}]", kind, field, ours, formats)


def _own(kind: RecordKind, field: str, value: object) -> Any:
    """A default as the rows will hold it: our codes, ISO dates, plain numbers."""
    text = ";".join(_strings(value, f"defaults.{field}"))
    return _readable("[defaults]", kind, field, text, OUR_OWN)


def _readable(section: str, kind: RecordKind, field: str, text: str, formats: Formats) -> Any:
    try:
        return FIELDS[kind][field].read(text, formats)
    except BadCell as error:
        place = {"section": section, "field": field, "value": shown(text), "why": error}
        raise ImportRefused(_("%(section)s %(field)s = “%(value)s”: %(why)s") % place) from error


def _owners_are_active(content: Mapping[str, Any]) -> bool:
    owners = _table(content, "owners")
    _only_known(owners, ("active",), "owners")
    active = owners.get("active", True)
    if not isinstance(active, bool):
        raise ImportRefused(_("[owners] active must be true or false."))
    return active


def _fallback(content: Mapping[str, Any], kind: RecordKind) -> Fallback:
    table = _table(content, "fallback")
    if not table:
        return Fallback()
    if kind != RecordKind.DEALS:
        raise ImportRefused(_("[fallback] is for deals only."))
    _only_known(table, ("next_approach", "approach_contact_text", "hook"), "fallback")
    text = _string(table, "next_approach", "")
    found = _NEXT_APPROACH.fullmatch(text.strip())
    if text and not found:
        raise ImportRefused(_("[fallback] next_approach must read like “closed_on + 3 months”."))
    hook = _string(table, "hook", "").strip()
    if hook and len(hook) < HOOK_MIN_LENGTH:
        raise ImportRefused(_("[fallback] hook needs at least %(count)d characters.") % {"count": HOOK_MIN_LENGTH})
    return Fallback(
        int(found[1]) if found else None,
        found[2] if found else "month",
        _own(kind, "approach_contact_text", _string(table, "approach_contact_text", "")),
        _own(kind, "hook", hook),
    )
