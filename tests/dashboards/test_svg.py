"""The proof bar as a picture: parts side by side that fill the whole."""

import re

from dashboards.svg import GAP, Part, parts_bar


def bar(*counts):
    codes = ["in_hand", "overdue", "unassigned", "uncovered", "exempt"]
    return parts_bar([Part(code, code, count, "/") for code, count in zip(codes, counts, strict=False)], "Proof")


def widths(drawn):
    return [float(width) for width in re.findall(r'width="([\d.]+)%"', drawn)]


def test_parts_fill_the_whole():
    assert sum(widths(bar(139, 61, 6, 0, 8))) + 4 * GAP == 100


def test_a_part_of_zero_takes_no_room():
    assert len(widths(bar(10, 0, 0, 0, 5))) == 2


def test_a_single_leak_among_thousands_is_still_seen():
    assert widths(bar(9999, 0, 0, 1))[1] == GAP


def test_an_empty_whole_is_an_empty_bar_with_its_words():
    drawn = bar(0, 0)
    assert widths(drawn) == []
    assert "<desc>in_hand 0, overdue 0</desc>" in drawn


def test_names_are_escaped():
    assert "<b>" not in parts_bar([Part("in_hand", "<b>", 1, "/")], "<b>")
