"""The proof bar as a picture: parts side by side that fill the whole."""

import re

import pytest

from dashboards.charts.axis import Scale, nice_step
from dashboards.charts.line import Point, line, spark
from dashboards.charts.parts import GAP, Part, parts_bar
from dashboards.charts.stacked import Bar, Series, stacked

SERIES = [Series("s1", "アポ"), Series("s4", "未接続")]


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


# Plots with an axis


@pytest.mark.parametrize(("highest", "step"), [(0, 1), (4, 1), (5, 2), (9, 5), (11, 5), (100, 25), (1030, 500)])
def test_the_lines_of_an_axis_stand_at_round_numbers_and_never_between_two_counts(highest, step):
    assert nice_step(highest) == step


def test_bars_of_nothing_have_an_axis_and_no_height():
    scale = Scale.of_counts([0, 0], height=200)
    assert (scale.highest, scale.length(0)) == (1, 0)


def test_each_bar_opens_its_rows_and_says_its_counts():
    drawn = stacked([Bar("11月", [2, 5], "/records/calls/?month=2025-11")], SERIES, title="架電結果")
    assert 'href="/records/calls/?month=2025-11"' in drawn
    assert 'aria-label="11月: 7 (アポ 2, 未接続 5)"' in drawn
    heights = [float(height) for height in re.findall(r'class="s[14]"[^>]*height="([\d.]+)"', drawn)]
    assert heights[1] > heights[0] > 0


def test_words_from_outside_stay_words():
    assert "<b>" not in stacked([Bar("<b>", [1, 0], "")], SERIES, title="<b>")
    assert "<b>" not in line([Point("<b>", 1)], title="<b>")


def test_a_line_has_a_gap_where_nothing_is_known():
    drawn = line([Point("1", 10), Point("2", None), Point("3", 30), Point("4", 20)], title="未着手率")
    assert (drawn.count('class="l1"'), drawn.count("<circle")) == (1, 3)


def test_a_small_line_of_one_value_is_not_drawn():
    assert spark([3], title="") == ""
    assert spark([3, None], title="") == ""
    assert spark([3, 4], title="").count("<circle") == 1
