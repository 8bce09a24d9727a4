"""The words of a status: shipped ones, and what an admin put in their place."""

import pytest
from django.utils.translation import override

from leads.states import LeadStatus
from leads.words import LEAD_STATUS_WORDS, lead_status_words
from people.models import Wording

pytestmark = pytest.mark.django_db


def worded(code: str, **texts: str) -> None:
    Wording.objects.create(kind="lead_status", code=code, **texts)


def test_every_lead_status_says_what_it_means_and_when_it_changes():
    assert list(LEAD_STATUS_WORDS) == LeadStatus.values
    for language in ("ja", "en"):
        with override(language):
            assert all(str(words.definition) and str(words.timing) for words in lead_status_words().values())


def test_the_admin_s_words_stand_before_those_that_are_shipped():
    worded("new", label_ja="未対応", definition="今日来たもの", timing="受付の翌朝まで")
    words = lead_status_words()["new"]
    assert (words.label, words.definition, words.timing) == ("未対応", "今日来たもの", "受付の翌朝まで")


def test_what_the_admin_left_empty_is_shipped():
    worded("new", timing="受付の翌朝まで")
    words = lead_status_words()["new"]
    assert (str(words.label), words.definition) == ("新規", LEAD_STATUS_WORDS["new"].definition)


def test_a_reader_of_english_gets_the_english_label():
    worded("new", label_ja="未対応", label_en="Untouched")
    with override("en"):
        assert lead_status_words()["new"].label == "Untouched"


def test_words_of_another_kind_with_the_same_code_do_not_mix():
    Wording.objects.create(kind="deal_status", code="new", label_ja="別のもの")
    assert str(lead_status_words()["new"].label) == "新規"


def test_all_words_are_asked_for_at_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        lead_status_words()
