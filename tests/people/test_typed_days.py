"""Days as people type them."""

from datetime import date

import pytest

from people.typed_days import day_typed, japanese_year

TODAY = date(2025, 7, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("2026/4/1", date(2026, 4, 1)),
        ("2026.4.1", date(2026, 4, 1)),
        ("20260401", date(2026, 4, 1)),
        ("2026年4月1日", date(2026, 4, 1)),
        ("2026/04/01(水)", date(2026, 4, 1)),
        ("令和7年7月31日", date(2025, 7, 31)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R7.7.31", date(2025, 7, 31)),
        ("r8/4/1", date(2026, 4, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("7/31", date(2025, 7, 31)),
        ("7/30", date(2026, 7, 30)),
        ("8月1日", date(2025, 8, 1)),
        ("2/29", date(2028, 2, 29)),
        ("+3m", date(2025, 10, 31)),
        ("+7か月", date(2026, 2, 28)),
        ("+2w", date(2025, 8, 14)),
        ("+10d", date(2025, 8, 10)),
        ("+10日", date(2025, 8, 10)),
        ("+1y", date(2026, 7, 31)),
        ("2026/4/1", date(2026, 4, 1)),
        (" R8.4.1 ", date(2026, 4, 1)),
        ("+3M", date(2025, 10, 31)),
    ],
)
def test_a_day_is_understood_however_it_is_typed(text, day):
    assert day_typed(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "来週",
        "2026/2/30",
        "13/1",
        "令和8年",
        "R8.13.1",
        "2026/4",
        "+m",
        "+9999y",
        "-3m",
        "0000/1/1",
        "R0.0.0",
        "😀",
    ],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):
        day_typed(text, TODAY)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 4, 1), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), ""),
    ],
)
def test_the_year_of_the_era_stands_beside_a_day(day, year):
    assert japanese_year(day) == year
