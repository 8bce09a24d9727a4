"""A limit held against the last 90 days: whom it would have found, and who answered anyway."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from deals.models import DealEvent
from followups.models import Rule
from followups.rules.backtest import backtest
from followups.rules.spec import RuleSpec
from tests.factories import ActivityFactory, DealFactory, UserFactory
from tests.followups.scenes import TODAY, ago, live_deal

pytestmark = pytest.mark.django_db


def spec(code: str = "R-60", **changed) -> RuleSpec:
    return replace(RuleSpec.of(Rule.objects.get(code=code)), **changed)


def touched(deal, days: int, *, answers: bool = False):
    return ActivityFactory(deal=deal, day=ago(days), inbound_mail=answers)


def found(code: str = "R-60", **changed) -> list[tuple[int, int]]:
    """Deal and days ago of what would have been found."""
    return [(one.deal_id, (TODAY - one.on).days) for one in backtest(spec(code, **changed), TODAY).found]


@pytest.mark.parametrize(("days", "is_found"), [(73, False), (74, True), (163, True), (164, False)])
def test_a_deal_is_found_on_the_day_it_reached_the_limit_in_90_days_that_had_14_after_them(days, is_found):
    deal = live_deal(last_contact_on=ago(days))
    touched(deal, days)
    assert found() == ([(deal.pk, days - 60)] if is_found else [])


@pytest.mark.parametrize(("later", "is_found"), [(60, False), (59, False), (61, True)])
def test_a_contact_on_or_before_that_day_spares_it(later, is_found):
    deal = live_deal()
    touched(deal, 120)
    touched(deal, 120 - later)
    assert ((deal.pk, 60) in found()) is is_found


@pytest.mark.parametrize(("days", "is_early"), [(0, False), (1, True), (14, True), (15, False)])
def test_an_answer_within_fourteen_days_means_too_early(days, is_early):
    deal = live_deal()
    touched(deal, 120)
    if days:
        touched(deal, 60 - days, answers=True)
    test = backtest(spec(), TODAY)
    assert (len(test.found), len(test.early), test.rate) == (1, int(is_early), 100.0 if is_early else 0.0)


def test_the_status_of_that_day_counts_not_todays():
    deal = live_deal("contacting")
    touched(deal, 120)
    assert found() == []
    DealEvent.objects.create(
        deal=deal, kind="status", from_status="ongoing", to_status="contacting", happened_on=ago(30)
    )
    assert found() == [(deal.pk, 60)]


def test_a_deal_that_a_person_had_in_follow_up_is_left_out():
    deal = live_deal(is_followed=True)
    touched(deal, 120)
    cycle = deal.cycles.create(number=1, kind="stagnant", entered_on=ago(70))
    assert found() == []
    deal.cycles.filter(pk=cycle.pk).update(rule_code="R-60")  # one that the rule itself began
    assert found() == [(deal.pk, 60)]


def test_a_deal_without_any_record_counts_from_its_status():
    deal = live_deal("ongoing", ago(100))
    assert found() == [(deal.pk, 40)]


def test_a_shorter_limit_finds_more():
    for days in (80, 100, 120):
        touched(live_deal(), days)
    assert [len(found(value=days)) for days in (30, 60, 70, 90, 120)] == [3, 3, 2, 1, 0]


def test_without_any_the_rate_is_unknown():
    assert backtest(spec(), TODAY).rate is None


def test_the_page_names_those_that_were_too_early(client, today):
    client.force_login(UserFactory(admin=True))
    address = reverse("followups:rule_backtest", args=["R-60"])
    assert "該当した商談はありません" in client.get(address).content.decode()
    deal = DealFactory(status="ongoing", created_on=today - timedelta(days=300), name="勤怠 40名")
    ActivityFactory(deal=deal, day=today - timedelta(days=120))
    ActivityFactory(deal=deal, day=today - timedelta(days=50), inbound_mail=True)
    text = client.get(address).content.decode()
    assert "勤怠 40名" in text
    assert "100.0" in text
