"""The map of an upload as the page sends it, and what speaks against it before a row is read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.states import HOOK_MIN_LENGTH
from intake.field_labels import field_label
from intake.fields import FIELDS
from intake.findings import ImportRefused
from intake.guessing.plans import FALLBACK, completed, listed
from intake.guessing.values import is_blank, is_coded, suggested_values
from intake.maps import ImportMap, map_of
from intake.models import UploadedFile
from intake.states import RecordKind
from leads.models import Company

Plan = dict[str, Any]
BLANK = "-"  # the choice “blank” of a value; no code of ours reads so
JOINED = frozenset({"name", "subject", "note", "hook", "approach_contact_text", "title", "product"})
MERGING = 10  # one of so many rows under an id that stood before: the column is no id
_LIKE_AN_ID = re.compile(r"\d{1,19}|[0-9a-f]{8}(?:-?[0-9a-f]{4,}){0,4}|(?=.*\d)[0-9A-Za-z]{15,18}")


class Sent(Protocol):
    """The fields of a form."""

    def get(self, name: str, default: Any = None, /) -> Any: ...
    def getlist(self, name: str, /) -> list[Any]: ...
    def __contains__(self, name: object, /) -> bool: ...


def sent_plan(upload: UploadedFile, sent: Sent) -> Plan:
    """The map that the page has sent: columns, values, defaults, dates and stand-ins."""
    columns = _sent_columns(upload, sent)
    values, blanks = _sent_values(upload, columns, sent)
    kept = {
        name: upload.plan[name]
        for name in ("kind", "encoding", "delimiter", "header_row", "where")
        if name in upload.plan
    }
    plan: Plan = kept | {"columns": columns, "values": {field: words for field, words in values.items() if words}}
    if blanks:
        plan["blanks"] = blanks
    plan |= _sent_days(upload, columns, sent)
    defaults = {field: text for field in FIELDS[upload.kind] if (text := sent.get(f"d-{field}", "").strip())}
    defaults = {field: text for field, text in defaults.items() if field != "external_id"}
    offered = completed(upload.kind, plan)
    for field, text in offered.get("defaults", {}).items():
        if f"d-{field}" not in sent:
            defaults[field] = text
    if defaults:
        plan["defaults"] = defaults
    if "fallback" in offered:
        plan["fallback"] = _sent_fallback(sent)
    if "owners_shown" in sent and "owners_active" not in sent:
        plan["owners"] = {"active": False}
    return plan


def _sent_columns(upload: UploadedFile, sent: Sent) -> dict[str, Any]:
    pairs = [
        (field, column["name"])
        for place, column in enumerate(upload.reading["columns"])
        for field in sent.getlist(f"c{place}")
    ]
    place, more = sent.get("more_column", ""), sent.get("more_field", "")
    if place.isdecimal() and int(place) < len(upload.reading["columns"]):
        pairs.append((more, upload.reading["columns"][int(place)]["name"]))
    found: dict[str, list[str]] = {}
    for field, header in pairs:
        if field in FIELDS[upload.kind] and header and header not in found.get(field, []):
            found.setdefault(field, []).append(header)
    return {
        field: found[field][0] if len(found[field]) == 1 else found[field]
        for field in FIELDS[upload.kind]
        if field in found
    }


def _sent_values(
    upload: UploadedFile, columns: Mapping[str, Any], sent: Sent
) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """Our words for theirs; what the page did not show yet is suggested, the rest stays as the map had it."""
    values: dict[str, dict[str, str]] = {}
    blanks: dict[str, list[str]] = {}
    places = {column["name"]: (place, column) for place, column in enumerate(upload.reading["columns"])}
    for field, headers in columns.items():
        place, column = places[listed(headers)[0]]
        texts = [text for text, _count in column["values"]]
        if not is_coded(upload.kind, field):
            if upload.plan.get("columns", {}).get(field) == headers:
                values[field] = upload.plan.get("values", {}).get(field, {})
            if found := [text for text in texts if is_blank(text)]:
                blanks[column["name"]] = found
            continue
        offered = suggested_values(upload.kind, field, [text for text in texts if not is_blank(text)])
        words = {
            text: sent.get(f"v{place}-{field}-{number}", _first(text, offered)) for number, text in enumerate(texts)
        }
        values[field] = {text: word for text, word in words.items() if word not in ("", BLANK)}
        if found := [text for text, word in words.items() if word == BLANK]:
            blanks[column["name"]] = found
    return values, blanks


def _first(text: str, offered: Mapping[str, str]) -> str:
    return BLANK if is_blank(text) else offered.get(text, "")


def _sent_days(upload: UploadedFile, columns: Mapping[str, Any], sent: Sent) -> Plan:
    usual = sent.get("dates", "") or upload.plan.get("dates", "ymd")
    others = {
        field: days
        for field, days in upload.plan.get("dates_of", {}).items()
        if field in columns and days != usual and "dates" not in sent
    }
    for field in columns:
        days = sent.get(f"days-{field}", "")
        if days and days != usual:
            others[field] = days
    return {"dates": usual} | ({"dates_of": others} if others else {})


def _sent_fallback(sent: Sent) -> dict[str, str]:
    months = sent.get("fallback_months", "3")
    value = int(months) if months.isdecimal() and 1 <= int(months) <= 24 else 3
    return {
        "next_approach": f"closed_on + {value} months",
        "approach_contact_text": sent.get("fallback_contact", "").strip() or FALLBACK["approach_contact_text"],
        "hook": sent.get("fallback_hook", "").strip() or FALLBACK["hook"],
    }


def checked_map(upload: UploadedFile, plan: Plan | None = None) -> ImportMap:
    """The map of the upload, if it can be imported by. Raises ImportRefused with what to do."""
    plan = upload.plan if plan is None else plan
    for said in objections(upload, plan):
        raise ImportRefused(said)
    return map_of(upload.name, plan)


def objections(upload: UploadedFile, plan: Plan) -> Iterator[str]:
    """What speaks against the map: a field without a column, columns that cannot be joined, ids that are none."""
    columns = {column["name"]: column for column in upload.reading["columns"]}
    named = plan.get("columns", {})
    if not named:
        yield _("No column is assigned yet. Choose for at least one column what it fills.")
    yield from _missing(upload.kind, plan)
    for field, headers in named.items():
        if isinstance(headers, list) and field not in JOINED:
            both = {"columns": "”, “".join(headers), "field": field_label(upload.kind, field)}
            yield _("“%(columns)s” fill the same field “%(field)s”. Leave one of them out.") % both
    if header := named.get("external_id"):
        yield from _merges(columns[listed(header)[0]])
    if "company" in named and upload.kind != RecordKind.ACTIVITIES:
        yield from _bare_ids(columns[listed(named["company"])[0]])
    if 0 < len(plan.get("fallback", {}).get("hook", "-" * HOOK_MIN_LENGTH)) < HOOK_MIN_LENGTH:
        yield _("What to contact them about needs at least %(count)d characters.") % {"count": HOOK_MIN_LENGTH}


def _missing(kind: str, plan: Plan) -> Iterator[str]:
    for field, spec in FIELDS[kind].items():
        if spec.is_required and field not in plan.get("columns", {}) and field not in plan.get("defaults", {}):
            text = _("“%(field)s” is needed: choose the column that fills it, or one value for all rows.")
            yield text % {"field": field_label(kind, field)}


def _merges(column: Mapping[str, Any]) -> Iterator[str]:
    if column["repeats"] >= 2 and column["repeats"] * MERGING >= column["filled"]:
        text = ngettext(
            "“%(column)s” cannot be the ID: %(rows)d rows hold only %(distinct)d value, so they would become one "
            "record. Choose another column as the ID, or none.",
            "“%(column)s” cannot be the ID: %(rows)d rows hold only %(distinct)d different values, so many would "
            "become one record. Choose another column as the ID, or none.",
            column["distinct"],
        )
        yield text % {"column": column["name"], "rows": column["filled"], "distinct": column["distinct"]}


def _bare_ids(column: Mapping[str, Any]) -> Iterator[str]:
    """A column of ids instead of names is fit only where the companies with these ids are there."""
    samples = [str(sample) for sample in column["samples"]]
    if not samples or not all(_LIKE_AN_ID.fullmatch(sample) for sample in samples):
        return
    if Company.objects.filter(external_id__in=samples).exists():
        return
    yield _(
        "“%(column)s” holds IDs (such as “%(value)s”), not the names of companies, so rows would be put together under "
        "a number. Import the companies with their IDs first, or choose the column with the names."
    ) % {"column": column["name"], "value": samples[0]}
