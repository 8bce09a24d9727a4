"""From bytes to rows: what refuses a file, and with which line."""

from pathlib import Path

import pytest

from intake.files import inspect, rows_of
from intake.findings import ImportRefused

ROWS = "コード,会社名\n1,㈱①～－髙﨑\n2,山田商店\n"


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


def read(folder: Path, content: bytes, encoding: str | None = None, delimiter: str = ",") -> list[list[str]]:
    table = inspect(saved(folder, content), encoding, delimiter)
    rows = [cells for _number, cells in rows_of(table)]
    assert len(rows) == table.rows
    return rows


def refused(folder: Path, content: bytes, encoding: str | None = None) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        inspect(saved(folder, content), encoding, ",")
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_the_encoding_is_told_by_the_mark_else_utf8_else_cp932(tmp_path: Path, encoding: str) -> None:
    text = ROWS if encoding != "cp932" else ROWS.replace("髙﨑", "髙")

    rows = read(tmp_path, text.encode(encoding))

    assert rows[0] == text.splitlines()[1].split(",")


def test_shift_jis_means_what_excel_writes(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n1,㈱①\n".encode("cp932"), "shift_jis") == [["1", "㈱①"]]


def test_a_mark_before_a_named_utf8_is_no_part_of_the_header(tmp_path: Path) -> None:
    table = inspect(saved(tmp_path, "id,x\n1,2\n".encode("utf-8-sig")), "UTF-8", ",")

    assert table.header == ("id", "x")


def test_western_files_are_read_as_the_map_says(tmp_path: Path) -> None:
    content = "id,name\n1,Zoé Müller €5\n".encode("cp1252")

    assert read(tmp_path, content, "cp1252") == [["1", "Zoé Müller €5"]]
    assert refused(tmp_path, content).line == 2


def test_bytes_of_another_encoding_name_their_line(tmp_path: Path) -> None:
    content = b"id,name\n" + b"1,plain\n" * 40_000 + "2,名前\n".encode("cp932")

    refusal = refused(tmp_path, content, "utf-8")

    assert refusal.line == 40_002
    assert "40002" in refusal.text


def test_a_letter_cut_off_at_the_end_is_found(tmp_path: Path) -> None:
    assert refused(tmp_path, "id\n1\n名".encode()[:-1], "utf-8").line == 3


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    assert "klingon" in refused(tmp_path, b"a\n1\n", "klingon").text
    assert "base64" in refused(tmp_path, b"a\n1\n", "base64").text


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content).text == "The file is empty."


def test_a_header_without_rows_is_a_file_of_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, b"id,name\n") == []


def test_a_repeated_header_is_refused_and_blank_ones_may_repeat(tmp_path: Path) -> None:
    assert "name" in refused(tmp_path, b"id,name, name \n1,a,b\n").text
    assert read(tmp_path, b"id,,\n1,,\n") == [["1", "", ""]]


def test_an_unclosed_quote_is_refused_with_the_line_on_which_its_row_begins(tmp_path: Path) -> None:
    refusal = refused(tmp_path, b'id,note\n1,"two\nlines"\n2,"never closed\n3,x\n4,y\n')

    assert refusal.line == 4


def test_a_quote_closed_by_a_later_row_is_refused_too(tmp_path: Path) -> None:
    assert refused(tmp_path, b'id,note\n1,"open\n2,"closed"\n').line == 2


def test_a_quote_left_open_over_a_huge_file_does_not_fill_the_memory(tmp_path: Path) -> None:
    assert refused(tmp_path, b'id,note\n1,"' + b"x" * 11_000_000).line == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(tmp_path: Path, end: str) -> None:
    assert read(tmp_path, end.join(["id,b", "1,x", "2,y", ""]).encode()) == [["1", "x"], ["2", "y"]]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_named_by_the_map(tmp_path: Path, delimiter: str) -> None:
    assert read(tmp_path, f"id{delimiter}b\n1{delimiter}x,y\n".encode(), None, delimiter) == [["1", "x,y"]]


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    table = inspect(saved(tmp_path, b'id,b\n1,"a\nb"\n\n2,c\n'), None, ",")

    assert [number for number, _cells in rows_of(table)] == [2, 4]
    assert table.rows == 2


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused):
        inspect(tmp_path / "none.csv", None, ",")
