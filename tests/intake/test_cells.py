"""What one cell says."""

import locale
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from intake import cells
from intake.cells import Formats
from intake.days import day_format
from intake.findings import BadCell, ImportRefused

PLAIN = Formats(day_format("ymd"))


def on(order: str) -> Formats:
    return Formats(day_format(order))


@pytest.fixture
def german_months() -> Iterator[None]:
    before = locale.setlocale(locale.LC_TIME)
    for name in ("de_DE.UTF-8", "ja_JP.UTF-8", "C.UTF-8"):
        try:
            locale.setlocale(locale.LC_TIME, name)
            break
        except locale.Error:
            continue
    yield
    locale.setlocale(locale.LC_TIME, before)


@pytest.mark.parametrize(
    ("order", "cell", "expected"),
    [
        ("ymd", "2017-03-01", date(2017, 3, 1)),
        ("ymd", "2017/3/1", date(2017, 3, 1)),
        ("ymd", "2017.03.01 19:58:54", date(2017, 3, 1)),
        ("ymd", "2021-04-15T23:03:00.000Z", date(2021, 4, 15)),
        ("ymd", "２０２４／１２／３１", date(2024, 12, 31)),
        ("ymd", "2024年4月1日", date(2024, 4, 1)),
        ("ymd", "令和8年4月1日", date(2026, 4, 1)),
        ("ymd", "令和元年5月1日", date(2019, 5, 1)),
        ("ymd", "平成31年4月30日", date(2019, 4, 30)),
        ("ymd", "R8.4.1", date(2026, 4, 1)),
        ("ymd", "Ｒ８／４／１ 10:30", date(2026, 4, 1)),
        ("mdy", "10/20/2016", date(2016, 10, 20)),
        ("mdy", "4/20/2021", date(2021, 4, 20)),
        ("mdy", "08-06-2020", date(2020, 8, 6)),
        ("mdy", "2/29/2024 1:05 PM", date(2024, 2, 29)),
        ("dmy", "20/10/2016", date(2016, 10, 20)),
        ("dmy", "06-08-2020", date(2020, 8, 6)),
        ("dmy", "1.2.2020", date(2020, 2, 1)),
        ("%d %b, %Y %H:%M:%S", "15 Apr, 2021 00:03:00", date(2021, 4, 15)),
        ("%d %b, %Y", "01 september, 2021", date(2021, 9, 1)),
        ("%B %d %Y", "December  31 1999", date(1999, 12, 31)),
        ("%A, %d-%b-%y", "Friday, 05-Mar-21", date(2021, 3, 5)),
        ("%Y%m%d", "20240229", date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_in_the_one_order_of_the_file(order: str, cell: str, expected: date) -> None:
    assert cells.day(cell, on(order)) == expected


@pytest.mark.parametrize(
    ("order", "cell"),
    [
        ("mdy", "20/10/2016"),
        ("dmy", "10/20/2016"),
        ("ymd", "10/20/2016"),
        ("ymd", "2023-02-29"),
        ("ymd", "2023-2/1"),
        ("ymd", "17-03-01"),
        ("ymd", "0000-00-00"),
        ("ymd", "R8.13.1"),
        ("ymd", "R8.4"),
        ("ymd", "令和8/4月1"),
        ("ymd", "9999-12-31"),
        ("ymd", "0201-01-01"),
        ("ymd", "2020-01-01 25:00"),
        ("ymd", "2020-01-01 13:00 PM"),
        ("ymd", "44301"),
        ("ymd", "yesterday"),
        ("%d %b, %Y", "15 Avr, 2021"),
        ("%d %b, %Y", "31 Apr, 2021"),
    ],
)
def test_what_is_no_date_in_that_order_is_never_guessed(order: str, cell: str) -> None:
    with pytest.raises(BadCell):
        cells.day(cell, on(order))


def test_month_names_are_english_in_every_locale(german_months: None) -> None:
    assert cells.day("05 Mar, 2021", on("%d %b, %Y")) == date(2021, 3, 5)


@pytest.mark.parametrize("text", ["%d %b", "%q %d %m %Y", "%d %d %m %Y", "yyyy-mm-dd"])
def test_a_format_that_gives_no_date_is_refused(text: str) -> None:
    with pytest.raises(ImportRefused):
        day_format(text)


def test_a_moment_is_tokyo_time_unless_the_cell_names_an_offset() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert cells.moment("2021-04-15 23:03:00", PLAIN) == datetime(2021, 4, 15, 23, 3, tzinfo=tokyo)
    assert cells.moment("2021-04-15", PLAIN) == datetime(2021, 4, 15, tzinfo=tokyo)
    assert cells.moment("2021-04-15T23:03:00Z", PLAIN) == datetime(2021, 4, 16, 8, 3, tzinfo=tokyo)
    assert cells.moment("2021-04-15 12:30 AM -0500", PLAIN) == datetime(2021, 4, 15, 14, 30, tzinfo=tokyo)


@pytest.mark.parametrize(
    ("cell", "decimal", "expected"),
    [
        ("1054", ".", "1054"),
        ("$22,700.00", ".", "22700.00"),
        ("$1,77,000.00", ".", "177000.00"),
        ("￥１，２３４，５６７", ".", "1234567.00"),
        ("1,234円", ".", "1234.00"),
        ("JPY 5,000", ".", "5000.00"),
        ("1 234,56 €", ",", "1234.56"),
        ("1.234.567,8", ",", "1234567.80"),
        ("1'000.5", ".", "1000.50"),
        ("0", ".", "0.00"),
        (".5", ".", "0.50"),
        ("12.345", ".", "12.35"),
    ],
)
def test_an_amount_loses_its_signs_and_separators(cell: str, decimal: str, expected: str) -> None:
    assert cells.amount(cell, Formats(PLAIN.days, decimal)) == Decimal(expected)


@pytest.mark.parametrize(
    "cell", ["1.234,56", "1234,56", "12,34", "1,2345", "-5", "ten", "1e5", "99999999999999", "1,,000"]
)
def test_an_amount_with_separators_in_the_wrong_places_is_not_guessed(cell: str) -> None:
    with pytest.raises(BadCell):
        cells.amount(cell, PLAIN)


def test_whole_numbers_take_a_percent_sign_and_a_point_zero() -> None:
    percent = cells.whole(0, 100)
    assert [percent(cell, PLAIN) for cell in ("80", "80%", "80.0", "１００％")] == [80, 80, 80, 100]
    for cell in ("101", "0.8", "-1"):
        with pytest.raises(BadCell):
            percent(cell, PLAIN)


def test_yes_and_no_are_understood_in_both_languages() -> None:
    assert all(cells.yes_or_no(cell, PLAIN) for cell in ("TRUE", "yes", "1", "はい", "有効", "○"))
    assert not any(cells.yes_or_no(cell, PLAIN) for cell in ("False", "n", "０", "いいえ", "無効", "×"))
    with pytest.raises(BadCell):
        cells.yes_or_no("perhaps", PLAIN)


def test_several_codes_stand_between_semicolons() -> None:
    roles = cells.codes(["IS", "FS", "IS_MANAGER"])
    assert roles("IS; IS_MANAGER；IS;", PLAIN) == ["IS", "IS_MANAGER"]
    with pytest.raises(BadCell, match="Known: FS, IS, IS_MANAGER"):
        roles("IS;BOSS", PLAIN)


def test_a_priority_is_known_by_number_and_by_name() -> None:
    priority = cells.ranked({"high": 1, "low": 3})
    assert [priority(cell, PLAIN) for cell in ("1", "High", "３", "LOW")] == [1, 1, 3, 3]
    with pytest.raises(BadCell):
        priority("2", PLAIN)


def test_text_too_long_for_its_field_is_not_cut() -> None:
    assert cells.text(3)("a\nb", PLAIN) == "a b"
    with pytest.raises(BadCell, match="Longer than 3 characters"):
        cells.text(3)("abcd", PLAIN)
