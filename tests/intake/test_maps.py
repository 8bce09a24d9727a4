"""MAP.toml: what is read, and what refuses it by name."""

from pathlib import Path

import pytest

from intake.findings import ImportRefused
from intake.maps import read_map
from intake.states import RecordKind
from tests.intake.conftest import Desk

GOOD = """
kind = "deals"
encoding = "cp932"
delimiter = ";"
dates = "mdy"
decimal = ","
blank = ["N/A", "-"]
[blanks]
"Owner" = ["Select"]
[columns]
external_id = "Id"
name = ["First", "Last"]
status = "Stage"
amount = "Amount, €"
[values.status]
"Closed Won" = "won"
"*" = "ongoing"
[values.priority]
"A" = 1
[defaults]
created_on = 2017-12-31
probability = 50
[where]
"Region" = ["East", "West"]
[owners]
active = false
[fallback]
next_approach = "closed_on + 3 months"
hook = "状況を確認する"
"""


def refusal(desk: Desk, text: str) -> str:
    with pytest.raises(ImportRefused) as caught:
        desk.plan(text)
    return caught.value.text


def test_every_part_of_a_map_is_read(desk: Desk) -> None:
    plan = desk.plan(GOOD.replace('[values.priority]\n"A" = 1\n', ""))

    assert plan.kind == RecordKind.DEALS
    assert plan.columns["name"] == ("First", "Last")
    assert plan.values["status"] == {"Closed Won": "won", "*": "ongoing"}
    assert plan.defaults["created_on"].isoformat() == "2017-12-31"
    assert plan.where == {"Region": frozenset({"East", "West"})}
    assert not plan.owners_are_active
    assert (plan.fallback.value, plan.fallback.unit) == (3, "month")
    assert plan.headers() == ["Id", "First", "Last", "Stage", "Amount, €", "Owner", "Region"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('kind = "deals"', 'kind = "opportunities"'), "users, companies"),
        (('kind = "deals"', 'kind = "deals"\ncolour = 1'), "colour"),
        (('status = "Stage"', 'statsu = "Stage"'), "status"),
        (('"Closed Won" = "won"', '"Closed Won" = "victory"'), "victory"),
        (("created_on = 2017-12-31", 'created_on = "12/31/2017"'), "12/31/2017"),
        (("probability = 50", "probability = 500"), "500"),
        (("probability = 50", 'external_id = "x"'), "external_id"),
        (('status = "Stage"', ""), "status"),
        (("[columns]", "[column]"), "columns"),
        (('encoding = "cp932"', 'encoding = "klingon"'), "klingon"),
        (('delimiter = ";"', 'delimiter = ";;"'), "delimiter"),
        (('decimal = ","', 'decimal = "x"'), "decimal"),
        (('dates = "mdy"', 'dates = "us"'), "us"),
        (("active = false", 'active = "no"'), "active"),
        (("active = false", "actve = false"), "active"),
        (("closed_on + 3 months", "soon"), "closed_on + 3 months"),
        (("closed_on + 3 months", "closed_on + 0 months"), "closed_on + 3 months"),
        (("状況を確認する", "電話"), "5"),
        (('"Region" = ["East", "West"]', '"Region" = []'), "where.Region"),
        (('kind = "deals"', "kind = deals"), "TOML"),
    ],
)
def test_what_is_wrong_in_a_map_is_named(desk: Desk, change: tuple[str, str], named: str) -> None:
    text = GOOD.replace('[values.priority]\n"A" = 1\n', "")
    assert change[0] in text

    assert named in refusal(desk, text.replace(*change))


def test_values_for_a_field_without_a_column_are_a_mistake(desk: Desk) -> None:
    assert "values.priority" in refusal(desk, GOOD)


def test_fallbacks_are_for_deals(desk: Desk) -> None:
    assert "[fallback]" in refusal(desk, 'kind = "leads"\n[columns]\nname = "x"\n[fallback]\nhook = "12345"\n')


def test_a_map_saved_by_notepad_is_read(desk: Desk) -> None:
    path = desk.map("")
    path.write_text('kind = "companies"\n[columns]\nname = "x"\n', encoding="utf-8-sig")

    assert read_map(path).columns == {"name": ("x",)}


def test_a_missing_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="none.toml"):
        read_map(tmp_path / "none.toml")
