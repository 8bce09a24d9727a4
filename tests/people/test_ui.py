"""The tags that every screen uses, as a page uses them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import ResolverMatch
from django.utils.translation import override

from people.icons import ICONS
from people.templatetags import ui

AS_OF = date(2026, 11, 20)  # a Friday
TEMPLATES = [path.read_text() for path in Path(settings.BASE_DIR).glob("templates/**/*.html")]


def render(source, **context):
    return engines["django"].from_string("{% load ui %}" + source).render(context)


def test_an_icon_is_hidden_from_screen_readers_and_takes_a_size():
    drawn = ui.icon("check", "i-s")
    assert 'class="i i-s"' in drawn
    assert 'aria-hidden="true"' in drawn


def test_an_unknown_icon_fails_loudly():
    with pytest.raises(KeyError):
        ui.icon("unicorn")


def test_every_icon_that_a_template_names_exists():
    named = {name for text in TEMPLATES for name in re.findall(r'{% icon "([a-z-]+)"', text)}
    assert named - ICONS.keys() == set()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (Decimal("9999.00"), "9,999"),
        (Decimal("10000"), "1万"),
        (Decimal("1685000"), "168.5万"),
        (Decimal("1685432.50"), "1,685,432.50"),
        (Decimal("12000000"), "1,200万"),
    ],
)
def test_an_amount_is_counted_in_man_where_that_loses_nothing(value, shown):
    with override("ja"):
        assert ui.money(value) == shown


def test_an_amount_in_english_is_written_out():
    with override("en"):
        assert ui.money(Decimal("1685000.00")) == "1,685,000"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "—"), (Decimal("117600.00"), "11.8万"), (Decimal("9999"), "9,999"), (Decimal("10000"), "1万")],
)
def test_an_expected_amount_is_told_to_the_thousand(value, shown):
    with override("ja"):
        assert ui.estimate(value) == shown


@pytest.mark.parametrize(
    ("language", "value", "as_of", "shown"),
    [
        ("ja", date(2026, 11, 26), AS_OF, "11/26(木)"),
        ("ja", date(2027, 1, 5), AS_OF, "2027/01/05(火)"),
        ("ja", date(2026, 2, 3), None, "2026/02/03(火)"),
        ("en", date(2026, 11, 26), AS_OF, "Thu 26 Nov"),
        ("en", date(2027, 1, 5), AS_OF, "Tue 5 Jan 2027"),
        ("ja", None, AS_OF, ""),
    ],
)
def test_a_day_says_its_weekday_and_its_year_only_where_it_differs(language, value, as_of, shown):
    with override(language):
        assert ui.day(value, as_of) == shown


def test_a_moment_is_shown_in_tokyo_time():
    with override("ja"):
        assert ui.moment(datetime(2026, 11, 19, 21, 0, tzinfo=UTC), AS_OF) == "11/20(金) 6:00"


def test_age_is_negative_while_the_day_lies_ahead():
    assert ui.age(date(2026, 11, 18), AS_OF) == 2
    assert ui.age(date(2026, 11, 21), AS_OF) == -1


@pytest.mark.parametrize(
    ("days", "limit", "is_over"), [(59, 60, False), (60, 60, False), (61, 60, True), (61, None, False)]
)
def test_a_meter_shows_the_part_past_its_limit(days, limit, is_over):
    context = ui.meter(days, limit)
    assert bool(context["over"]) is is_over
    assert bool(context["limit"]) is (limit is not None)


def test_meters_side_by_side_share_one_scale():
    class Clock:
        def __init__(self, days, limit):
            self.days, self.limit = days, limit

    short, long = Clock(2, None), Clock(80, 100)
    assert ui.meter(2, None, [short, long])["within"] == ui.meter(2, 100)["within"]


def test_a_meter_is_named_in_words():
    with override("en"):
        assert 'aria-label="63 days of 60"' in render("{% meter 63 60 %}")


def test_a_meter_on_the_first_day_divides_by_nothing():
    assert 'width="0.00%"' in render("{% meter 0 %}")


@pytest.mark.parametrize(
    ("here", "current"), [("leads:company_add", "true"), ("followups:companies", "page"), ("followups:deals", None)]
)
def test_the_navigation_marks_its_page_and_its_section(here, current):
    request = RequestFactory().get("/")
    app, name = here.split(":")
    request.resolver_match = ResolverMatch(lambda: None, (), {}, url_name=name, namespaces=[app])
    link = ui.nav_link(Context({"request": request}), "followups:companies", "Companies", "building", "leads:*")
    assert ("aria-current" in link) is (current is not None)
    assert current is None or f'aria-current="{current}"' in link


def test_a_missing_number_is_never_read_as_zero():
    assert ui.number(None) == "—"
    assert ui.number(12345) == "12,345"


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_neither_a_request_nor_a_context(name):
    with override("ja"):
        assert "最初の画面へ" in render_to_string(name)


def test_the_gallery_of_parts_takes_no_context(db):
    request = RequestFactory().get("/styleguide/")
    request.resolver_match = None
    assert "部品" in render_to_string("styleguide.html", request=request)
