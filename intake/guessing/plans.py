"""The map that is suggested for a file: a shipped one that fits it whole, else one guessed column by column."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from intake.fields import FIELDS
from intake.guessing.headers import bare, names_of
from intake.guessing.values import is_blank, is_coded, suggested_values
from intake.states import RecordKind

PRESETS = Path(__file__).resolve().parent.parent / "presets"
Plan = dict[str, Any]
Columns = list[dict[str, Any]]

NEEDS_DAYS = frozenset(
    name for fields in FIELDS.values() for name in fields if name.endswith("_on") or name == "occurred_at"
)
# Kept as the source wrote it where another column says whether the deal is open, won or lost.
STAGES = frozenset({"stage", "dealstage", "stagename"})
# A loss of the past has no answers: these stand in until somebody gives better ones (D6, D27).
LOSS_DEFAULT = "unreachable"
FALLBACK = {
    "next_approach": "closed_on + 3 months",
    "approach_contact_text": "担当者不明(取込)",
    "hook": "取込時に記録なし。状況を確認",
}


def suggested_plan(kind: str, reading: Mapping[str, Any]) -> Plan:
    """A whole map for the file as the kind: with encoding, delimiter and header row as they were read."""
    columns: Columns = reading["columns"]
    presets = fitting_presets(kind, columns)
    plan = dict(presets[0][1]) if presets else _guessed(kind, columns)
    plan |= {"kind": kind, "encoding": reading["encoding"], "delimiter": reading["delimiter"]}
    return plan | {"header_row": reading["header_row"]} | ({} if presets else _days(plan, columns))


def fitting_presets(kind: str, columns: Columns) -> list[tuple[str, Plan]]:
    """The shipped maps of the kind whose every column the file has, the one that names most first."""
    have = {column["name"] for column in columns}
    found = [(name, plan) for name, plan in shipped().items() if plan["kind"] == kind and headers_of(plan) <= have]
    return sorted(found, key=lambda item: -len(headers_of(item[1])))


def headers_of(plan: Plan) -> set[str]:
    """The columns that a map names."""
    named = [header for headers in plan["columns"].values() for header in listed(headers)]
    return {*named, *plan.get("blanks", {}), *plan.get("where", {})}


def listed(headers: str | list[str]) -> list[str]:
    """One header or several, as a list."""
    return headers if isinstance(headers, list) else [headers]


@cache
def shipped() -> Mapping[str, Plan]:
    """The maps that come with the product, by name."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(PRESETS.glob("*.toml"))}


def _guessed(kind: str, columns: Columns) -> Plan:
    chosen = _columns(kind, columns)
    by_name = {column["name"]: column for column in columns}
    values, blanks = {}, {}
    for field, headers in chosen.items():
        header = listed(headers)[0]
        texts = [text for text, _count in by_name[header]["values"]]
        if is_coded(kind, field):
            values[field] = suggested_values(kind, field, [text for text in texts if not is_blank(text)])
        if found := [text for text in texts if is_blank(text)]:
            blanks[header] = found
    plan: Plan = {"columns": chosen, "values": {field: words for field, words in values.items() if words}}
    if blanks:
        plan["blanks"] = blanks
    return plan | completed(kind, plan)


def completed(kind: str, plan: Plan) -> Plan:
    """What the kind needs and the columns do not give: defaults, and stand-ins for the answers of past losses."""
    columns, values = plan["columns"], plan["values"]
    defaults: dict[str, str] = {}
    if kind == RecordKind.DEALS and "status" not in columns:
        defaults["status"] = (
            "won" if "wondate" in {bare(listed(headers)[0]) for headers in columns.values()} else "ongoing"
        )
    if kind == RecordKind.USERS and "roles" not in columns:
        defaults["roles"] = "FS"
    if kind == RecordKind.ACTIVITIES and "kind" not in columns:
        defaults["kind"] = "call" if {"direction", "duration_s", "outcome"} & columns.keys() else "visit"
    if kind == RecordKind.LEADS and set(values.get("status", {}).values()) & {
        "nurturing_no_action",
        "nurturing_action",
    }:
        defaults["nurturing_reason"] = "timing"
    more: Plan = {}
    if kind == RecordKind.DEALS and "lost" in values.get("status", {}).values():
        defaults["lost_reason"] = LOSS_DEFAULT
        more["fallback"] = dict(FALLBACK)
    return more | ({"defaults": defaults} if defaults else {})


def _columns(kind: str, columns: Columns) -> dict[str, Any]:
    """Field → header: the column whose name is trusted most; each column fills one field."""
    bares = {column["name"]: bare(column["name"]) for column in columns if column["name"]}
    offers = sorted(
        (names.index(text), header, field)
        for field, names in names_of(kind).items()
        for header, text in bares.items()
        if text in names
    )
    by_name = {column["name"]: column for column in columns}
    chosen: dict[str, Any] = {}
    for _rank, header, field in offers:
        if field in chosen or header in chosen.values() or not _fits(field, by_name[header]):
            continue
        chosen[field] = header
    if "name" in FIELDS[kind] and "name" not in chosen:
        chosen |= _split_name(bares)
    if kind == RecordKind.DEALS and "status" in chosen and "source_status" not in chosen:
        taken = list(chosen.values())
        free = [header for header, text in bares.items() if text in STAGES and header not in taken]
        chosen |= {"source_status": free[0]} if free else {}
    return {field: chosen[field] for field in FIELDS[kind] if field in chosen}


def _split_name(bares: Mapping[str, str]) -> dict[str, Any]:
    """姓 and 名, or First Name and Last Name, in the order of the file."""
    found = [header for header, text in bares.items() if text in ("姓", "名", "氏", "lastname", "firstname")]
    return {"name": found if len(found) > 1 else found[0]} if found else {}


def _fits(field: str, column: dict[str, Any]) -> bool:
    """Whether what the column holds can be what the field means."""
    if not column["filled"]:
        return False
    if field == "external_id":
        return not column["repeats"]
    if field in NEEDS_DAYS:
        return bool(column["days"])
    return not (field in ("company", "name") and column["days"])


def _days(plan: Plan, columns: Columns) -> Plan:
    """The order of dates that most columns of days write, and the columns that write another."""
    by_name = {column["name"]: column["days"] for column in columns}
    used = {
        field: by_name[listed(header)[0]]
        for field, header in plan["columns"].items()
        if field in NEEDS_DAYS and by_name[listed(header)[0]]
    }
    counts = Counter(used.values()) or Counter(days for days in by_name.values() if days)
    if not counts:
        return {}
    usual = counts.most_common(1)[0][0]
    others = {field: days for field, days in used.items() if days != usual}
    return {"dates": usual} | ({"dates_of": others} if others else {})
