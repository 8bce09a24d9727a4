"""Files that Excel opens as they were meant."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from people.spreadsheet import FAULTS_NAMED, Fault, cell, cp932_faults, cp932_lines, lines, write_workbook


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "-",
        "+",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
    ],
)
def test_what_could_be_a_formula_is_defused(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+81312345678", "-1", "-1.5", "+1", "03-1234-5678", "1-1", "a=b", "", "失注"])
def test_signed_numbers_phone_numbers_and_ordinary_text_come_back_as_they_were(text):
    assert cell(text) == text


@pytest.mark.parametrize("text", ["+81 3 1234 5678", "-1 ", "+81312345678\n=1", "-1.", "--1"])
def test_what_only_begins_like_a_number_is_defused(text):
    assert cell(text) == f"'{text}"


def test_days_and_moments_are_iso_in_tokyo_and_none_is_empty():
    assert cell(date(2025, 7, 31)) == "2025-07-31"
    assert cell(datetime(2025, 7, 30, 15, 30, tzinfo=UTC)) == "2025-07-31 00:30"
    assert cell(None) == ""
    assert cell(-5) == "-5"


def test_a_nul_is_dropped():
    assert cell("a\0b") == "ab"
    assert cell("\0=1") == "'=1"


def test_the_file_begins_with_a_bom_and_ends_its_lines_with_crlf():
    assert "".join(lines(["会社", "電話"], [["青葉, 商事", "+81312345678"], [None, 3]])) == (
        '\ufeff会社,電話\r\n"青葉, 商事",+81312345678\r\n,3\r\n'
    )


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5))
def test_every_cell_comes_back_or_comes_back_defused(rows):
    body = "".join(lines(["a", "b"], rows)).removeprefix("\ufeff")

    back = list(csv.reader(StringIO(body, newline="")))[1:]
    for row, found in zip(rows, back, strict=True):
        for typed, read in zip(row, found, strict=True):
            assert read.removeprefix("'") == typed.replace("\0", "").removeprefix("'")


# CP932


def in_cp932(*rows):
    return b"".join(cp932_lines(["会社", "メモ"], rows)).decode("cp932")


def test_old_programs_get_their_own_encoding():
    assert in_cp932(["髙﨑商事㈱", "①〜③−5"]) == "会社,メモ\r\n髙﨑商事㈱,①～③－5\r\n"


def test_what_cp932_lacks_is_named_by_row_column_and_character():
    faults = cp932_faults(["会社", "メモ"], [["青葉", "良い"], ["𠮷野家", "😀を送った"], ["青葉", "é"]])
    assert faults.count == 3
    assert faults.named == [
        Fault(3, "会社", "𠮷野家", "𠮷"), Fault(3, "メモ", "😀を送った", "😀"), Fault(4, "メモ", "é", "é"),
    ]  # fmt: skip
    assert "〓野家,〓を送った" in in_cp932(["𠮷野家", "😀を送った"])


def test_of_many_faults_the_first_are_named_and_all_are_counted():
    faults = cp932_faults(["メモ"], [["😀"]] * (FAULTS_NAMED + 1))
    assert (faults.count, len(faults.named)) == (FAULTS_NAMED + 1, FAULTS_NAMED)


@given(st.text())
def test_a_text_without_faults_comes_back_from_cp932_letter_by_letter(text):
    if cp932_faults(["メモ"], [[text]]).count == 0:
        assert "〓" in text or "〓" not in in_cp932([text, ""])


# Workbooks


def workbook(*rows):
    file = BytesIO()
    write_workbook(file, ["会社", "メモ"], rows)
    return load_workbook(file)


@pytest.mark.parametrize("text", ["=1+1", "+81312345678", "-1", "@SUM(A1)", "\uff1d1", "03-1234", "失注", "2025-07-31"])
def test_text_in_a_workbook_stays_the_text_it_was(text):
    cell = workbook([text, None]).active["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_days_and_numbers_keep_their_kind_in_a_workbook():
    sheet = workbook([date(2025, 7, 31), 1200], [datetime(2025, 7, 30, 15, 30, tzinfo=UTC), Decimal("0.5")]).active
    assert [[str(cell.value) for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["2025-07-31 00:00:00", "1200"],
        ["2025-07-31 00:30:00", "0.5"],
    ]
    assert [sheet["A2"].is_date, sheet["B2"].data_type] == [True, "n"]


def test_characters_that_xml_has_no_way_to_write_are_dropped():
    assert workbook(["a\0b\x0bc", ""]).active["A2"].value == "abc"


def test_rows_beyond_one_sheet_go_on_in_the_next_under_the_same_header(monkeypatch):
    monkeypatch.setattr("people.spreadsheet.SHEET_ROWS", 2)
    book = workbook(["1", ""], ["2", ""], ["3", ""])
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in book] == [["会社", "1"], ["会社", "2", "3"]]
