"""Rules and to-dos in words: what is said re-derives from what is stored."""

import re
from datetime import date

import pytest
from django.utils import translation

from deals.models import FollowUpCycle
from followups.models import Rule, SweepChange
from followups.rules import sweep
from followups.sentences import rule_sentence, span, why, why_of
from tests.followups.scenes import TODAY, ago, inside, live_deal, lost_deal, rules_in_auto, todo_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "language", "sentence"),
    [
        (
            "R-60",
            "ja",
            "「未着手・アポ獲得・営業継続・見積提出」で、最終コンタクトから60日以上たった商談は、"
            "該当した日を期日に、ISのToDoを作ります。",
        ),
        (
            "R-14",
            "ja",
            "「接触中」のまま14日以上応答がない商談は、「インサイド戻し」へ移し、"
            "最終コンタクト日の3か月後を期日にISのToDoを作ります。",
        ),
        (
            "R-1M",
            "en",
            "Deals that stay in First visit for 1 month or longer are returned to IS, "
            "with a to-do due 3 months after the first visit.",
        ),
    ],
)
def test_a_rule_says_itself_in_one_sentence(code: str, language: str, sentence: str) -> None:
    with translation.override(language):
        assert rule_sentence(Rule.objects.get(code=code)) == sentence


def test_a_rule_made_todo_says_why_in_japanese_and_in_english() -> None:
    rules_in_auto()
    deal = live_deal(last_contact_on=ago(75))
    sweep(as_of=TODAY)
    todo = todo_of(deal)

    with translation.override("ja"):
        assert why(todo) == (
            "2025/07/31の時点で、最終コンタクト(2025/05/17)から75日たち、上限の60日に達していたため(ルールR-60 第1版)。"
        )
    with translation.override("en"):
        assert why(todo) == (
            "On 31 Jul 2025 the last contact (17 May 2025) was 75 days ago, limit 60 days: rule R-60, version 1."
        )


def test_the_numbers_of_the_sentence_re_derive_from_its_dates() -> None:
    rules_in_auto()
    for days in (60, 61, 200):
        live_deal(last_contact_on=ago(days))
    sweep(as_of=TODAY)

    for change in SweepChange.objects.all():
        with translation.override("ja"):
            said = why_of(change)
        made, contacted = (date(*map(int, found)) for found in re.findall(r"(\d{4})/(\d\d)/(\d\d)", said)[:2])
        assert f"{(made - contacted).days}日たち" in said


@pytest.mark.parametrize(
    ("status", "said"),
    [("contacting", "先方の最終応答(2025/06/26)から35日"), ("first_visit", "2025/06/26から35日「初回訪問」のまま")],
)
def test_each_clock_has_its_own_words(status: str, said: str) -> None:
    rules_in_auto()
    deal = live_deal(status, date(2025, 6, 26))
    sweep(as_of=TODAY)

    with translation.override("ja"):
        assert said in why(todo_of(deal))


def test_a_covered_loss_says_when_it_was_lost_and_why_its_date_was_moved() -> None:
    deal = lost_deal(date(2025, 5, 1), date(2025, 7, 1))
    inside("佐藤", cap=1)
    lost_deal(date(2025, 4, 1), date(2025, 6, 30))
    sweep(as_of=TODAY)

    with translation.override("ja"):
        assert why(todo_of(deal)) == (
            "2025/05/01に失注。次回アプローチ日は2025/07/01です。"
            "2025/07/31の時点で未完了のToDoがなかったため作りました。"
            "2025/07/31ではなく、営業日で上限に空きのある2025/08/01を期日にしています。"
        )


def test_a_todo_that_a_verb_made_is_explained_by_its_cycle() -> None:
    deal = lost_deal(date(2025, 7, 1), date(2025, 10, 1))
    sweep(as_of=TODAY)
    todo = todo_of(deal)
    SweepChange.objects.all().delete()

    with translation.override("ja"):
        assert why(todo) == "2025/07/01に失注。次回アプローチ日は2025/10/01です。"


def test_a_todo_that_a_person_made_needs_no_explanation() -> None:
    deal = lost_deal(date(2025, 7, 1), date(2025, 10, 1))
    sweep(as_of=TODAY)
    todo = todo_of(deal)
    todo.origin = "manual"

    assert why(todo) == ""


def test_who_got_a_todo_later_is_told_in_the_run() -> None:
    lost_deal(date(2025, 5, 1), date(2025, 7, 1))
    sweep(as_of=TODAY)
    inside("佐藤")
    sweep(as_of=TODAY)

    with translation.override("ja"):
        assert why_of(SweepChange.objects.latest("pk")) == "担当のいなかったToDoに、担当を割り当てました。"
    assert FollowUpCycle.objects.get().is_owner is not None


@pytest.mark.parametrize(
    ("value", "unit", "ja", "en"),
    [
        (1, "day", "1日", "1 day"),
        (60, "day", "60日", "60 days"),
        (2, "week", "2週間", "2 weeks"),
        (1, "month", "1か月", "1 month"),
    ],
)
def test_a_span_of_time_in_both_languages(value: int, unit: str, ja: str, en: str) -> None:
    with translation.override("ja"):
        assert span(value, unit) == ja
    with translation.override("en"):
        assert span(value, unit) == en
