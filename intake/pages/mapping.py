"""What the page of the map shows: each column with what it fills, and their words beside ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from intake.days import day_form_name
from intake.field_labels import field_label
from intake.fields import FIELDS, PEOPLE
from intake.findings import ImportRefused
from intake.guessing import fitting_presets
from intake.guessing.plans import headers_of, listed
from intake.guessing.values import is_blank, is_coded, options_of
from intake.mapping import BLANK, objections
from intake.models import SavedMap, UploadedFile
from intake.notes import remark
from intake.pages.steps import COLUMNS, steps
from intake.reading.day_orders import FORMS
from intake.reading.texts import DELIMITERS, ENCODINGS
from intake.states import RecordKind
from people.models import User
from people.text import normalised_name

Options = list[tuple[str, str]]
NO_DEFAULT = frozenset({"external_id"})


@dataclass(frozen=True, slots=True)
class Line:
    """One column and one field that it fills, "" for none. place: the column's number, which names its control."""

    place: int
    header: str
    field: str
    sample: str
    filled: int
    blank: int
    distinct: int
    is_unsettled: bool


@dataclass(frozen=True, slots=True)
class Word:
    """One value of theirs: its control, how many rows have it, and ours ("" while nobody has chosen)."""

    control: str
    theirs: str
    count: int
    ours: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Their words for one field of ours, side by side with ours. is_cut: there are too many to be listed."""

    header: str
    label: str
    words: list[Word]
    options: Options
    is_cut: bool

    @property
    def unsettled(self) -> int:
        """How many words nobody has given a meaning yet."""
        return sum(1 for word in self.words if not word.ours)

    @property
    def total(self) -> int:
        return sum(word.count for word in self.words)


@dataclass(frozen=True, slots=True)
class Default:
    """One value for all rows of a field that no column fills. options: empty where it is free text."""

    field: str
    label: str
    value: str
    options: Options
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns the work in the file: people we know, and people who are made without a login until they are invited."""

    header: str
    known: list[str]
    new: list[str]

    @property
    def all(self) -> int:
        return len(self.known) + len(self.new)


def mapping_page(upload: UploadedFile) -> dict[str, Any]:
    """The context of the page."""
    plan, reading = upload.plan, upload.reading
    panels = list(_panels(upload))
    return {
        "upload": upload,
        "steps": steps(COLUMNS),
        "lines": list(_lines(upload)),
        "fields": [(field, field_label(upload.kind, field)) for field in FIELDS[upload.kind]],
        "panels": panels,
        "defaults": list(_defaults(upload)),
        "fallback": _fallback(plan),
        "lost": _lost(panels, plan),
        "owners": list(_owners(upload)),
        "leavers": plan.get("owners", {}).get("active") is False,
        "notes": [remark(note) for note in reading["notes"] if _matters(note, upload)],
        "objections": list(objections(upload, plan)),
        "kinds": RecordKind.choices,
        "encodings": [(name, ENCODING_NAMES.get(name, name)) for name in ENCODINGS],
        "delimiters": [(sign, DELIMITER_NAMES[sign]()) for sign in DELIMITERS],
        "dates": plan.get("dates", "ymd"),
        "day_forms": [(name, day_form_name(name)) for name in dict.fromkeys([*FORMS, plan.get("dates", "ymd")])],
        "other_days": [
            (field, field_label(upload.kind, field), days) for field, days in plan.get("dates_of", {}).items()
        ],
        "maps": _maps(upload),
        "headers": [column["name"] or f"#{place}" for place, column in enumerate(reading["columns"], start=1)],
    }


def _matters(note: dict[str, Any], upload: UploadedFile) -> bool:
    """Whether the reader has to know: what is odd about digits matters by the field that the column fills."""
    if note["code"] not in ABOUT_DIGITS:
        return True
    filled = {name for name, headers in upload.plan["columns"].items() if note["column"] in listed(headers)}
    if note["code"] == "lost_zeros":
        return "phone" in filled
    if note["code"] == "unread_format":
        return any(not FIELDS[upload.kind][name].is_number for name in filled)
    return any(FIELDS[upload.kind][name].is_number for name in filled)


ABOUT_DIGITS = frozenset({"odd_numbers", "leading_zeros", "lost_zeros", "unread_format"})
ENCODING_NAMES = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 (BOM)", "utf-16": "UTF-16", "cp932": "Shift_JIS (CP932)", "euc_jp": "EUC-JP",
    "iso2022_jp_2": "ISO-2022-JP", "cp1252": "Windows-1252",
}  # fmt: skip
DELIMITER_NAMES = {
    ",": lambda: _("Comma"), ";": lambda: _("Semicolon"), "\t": lambda: _("Tab"), "|": lambda: _("Vertical bar"),
}  # fmt: skip


def _lines(upload: UploadedFile) -> Iterator[Line]:
    unsettled = {panel.header for panel in _panels(upload) if panel.unsettled}
    rows = upload.reading["rows"]
    for place, column in enumerate(upload.reading["columns"]):
        fields = [field for field, headers in upload.plan["columns"].items() if column["name"] in listed(headers)]
        for field in fields or [""]:
            yield Line(
                place=place,
                header=column["name"],
                field=field,
                sample=column["samples"][0] if column["samples"] else "",
                filled=column["filled"],
                blank=max(rows - column["filled"], 0),
                distinct=column["distinct"],
                is_unsettled=column["name"] in unsettled and bool(field),
            )


def _panels(upload: UploadedFile) -> Iterator[Panel]:
    by_name = {column["name"]: (place, column) for place, column in enumerate(upload.reading["columns"])}
    blanks = upload.plan.get("blanks", {})
    for field, headers in upload.plan["columns"].items():
        if not is_coded(upload.kind, field):
            continue
        place, column = by_name[listed(headers)[0]]
        known = upload.plan.get("values", {}).get(field, {})
        gone = blanks.get(column["name"], [])
        words = [
            Word(f"v{place}-{field}-{number}", text, count, BLANK if text in gone else _ours(text, known))
            for number, (text, count) in enumerate(column["values"])
        ]
        is_cut = not words and column["filled"] > 0
        yield Panel(column["name"], field_label(upload.kind, field), words, options_of(upload.kind, field), is_cut)


def _ours(text: str, known: dict[str, str]) -> str:
    return known.get(text) or known.get("*", "")


def _defaults(upload: UploadedFile) -> Iterator[Default]:
    named, given = upload.plan["columns"], upload.plan.get("defaults", {})
    gaps = {column["name"] for column in upload.reading["columns"] if column["filled"] < upload.reading["rows"]}
    for field, spec in FIELDS[upload.kind].items():
        is_asked = field in given or (field not in named and (spec.is_required or is_coded(upload.kind, field)))
        is_asked |= field == "created_on" and gaps.issuperset(listed(named.get(field, "-")))
        if is_asked and field not in NO_DEFAULT:
            options = options_of(upload.kind, field) if is_coded(upload.kind, field) else []
            needed = spec.is_required and field not in named
            yield Default(field, field_label(upload.kind, field), str(given.get(field, "")), options, needed)


def _fallback(plan: dict[str, Any]) -> dict[str, Any]:
    given = plan.get("fallback")
    if not given:
        return {}
    months = "".join(sign for sign in given.get("next_approach", "") if sign.isdecimal()) or "3"
    return {"months": months, "contact": given.get("approach_contact_text", ""), "hook": given.get("hook", "")}


def _lost(panels: list[Panel], plan: dict[str, Any]) -> int:
    """How many rows are losses, by the words of the status."""
    words = [word for panel in panels for word in panel.words if word.control.split("-")[1] == "status"]
    return sum(word.count for word in words if word.ours == "lost")


def _owners(upload: UploadedFile) -> Iterator[Owners]:
    values = {column["name"]: column["values"] for column in upload.reading["columns"]}
    for field, headers in upload.plan["columns"].items():
        header = listed(headers)[0]
        if field not in PEOPLE or not values[header]:
            continue
        names = [text for text, _count in values[header] if not is_blank(text)]
        keys = {normalised_name(name) for name in names}
        known = set(User.objects.filter(name_key__in=keys).values_list("name_key", flat=True))
        ids = set(User.objects.filter(external_id__in=names).values_list("external_id", flat=True))
        here = [name for name in names if name in ids or normalised_name(name) in known]
        yield Owners(header, here, [name for name in names if name not in set(here)])


def _maps(upload: UploadedFile) -> Options:
    """Saved and shipped maps that fit the file's columns."""
    have = {column["name"] for column in upload.reading["columns"]}
    saved = [one for one in SavedMap.objects.filter(kind=upload.kind) if headers_of(one.plan) <= have]
    found = [(f"saved:{one.pk}", one.name) for one in saved]
    return found + [
        (f"shipped:{name}", name) for name, _plan in fitting_presets(upload.kind, upload.reading["columns"])
    ]


def chosen_map(upload: UploadedFile, choice: str) -> dict[str, Any]:
    """The map behind a choice of `maps`. Raises ImportRefused where it is gone."""
    origin, _colon, name = choice.partition(":")
    if origin == "shipped":
        found = dict(fitting_presets(upload.kind, upload.reading["columns"]))
        plan = found.get(name)
    else:
        plan = next((one.plan for one in SavedMap.objects.filter(kind=upload.kind, pk=int(name or 0))), None)
    if plan is None:
        raise ImportRefused(_("This map is gone. Choose another one."))
    return plan
