"""The child process that reads an upload: what it recognises, what it refuses, and how fast."""

import io
import json
import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from intake.notes import NOTES, UNFIT, refusal, remark
from intake.reading.number_formats import named, shown
from tests.intake.books import formatted

ROOT = Path(__file__).resolve().parent.parent.parent
MIXED = "id,締切\n1,4/20/2021\n2,20/4/2021\n3,5/6/2021\n"


def read(folder: Path, content: str | bytes, name: str = "rows.csv", encoding: str = "utf-8", **job: Any) -> Any:
    """What the child says of a file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    note = folder / "job.json"
    note.write_text(json.dumps({"path": str(path), "name": name, **job}))
    done = subprocess.run(
        [sys.executable, "-m", "intake.reading", str(note)], cwd=ROOT, capture_output=True, check=True
    )
    return json.loads(done.stdout)


def table(folder: Path, content: str | bytes, **more: Any) -> Any:
    [found] = read(folder, content, **more)["tables"]
    return found


def notes(found: Any) -> dict[str, Any]:
    return {note["code"]: note for note in found["notes"]}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "euc_jp"])
def test_encoding_and_delimiter_are_recognised(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["会社名", "業種", "備考"], ["髙橋製作所" if "utf" in encoding else "高橋製作所", "製造, 加工", "あ;い"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows * 3)
    text = text.replace("会社名", "会社名", 1)
    first, *rest = text.split("\n")
    found = table(tmp_path, "\n".join([first, *rest[:1]]), encoding=encoding)

    assert found["delimiter"] == delimiter
    assert [column["name"] for column in found["columns"]] == rows[0]
    assert found["first"] == [rows[1]]


def test_cp1252_is_what_is_neither_japanese_nor_unicode(tmp_path: Path) -> None:
    assert table(tmp_path, "name,city\nMüller,Köln\nÉtoile,Orléans\n", encoding="cp1252")["encoding"] == "cp1252"


def test_a_row_with_too_many_cells_is_not_taken_for_the_header(tmp_path: Path) -> None:
    found = table(tmp_path, "会社ID,会社名\nC1,青葉\nC2,若葉,余り\nC3,双葉\n")

    assert (found["header_row"], notes(found)["ragged_rows"]["row"]) == (1, 3)


def test_a_title_above_the_table_is_passed_over_and_a_file_without_header_has_numbered_columns(tmp_path: Path) -> None:
    titled = table(tmp_path, "商談レポート,,\n作成日 2026-11-20,,\n商談ID,商談名,金額\nD1,勤怠,100\n")
    bare = table(tmp_path, "D1,勤怠,100\nD2,経費,200\n")

    assert (titled["header_row"], titled["rows"], titled["columns"][0]["name"]) == (3, 1, "商談ID")
    assert (bare["header_row"], bare["rows"], bare["columns"][0]["name"]) == (0, 2, "#1")


@pytest.mark.parametrize(
    ("days", "form"),
    [
        (["10/20/2016", "3/1/2017"], "mdy"),
        (["20/10/2016", "3/1/2017"], "dmy"),
        (["4/20/2021", "08-06-2020"], "mdy"),
        (["2026/3/4", "2026-03-05 10:00"], "ymd"),
        (["15 Apr, 2021 00:03:00", "2 May, 2021 10:00:00"], "%d %b, %Y %H:%M:%S"),
        (["20260304", "20261231"], "%Y%m%d"),
    ],
)
def test_the_order_of_dates_is_decided_over_all_rows(tmp_path: Path, days: list[str], form: str) -> None:
    found = table(tmp_path, "a,b\n" + "".join(f'x{place},"{day}"\n' for place, day in enumerate(days)))

    assert found["columns"][1]["days"] == form
    assert "mixed_days" not in notes(found)


def test_two_orders_in_one_column_are_named_with_a_row_of_each(tmp_path: Path) -> None:
    note = notes(table(tmp_path, MIXED))["mixed_days"]

    assert (note["row"], note["value"], note["other_row"], note["other"]) == (3, "20/4/2021", 2, "4/20/2021")
    assert "20/4/2021" in remark(note)


def test_days_that_fit_both_orders_are_left_to_a_person(tmp_path: Path) -> None:
    assert "open_days" in notes(table(tmp_path, "a,b\n1,4/5/2021\n2,6/7/2021\n"))


def test_a_column_that_changes_its_kind_half_way_is_told_with_the_first_row(tmp_path: Path) -> None:
    days = "".join(f"{n},2026-01-{n:02}\n" for n in range(1, 21)) + "21,来春\n"
    numbers = "".join(f"x,{n}00\n" for n in range(1, 21)) + "x,応相談\n"

    assert notes(table(tmp_path, "a,b\n" + days))["odd_days"] | {"column": ""} == {
        "code": "odd_days", "column": "", "count": 1, "row": 22, "value": "来春",
    }  # fmt: skip
    assert notes(table(tmp_path, "a,b\n" + numbers))["odd_numbers"]["row"] == 22


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (["0012", "0013"], {"leading_zeros"}),
        (["0", "10", "0.5", "20"], set()),
        (["9012345678", "312345678", "03-1234-5678"], {"lost_zeros"}),
        (["9012345678", "03-1234-5678"], set()),
        (["4155550123", "2125550123", "9012345678"], set()),
        (["90123456", "31234567890"], set()),
    ],
)
def test_zeros_that_are_or_were_lost_are_told_with_the_first_row(
    tmp_path: Path, cells: list[str], codes: set[str]
) -> None:
    found = notes(table(tmp_path, "a,b\n" + "".join(f"x,{cell}\n" for cell in cells)))

    assert found.keys() == codes
    assert all((note["row"], note["value"]) == (2, cells[0]) for note in found.values())


def test_footers_ragged_rows_and_nul_are_counted_with_the_first_row(tmp_path: Path) -> None:
    found = notes(table(tmp_path, "a,b\n1,x\n2\n3,y\0\n合計,2\n"))

    assert {code: (note["count"], note["row"]) for code, note in found.items()} == {
        "ragged_rows": (1, 3), "nul_rows": (1, 4), "footer_rows": (1, 5),
    }  # fmt: skip


def book(*titles: str, hidden: str = "", merged: str = "") -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title in titles:
        sheet = made.create_sheet(title)
        for row in (["会社名", "登録日", "金額"], ["青葉物流", None, 1200.0]):
            sheet.append(row)
        if title == hidden:
            sheet.sheet_state = "hidden"
        if title == merged:
            sheet.merge_cells("A1:B1")
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, part)
    return out.getvalue()


def test_each_visible_sheet_is_a_table_and_the_hidden_one_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, book("会社", "旧", "商談", hidden="旧"), "b.xlsx")["tables"]

    assert [one["name"] for one in found] == ["b.xlsx 会社", "b.xlsx 商談"]
    assert found[0]["first"] == [["青葉物流", "", "1200"]]
    assert notes(found[0])["hidden_sheet"]["name"] == "旧"


@pytest.mark.parametrize(
    ("part", "code"), [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "external_links")]
)
def test_macros_and_links_to_other_files_are_told_and_not_followed(tmp_path: Path, part: str, code: str) -> None:
    assert code in notes(table(tmp_path, with_part(book("会社"), part, b"<x/>"), name="b.xlsx"))


def test_merged_cells_are_told(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(["会社名", "業種"])
    made.active.append(["青葉物流", "運輸"])
    made.active.append(["若葉物流", "運輸"])
    made.active.merge_cells("B2:B3")
    content = io.BytesIO()
    made.save(content)
    assert "merged_cells" in notes(table(tmp_path, content.getvalue(), name="b.xlsx"))


def test_zeros_that_excel_shows_by_a_number_format_are_kept(tmp_path: Path) -> None:
    content = formatted(
        ("顧客番号", "00000", [12, 123456]),
        ("郵便番号", "000-0000", [600001, 1000001]),
        ("〒", r"[<=999]000;[<=9999]000\-00;000\-0000", [600001, 60]),
        ("電話", r"[<=99999999]####\-####;\(00\)\ ####\-####", [312345678, 12345678]),
        ("コード", '"C"0000', [7, 12.0]),
        ("金額", "#,##0", [1200, 12]),
        ("率", "0.00%", [0.125, 0]),
    )
    found = table(tmp_path, content, name="b.xlsx")

    assert found["first"] == [
        ["00012", "060-0001", "060-0001", "(03) 1234-5678", "C0007", "1200", "0.125"],
        ["123456", "100-0001", "060", "12345678", "C0012", "12", "0"],
    ]
    assert "unread_format" not in notes(found)


def test_a_format_that_adds_zeros_and_is_not_read_is_told_with_its_column_and_first_row(tmp_path: Path) -> None:
    content = formatted(("名前", "General", [1, 2, 3]), ("番号", "0,000", [1200, 12, 7]), ("枝番", "00", [12, -1, 0.5]))
    found = table(tmp_path, content, name="b.xlsx")

    assert [row[1:] for row in found["first"]] == [["1200", "12"], ["12", "-01"], ["7", "0.5"]]
    assert [(note["column"], note["count"], note["row"], note["format"]) for note in found["notes"]] == [
        ("番号", 2, 3, "0,000"), ("枝番", 1, 4, "00"),
    ]  # fmt: skip
    assert "番号" in remark(found["notes"][0])


def test_zeros_that_are_not_read_are_told_under_the_name_of_the_header_row_that_somebody_chose() -> None:
    notes = [{"code": "unread_format", "place": 2, "column": "before"}, {"code": "macros"}]

    assert named(notes, [{"name": "a"}, {"name": "b"}])[0]["column"] == "b"
    assert named(notes, [{"name": "a"}, {"name": ""}]) == [notes[0] | {"column": "#2"}, notes[1]]


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (9, "00", "09"), (10, "00", "10"), (100, "00", "100"), (0, "000", "000"), (5, '00;-00;"-"', "05"),
        (0, '00;-00;"-"', None), (-5, '00;-00;"-"', "-05"), (-5, '00;[Red]-000', "-005"), (12, "[$-411]0000", "0012"),
        (12, "00!-00", "00-12"), (1, "General", None), (1, "@", None), (1, "0.00E+00", None), (1.5, "0.00", None),
        (10**15, "0" * 15, None), (10**15 - 1, "0" * 16, "0" + "9" * 15), (float("inf"), "00", None),
        (15, "[>20]000", None), (21, "[>20]000", "021"), (-5, "[<=9]000;00-00", "-005"),
    ],
)  # fmt: skip
def test_a_whole_number_has_the_zeros_of_its_format(value: float, number_format: str, expected: str | None) -> None:
    assert shown(value, number_format) == expected


def test_a_zip_gives_its_tables_under_their_japanese_names(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("会社.csv", "会社名\n青葉\n")
        archive.writestr("__MACOSX/._会社.csv", "x")
        archive.writestr("readme.pdf", "x")
        archive.writestr("空.csv", "")
        archive.writestr("表.xlsx", book("商談"))
    found = read(tmp_path, out.getvalue(), "all.zip")

    assert [one["name"] for one in found["tables"]] == ["会社.csv", "表.xlsx"]
    assert [(one["name"], one["code"]) for one in found["refused"]] == [("空.csv", "empty")]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("rows.csv", b"0" * 100_000_000)
    return out.getvalue()


def liar() -> bytes:
    """An archive that declares one byte where it holds a hundred million."""
    content = bytearray(bomb())
    size = (100_000_000).to_bytes(4, "little")
    for _ in range(2):
        place = content.find(size)
        content[place : place + 4] = (1).to_bytes(4, "little")
    return bytes(content)


def billion_laughs() -> bytes:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;">]><sst>&m;</sst>'
    return with_part(book("会社"), "xl/other.xml", laughs)


def children_worked() -> float:
    """Seconds of a processor that ended child processes took: a busy machine takes longer, but works no more."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


BOMBS = {
    "zip_ratio": (bomb, "rows.zip"),
    "broken_zip": (liar, "rows.zip"),
    "xml_entities": (billion_laughs, "rows.xlsx"),
    "old_excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "rows.xls"),
}


@pytest.mark.parametrize("code", BOMBS)
def test_a_bomb_is_refused_at_once_with_a_sentence(tmp_path: Path, code: str) -> None:
    make, name = BOMBS[code]
    content = make()
    before = children_worked()
    found = read(tmp_path, content, name)

    # The work of the child, its start included: what one waits for on a machine that does nothing else.
    assert children_worked() - before < 1
    assert found["unfit"]["code"] == code
    assert refusal(found["unfit"])


LIMITED = {
    "too_many_rows": ({"rows": 5}, "a,b\n" + "1,2\n" * 6),
    "too_many_columns": ({"columns": 3}, "a,b,c,d\n1,2,3,4\n"),
    "too_large": ({"upload": 10}, "a,b\n" + "1,2\n" * 9),
    "broken_quotes": ({}, 'a,b\n"1,2\n3,4\n'),
    "repeated_header": ({}, "a,a\n1,2\n"),
    "empty": ({}, "  \n\n"),
}


@pytest.mark.parametrize("code", LIMITED)
def test_what_is_beyond_the_limits_is_refused_with_a_sentence(tmp_path: Path, code: str) -> None:
    limits, content = LIMITED[code]
    found = read(tmp_path, content, limits=limits)

    assert found["unfit"]["code"] == code
    assert refusal(found["unfit"])


def test_more_memory_than_allowed_ends_the_child_and_not_the_server(tmp_path: Path) -> None:
    wide = ",".join("abcdefgh") + "\n" + ",".join(["x" * 9_000_000] * 8) + "\n"
    found = read(tmp_path, wide, limits={"memory": 160_000_000})

    assert found["unfit"]["code"] == "too_large_to_read"


FACTS = (
    "size", "most", "count", "name", "ratio", "row", "encoding", "line", "column", "value", "other_row", "other", "why",
    "format",
)  # fmt: skip


def test_every_code_has_a_sentence_that_can_be_filled() -> None:
    facts = dict.fromkeys(FACTS, 1)
    for code in UNFIT:
        assert "%" not in refusal({"code": code, **facts})
    for code in NOTES:
        assert "%" not in remark({"code": code, **facts})
