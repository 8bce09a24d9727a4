"""Files that Excel opens as they were meant."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.spreadsheet import cell, lines


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
