"""The definitions are made from the settings in force (S0-06): change a number and the text says it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboards.reports import REPORTS
from followups.models import Rule
from people.models import Threshold, Wording
from tests.factories import DealFactory, UserFactory, reason

pytestmark = pytest.mark.django_db

URL = "/help/definitions/"


@pytest.fixture
def page(client):
    client.force_login(UserFactory(viewer=True))
    return lambda: client.get(URL).content.decode()


def test_everybody_may_read_it(page):
    assert reverse("dashboards:definitions") == URL
    assert "定義" in page()


def test_every_figure_has_a_definition_of_its_own(client):
    client.force_login(UserFactory(viewer=True))
    figures = client.get(URL).context["figures"]
    assert [figure.code for figure in figures] == list(REPORTS)
    assert all(figure.definition for figure in figures)


def test_a_limit_changed_from_60_to_45_changes_the_text(page):
    assert "60日以上" in page()
    Rule.objects.filter(code="R-60").update(value=45)
    assert "45日以上" in page()
    assert "60日以上" not in page().split('id="rules"')[1].split('id="formula"')[0]


def test_a_changed_grace_changes_the_figure_and_the_table(client):
    client.force_login(UserFactory(viewer=True))
    Threshold.objects.create(code="leak_grace_business_days", value=3)
    context = client.get(URL).context
    assert "3営業日" in next(figure.definition for figure in context["figures"] if figure.code == "untouched")
    assert (3, 1) in [(number.value, number.default) for number in context["numbers"]]


def test_a_reason_stands_on_the_side_it_is_judged_by(client):
    client.force_login(UserFactory(viewer=True))
    price = reason("price")
    assert price in client.get(URL).context["not_followed"]
    type(price).objects.filter(pk=price.pk).update(in_scope=True)
    assert price in client.get(URL).context["followed"]


def test_statuses_stand_there_in_the_words_of_the_company(page):
    Wording.objects.create(kind="deal_status", code="quoted", label_ja="見積済み", timing="押印した日")
    assert "見積済み" in page()
    assert "押印した日" in page()


def test_the_formula_of_the_article_is_shown_with_what_is_wrong_with_it(page):
    text = page()
    assert "60 &gt; DAY(LastActivityDate)" in text
    assert "1〜31" in text or "1から31" in text


def test_the_number_of_queries_does_not_depend_on_the_records(client, django_assert_num_queries):
    client.force_login(UserFactory(viewer=True))
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _ in range(20):
        DealFactory()
    with django_assert_num_queries(len(few)):
        client.get(URL)
    assert len(few) <= 30
