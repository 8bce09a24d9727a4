"""A rule in suggest says what it would do, waits three business days for a word, and then does it (D34)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from deals.models import Deal, FollowUpCycle
from followups.models import Rule, RuleExemption, Suggestion, SweepRun
from followups.rules import sweep, undo_sweep
from followups.rules.suggesting import accept, pending
from tests.factories import DealFactory, UserFactory
from tests.followups.scenes import TODAY, ago, inside, live_deal

pytestmark = pytest.mark.django_db

FRIDAY, MONDAY, TUESDAY = date(2025, 8, 1), date(2025, 8, 4), date(2025, 8, 5)  # TODAY is a Thursday


@pytest.fixture
def rule():
    Rule.objects.filter(code="R-60").update(mode="suggest")
    return Rule.objects.get(code="R-60")


@pytest.fixture
def deal(rule):
    return live_deal(last_contact_on=ago(60), is_owner=inside("佐藤 美咲"))


def followed() -> int:
    return FollowUpCycle.objects.count()


def test_it_suggests_and_changes_nothing(rule, deal):
    summary = sweep(as_of=TODAY)
    figures = summary["rules"]["R-60"]
    assert (figures["matched"], figures["suggested"], figures["opened"], summary["changes"]) == (1, 1, 0, 0)
    suggestion = Suggestion.objects.get()
    assert (suggestion.deal, suggestion.applies_on, followed()) == (deal, TUESDAY, 0)
    assert [one.pk for one in pending(rule, TODAY)] == [suggestion.pk]


def test_a_dry_run_says_the_same_and_writes_no_suggestion(rule, deal):
    assert sweep(as_of=TODAY, dry_run=True)["rules"]["R-60"]["suggested"] == 1
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize(("day", "is_done"), [(FRIDAY, False), (MONDAY, False), (TUESDAY, True)])
def test_after_three_business_days_without_objection_it_is_done(rule, deal, day, is_done):
    sweep(as_of=TODAY)
    summary = sweep(as_of=day)
    assert followed() == int(is_done)
    assert summary["rules"]["R-60"]["suggested"] == int(not is_done)
    assert Suggestion.objects.count() == 1  # its day stays as it was


def test_accepted_it_is_done_in_the_next_run(rule, deal):
    sweep(as_of=TODAY)
    assert accept(by=inside(), as_of=TODAY) == 1
    assert not pending(rule, TODAY).exists()
    sweep(as_of=TODAY)
    assert followed() == 1


def test_only_the_chosen_ones_are_accepted(rule, deal):
    live_deal(last_contact_on=ago(70))
    sweep(as_of=TODAY)
    first, second = Suggestion.objects.order_by("pk")
    assert accept(by=inside(), as_of=TODAY, ids=[first.pk]) == 1
    assert [one.pk for one in pending(rule, TODAY)] == [second.pk]


def test_an_objection_is_an_exemption_and_holds_until_its_last_day(rule, deal):
    sweep(as_of=TODAY)
    RuleExemption.objects.create(
        deal=deal, rule_code="R-60", reason="決算期", starts_on=TODAY, expires_on=TUESDAY, by=inside()
    )
    assert not pending(rule, TODAY).exists()
    sweep(as_of=TUESDAY)
    assert followed() == 0
    sweep(as_of=TUESDAY + timedelta(days=1))
    assert followed() == 1


def test_a_contact_starts_the_clock_anew_and_the_old_suggestion_falls(rule, deal):
    sweep(as_of=TODAY)
    Deal.objects.filter(pk=deal.pk).update(last_contact_on=TODAY)
    assert not pending(rule, FRIDAY).exists()
    sweep(as_of=TUESDAY)
    assert followed() == 0
    later = TODAY + timedelta(days=60)
    assert sweep(as_of=later)["rules"]["R-60"]["suggested"] == 1
    assert Suggestion.objects.count() == 2


def test_switched_off_nothing_is_done(rule, deal):
    sweep(as_of=TODAY)
    Rule.objects.update(mode="off")
    sweep(as_of=TUESDAY)
    assert followed() == 0


def test_twice_on_one_day_suggests_nothing_twice(rule, deal):
    sweep(as_of=TODAY)
    sweep(as_of=TODAY)
    assert Suggestion.objects.count() == 1


def test_the_run_that_did_it_can_be_undone(rule, deal):
    sweep(as_of=TODAY)
    run = sweep(as_of=TUESDAY)["run"]
    assert undo_sweep(run, by=inside(), as_of=TUESDAY).rules_off == ["R-60"]
    assert followed() == 0


def test_the_page_lists_them_and_a_manager_accepts_all_or_some(client, today):
    Rule.objects.filter(code="R-60").update(mode="suggest")
    DealFactory(status="ongoing", created_on=today - timedelta(days=61), name="勤怠 40名")
    client.force_login(UserFactory(manager=True))
    page = reverse("followups:suggestions")
    assert "ありません" in client.get(page).content.decode()
    sweep(as_of=today)
    assert "勤怠 40名" in client.get(page).content.decode()
    client.post(reverse("followups:suggestions_accept"), {"suggestion": "nonsense"})
    assert client.get(page).context["total"] == 1
    client.post(reverse("followups:suggestions_accept"), {"all": "1"})
    assert client.get(page).context["total"] == 0
    assert SweepRun.objects.count() == 1


def test_exemptions_are_listed_with_reason_end_and_rate(client, today):
    client.force_login(UserFactory(manager=True))
    address = reverse("followups:exemptions")
    assert "適用除外の商談はありません" in client.get(address).content.decode()
    Rule.objects.filter(code="R-60").update(mode="auto")
    deals = [DealFactory(status="ongoing", created_on=today - timedelta(days=61)) for _ in range(4)]
    sweep(as_of=today)
    RuleExemption.objects.create(
        deal=deals[0], cycle=deals[0].cycles.get(), reason="決算期のため", starts_on=today, expires_on=today,
        by=UserFactory(),
    )  # fmt: skip
    RuleExemption.objects.create(
        deal=DealFactory(status="ongoing", created_on=today), reason="年内は見送り", starts_on=today, expires_on=today,
        by=UserFactory(),
    )  # fmt: skip
    page = client.get(address)
    text = page.content.decode()
    assert (page.context["rate"], "決算期のため" in text, "年内は見送り" in text) == (25.0, True, True)
    assert "現在の適用除外は2件です。 フォロー中の商談4件のうち、1件(25.0%)が対象です。" in text
