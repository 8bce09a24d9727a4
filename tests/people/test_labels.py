"""A label that an admin has changed stands wherever the code is drawn, and the product's own where he wrote none."""

import pytest
from django.utils import translation

from activities.states import CallOutcome
from activities.words import CALL_OUTCOME_WORDS
from deals.states import DealStatus
from deals.words import DEAL_STATUS_WORDS
from people import labels
from people.models import Wording
from people.states import WordKind
from tests.factories import DealFactory

pytestmark = pytest.mark.django_db


def rename(code="quoted", **words):
    return Wording.objects.create(kind=WordKind.DEAL_STATUS, code=code, **words)


def test_a_renamed_status_shows_on_the_record_and_in_every_list_of_choices():
    deal = DealFactory(status="quoted")
    rename(label_ja="見積済み")
    assert deal.get_status_display() == "見積済み"
    assert dict(DealStatus.choices)["quoted"] == "見積済み"
    assert DealStatus.QUOTED.label == "見積済み"


def test_a_label_of_one_language_leaves_the_other_as_it_was():
    rename(label_ja="見積済み")
    with translation.override("en"):
        assert DealStatus.QUOTED.label == "Quoted"


def test_an_empty_label_is_the_products_own():
    rename(definition="印鑑付きの正式見積")
    assert DealStatus.QUOTED.label == labels.own_label(WordKind.DEAL_STATUS, "quoted")


def test_taking_the_label_back_brings_the_products_own_at_once():
    wording = rename(label_ja="見積済み")
    assert DealStatus.QUOTED.label == "見積済み"
    wording.delete()
    assert DealStatus.QUOTED.label != "見積済み"


def test_all_labels_of_a_page_cost_one_query_and_then_none(django_assert_num_queries):
    labels.forget()
    with django_assert_num_queries(1):
        assert all(str(status.label) for status in DealStatus)
        assert all(str(outcome.label) for outcome in CallOutcome)


def test_a_label_renamed_by_another_process_is_read_after_the_stated_time(settings, django_assert_num_queries):
    settings.LABELS_KEPT_SECONDS = -1
    with django_assert_num_queries(1):
        assert str(DealStatus.QUOTED.label)


def test_migrations_see_the_plain_label_and_ask_nothing(django_assert_num_queries):
    labels.forget()
    translation.deactivate_all()
    try:
        with django_assert_num_queries(0):
            assert str(DealStatus.QUOTED.label) == "Quoted"
    finally:
        translation.activate("ja")


def test_every_status_and_result_says_what_it_means_and_when_it_is_chosen():
    assert list(DEAL_STATUS_WORDS) == DealStatus.values
    assert list(CALL_OUTCOME_WORDS) == CallOutcome.values
    for words in (*DEAL_STATUS_WORDS.values(), *CALL_OUTCOME_WORDS.values()):
        assert words.label and words.definition and words.timing
