"""One row as the map reads it: skipped, rejected with every reason, or values."""

from datetime import date

import pytest

from intake.rows import Rejected, Row, RowReader, Skipped
from tests.intake.conftest import Desk

HEADER = ("Id", "First", "Last", "Stage", "Closed", "Amount")
MAP = """
kind = "deals"
blank = ["N/A"]
[blanks]
"Amount" = ["0"]
[columns]
external_id = "Id"
name = ["First", "Last"]
status = "Stage"
closed_on = "Closed"
amount = "Amount"
[values.status]
"Won!" = "won"
"Lost" = "lost"
"Old" = ""
"""


def reader(desk: Desk, more: str = "", header: tuple[str, ...] = HEADER) -> RowReader:
    return RowReader(desk.plan(MAP + more), header)


def row(outcome: object) -> Row:
    assert isinstance(outcome, Row), outcome
    return outcome


def texts(outcome: object) -> list[tuple[str, str, str]]:
    assert isinstance(outcome, Rejected), outcome
    return [(problem.column, problem.value, problem.text) for problem in outcome.problems]


def test_a_row_gives_the_fields_that_are_not_blank(desk: Desk) -> None:
    read = row(reader(desk).outcome(2, [" 1 ", "", " Rozario  Diego", "Won!", "2024-02-01 10:00", "0"]))

    assert read.external_id == "1"
    assert read.values == {
        "external_id": "1",
        "name": "Rozario  Diego",
        "status": "won",
        "source_status": "Won!",
        "closed_on": date(2024, 2, 1),
    }


def test_several_columns_are_joined_by_one_space(desk: Desk) -> None:
    assert row(reader(desk).outcome(2, ["1", "Ada", "Lovelace", "won", "", ""])).values["name"] == "Ada Lovelace"


def test_our_own_code_passes_and_leaves_no_source_status(desk: Desk) -> None:
    assert "source_status" not in row(reader(desk).outcome(2, ["1", "", "", "won", "", ""])).values


def test_a_closing_date_of_an_open_deal_is_ignored(desk: Desk) -> None:
    assert "closed_on" not in row(reader(desk).outcome(2, ["1", "", "", "quoted", "2024-02-01", ""])).values


def test_star_stands_for_any_other_text_but_not_for_blank(desk: Desk) -> None:
    reads = reader(desk, '"*" = "ongoing"\n')

    assert row(reads.outcome(2, ["1", "", "", "whatever", "", ""])).values["status"] == "ongoing"
    assert texts(reads.outcome(3, ["2", "", "", "", "", ""])) == [("Stage", "", "status is missing.")]


def test_a_default_fills_a_blank_and_belongs_to_the_status(desk: Desk) -> None:
    reads = reader(desk, '[defaults]\nstatus = "ongoing"\nlost_reason = "price"\nclosed_on = "2024-01-31"\n')

    assert row(reads.outcome(2, ["1", "", "", "Old", "", ""])).values["status"] == "ongoing"
    assert "lost_reason" not in row(reads.outcome(3, ["2", "", "", "won", "", ""])).values
    lost = row(reads.outcome(4, ["3", "", "", "Lost", "", ""])).values
    assert (lost["lost_reason"], lost["closed_on"]) == ("price", date(2024, 1, 31))


def test_where_takes_some_rows_and_skips_the_others(desk: Desk) -> None:
    reads = reader(desk, '[where]\n"Last" = ["East", ""]\n')

    assert isinstance(reads.outcome(2, ["1", "", "West", "won", "", ""]), Skipped)
    assert isinstance(reads.outcome(3, ["2", "", "East", "won", "", ""]), Row)
    assert isinstance(reads.outcome(4, ["3", "", "", "won", "", ""]), Row)


def test_a_row_of_empty_cells_is_skipped(desk: Desk) -> None:
    assert isinstance(reader(desk).outcome(2, ["", " ", "", "", "", ""]), Skipped)


def test_all_that_is_wrong_with_a_row_is_said_at_once(desk: Desk) -> None:
    found = texts(reader(desk).outcome(2, ["", "", "", "Champion", "31.12.", "ten"]))

    assert [(column, value) for column, value, _text in found] == [
        ("Stage", "Champion"), ("Closed", "31.12."), ("Amount", "ten"), ("Id", ""),
    ]  # fmt: skip
    assert "not_started" in found[0][2]


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (["1", "2"], "The row has 2 cells, the header 6."),
        (["1", "", "", "won", "", "", ""], "The row has 7 cells, the header 6."),
        (["1", "a\0b", "", "won", "", ""], "The cell holds a NUL character."),
        (["1", "x" * 100_001, "", "won", "", ""], "The cell is larger than 100 kB."),
        (["1", "名" * 33_334, "", "won", "", ""], "The cell is larger than 100 kB."),
        (["合計", "", "", "", "", "12,345"], "This is a footer row, not a record."),
        (["COUNTBLANK", "0", "3", "", "1", "2"], "This is a footer row, not a record."),
        (["=COUNTBLANK(A2:A9)", "0", "3", "", "1", "2"], "This is a footer row, not a record."),
        (["Grand Totals (12 records)", "", "", "", "", "$5"], "This is a footer row, not a record."),
        (["", "総合計:", "", "", "", ""], "This is a footer row, not a record."),
    ],
)
def test_a_damaged_row_is_rejected(desk: Desk, cells: list[str], text: str) -> None:
    cells = [cell.replace("$5", "5") for cell in cells]

    assert [found[2] for found in texts(reader(desk).outcome(2, cells))] == [text]


def test_a_company_called_total_is_no_footer(desk: Desk) -> None:
    assert isinstance(reader(desk).outcome(2, ["Total", "Energies", "SE", "won", "", "5"]), Row)


def test_a_cell_of_exactly_100_kb_reaches_its_field(desk: Desk) -> None:
    assert "Longer than 200" in texts(reader(desk).outcome(2, ["1", "x" * 100_000, "", "won", "", ""]))[0][2]


def test_messages_show_the_first_80_characters(desk: Desk) -> None:
    found = texts(reader(desk).outcome(2, ["1", "", "", "A\n" + "b" * 200, "", ""]))

    assert found[0][1] == "A\N{REPLACEMENT CHARACTER}" + "b" * 78 + "…"


def test_the_second_row_of_an_external_id_is_rejected_even_after_a_bad_first_one(desk: Desk) -> None:
    reads = reader(desk)

    assert isinstance(reads.outcome(2, ["1", "", "", "?", "", ""]), Rejected)
    assert texts(reads.outcome(3, ["1", "", "", "won", "", ""]))[0][:2] == ("Id", "1")
    assert isinstance(reads.outcome(4, ["2", "", "", "won", "", ""]), Row)


def test_without_an_external_id_twins_are_told_apart_by_their_number(desk: Desk) -> None:
    plan = 'kind = "todos"\n[columns]\nsubject = "What"\ndue_on = "Due"\n'
    reads = RowReader(desk.plan(plan), ("What", "Due", "Seen"))

    first, twin, other = (
        row(reads.outcome(n, cells))
        for n, cells in enumerate((["Call", "2024-1-5", "a"], ["Call", "2024-1-5", "b"], ["Mail", "2024-1-5", "c"]), 2)
    )

    assert first.external_id.removesuffix("#1") == twin.external_id.removesuffix("#2")
    assert other.external_id.endswith("#1") and other.external_id != first.external_id


def test_the_same_row_has_the_same_digest_whatever_is_not_read(desk: Desk) -> None:
    header = (*HEADER, "Seen")
    digests = {
        row(reader(desk, header=header).outcome(2, ["1", "A", "", "Won!", closed, "5.00", seen])).digest
        for closed, seen in (("2024-02-01", "x"), ("2024/2/1", "y"))
    }

    assert len(digests) == 1
