"""The editor of a rule under somebody's hands, and what its words and badges say."""

from datetime import date

import pytest
from django.template import Context, Template
from django.urls import reverse

from followups.pages.trial import LoadRow
from followups.rules.whatif import DayLoad, PersonLoad
from tests.factories import UserFactory
from tests.followups.test_views_studio import typed

EDIT = reverse("followups:rule_edit", args=["R-60"])
DAY = date(2026, 11, 24)


@pytest.mark.django_db
@pytest.mark.parametrize(("headers", "takes_focus"), [({"HX-Request": "true"}, False), ({}, True)])
def test_what_is_wrong_takes_the_focus_of_a_page_that_was_sent_but_not_of_a_field_being_typed_in(
    client, headers, takes_focus
):
    client.force_login(UserFactory(admin=True))
    data = typed(client.get(EDIT).context["form"], value="")
    page = client.post(EDIT + "?preview=1", data, headers=headers).content.decode()
    assert 'role="alert"' in page
    assert ('role="alert" tabindex="-1" autofocus' in page) is takes_focus


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("最終コンタクト日の3か月後を期日に", '最終コンタクト日の<span class="nb">3か月後</span>を期日に'),
        ("60日以上たった", '<span class="nb">60日以上</span>たった'),
        ("due 3 months after", 'due <span class="nb">3 months</span> after'),
        ("「<b>」のまま", "「&lt;b&gt;」のまま"),
        ("", ""),
    ],
)
def test_no_line_breaks_inside_a_length_of_time(text, shown):
    assert Template("{% load words %}{{ text|unbroken }}").render(Context({"text": text})) == shown


@pytest.mark.parametrize(
    ("other_day", "touched", "state"),
    [
        ((6, 0, 6), (2, 1, 6), "ok"),
        ((7, 0, 6), (2, 1, 6), "before"),
        ((7, 0, 0), (2, 1, 6), "ok"),
        ((0, 0, 6), (5, 1, 6), "warn"),
        ((7, 0, 6), (6, 1, 6), "late"),
    ],
)
def test_who_is_above_the_cap_already_does_not_have_room(other_day, touched, state):
    peak = DayLoad(DAY, *touched)
    load = PersonLoad(1, "鈴木 陽菜", 1, 3, peak, [DayLoad(DAY, *other_day), peak])
    assert LoadRow(load, [], "0").state == state


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["exemptions", "suggestions"])
def test_pages_of_the_rules_stand_under_the_rules_in_the_navigation(client, page):
    client.force_login(UserFactory(admin=True))
    shown = client.get(reverse(f"followups:{page}")).content.decode()
    assert f'<a href="{reverse("followups:rules")}" aria-current="true">' in shown
    assert f'<a href="{reverse("followups:deals")}" aria-current' not in shown
