"""Moving, handing over and converting, and the clocks that contacts move."""

import pytest
from django.db import IntegrityError, transaction

from deals.actions import (
    Advance,
    Exclusion,
    OwnerChange,
    Retraction,
    Touch,
    Win,
    advance,
    convert_lead,
    hand_over,
    mark_out_of_target,
    record_contacts,
    retract_contacts,
    win,
)
from deals.models import Deal, DealEvent, HandOver
from deals.states import OPEN_STATUSES, DealStatus
from people.refusal import Refused
from tests.factories import (
    TODAY,
    CompanyFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    UserFactory,
    days_ago,
)

pytestmark = pytest.mark.django_db


def history(deal):
    return list(deal.events.values_list("kind", "from_status", "to_status", "happened_on"))


@pytest.mark.parametrize("status", [status for status in OPEN_STATUSES if status != "quoted"])
def test_an_open_deal_advances_to_any_open_status(status):
    deal, user = DealFactory(status="quoted"), UserFactory(field=True)

    advance([Advance(deal.pk, status)], by=user, as_of=TODAY)

    deal.refresh_from_db()
    assert (deal.status, deal.status_entered_on, deal.version) == (status, TODAY, 2)
    assert history(deal) == [("status", "quoted", status, TODAY)]
    assert deal.events.get().by == user


def test_the_first_visit_is_dated_once():
    deal, visited = DealFactory(), DealFactory(first_visit_on=days_ago(20))

    moves = [Advance(deal.pk, DealStatus.FIRST_VISIT, on=days_ago(2)), Advance(visited.pk, DealStatus.FIRST_VISIT)]
    advance(moves, by=None, as_of=TODAY)

    deal.refresh_from_db()
    visited.refresh_from_db()
    assert (deal.first_visit_on, visited.first_visit_on) == (days_ago(2), days_ago(20))


def test_a_deal_that_is_there_already_is_left_alone():
    deal = DealFactory(status="quoted")

    assert advance([Advance(deal.pk, DealStatus.QUOTED)], by=None, as_of=TODAY) == []
    deal.refresh_from_db()
    assert (deal.version, deal.events.count()) == (1, 0)


@pytest.mark.parametrize("trait", ["lost", "won", "excluded", "returned"])
def test_only_open_deals_advance(trait):
    deal = DealFactory(**{trait: True})

    with pytest.raises(Refused):
        advance([Advance(deal.pk, DealStatus.QUOTED)], by=None, as_of=TODAY)


def test_a_deal_is_not_advanced_into_a_closed_status():
    with pytest.raises(Refused) as refused:
        advance([Advance(DealFactory().pk, DealStatus.LOST)], by=None, as_of=TODAY)

    assert list(refused.value.errors) == ["status"]


def test_advancing_is_no_word_with_the_customer_and_ends_no_cycle():
    cycle = CycleFactory()

    advance([Advance(cycle.deal_id, DealStatus.QUOTED)], by=None, as_of=TODAY)

    cycle.refresh_from_db()
    assert cycle.is_open


def test_a_won_deal_closes_and_takes_the_answers_of_its_loss_off():
    cycle = CycleFactory(lost=True)

    assert win([Win(cycle.deal_id)], by=None, as_of=TODAY) == [cycle]

    deal = Deal.objects.get(pk=cycle.deal_id)
    assert (deal.status, deal.closed_on, deal.is_followed) == ("won", TODAY, False)
    assert (deal.lost_reason, deal.hook, deal.last_cycle_ended_on) == (None, "", TODAY)
    cycle.refresh_from_db()
    assert (cycle.end_type, cycle.hook) == ("won", "来期の予算を確認する")


@pytest.mark.parametrize("trait", ["won", "excluded"])
def test_a_deal_is_won_once(trait):
    with pytest.raises(Refused):
        win([Win(DealFactory(**{trait: True}).pk)], by=None, as_of=TODAY)


def test_an_excluded_deal_says_why():
    cycle = CycleFactory()

    with pytest.raises(Refused) as refused:
        mark_out_of_target([Exclusion(cycle.deal_id, " ")], by=None, as_of=TODAY)
    mark_out_of_target([Exclusion(cycle.deal_id, "逆営業")], by=None, as_of=TODAY)

    assert list(refused.value.errors) == ["out_of_target_reason"]
    deal = Deal.objects.get(pk=cycle.deal_id)
    assert (deal.status, deal.out_of_target_reason) == ("out_of_target", "逆営業")
    assert deal.cycles.get().end_type == "excluded"


def test_a_cycle_never_ends_before_it_began():
    cycle = CycleFactory(entered_on=days_ago(10))

    win([Win(cycle.deal_id, on=days_ago(40))], by=None, as_of=TODAY)

    cycle.refresh_from_db()
    assert cycle.ended_on == days_ago(10)


def test_winning_many_deals_costs_as_many_queries_as_winning_one(django_assert_num_queries):
    for count in (1, 50):
        wins = [Win(cycle.deal_id) for cycle in CycleFactory.create_batch(count)]
        with django_assert_num_queries(9):  # one of them marks the days of appointments
            win(wins, by=None, as_of=TODAY)


def test_a_batch_with_one_impossible_deal_moves_none():
    live, lost = DealFactory(), DealFactory(won=True)

    with pytest.raises(Refused) as refused:
        win([Win(live.pk), Win(lost.pk)], by=None, as_of=TODAY)

    live.refresh_from_db()
    assert (refused.value.position, live.status) == (1, "ongoing")


def test_history_cannot_be_rewritten():
    deal = DealFactory()
    advance([Advance(deal.pk, DealStatus.QUOTED)], by=None, as_of=TODAY)

    for change in (lambda: DealEvent.objects.update(to_status="won"), lambda: DealEvent.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_each_owner_that_changes_is_one_pass_and_each_deal_one_event():
    former, heir = UserFactory(field=True), UserFactory(combined=True)
    deal = DealFactory(fs_owner=former, needs="老朽化", budget="300万円")

    hand_over([OwnerChange(deal.pk, {"fs_owner": heir.pk, "is_owner": heir.pk}, "異動")], by=former, as_of=TODAY)

    deal.refresh_from_db()
    assert (deal.fs_owner, deal.is_owner, deal.version) == (heir, heir, 2)
    passes = deal.hand_overs.values_list("from_user", "to_user", "direction", "reason", "bantc_count", "handed_on")
    assert list(passes) == [
        (former.pk, heir.pk, "within", "異動", 2, TODAY),
        (None, heir.pk, "within", "異動", 2, TODAY),
    ]
    assert history(deal) == [("owner", "", "", TODAY)]


def test_a_hand_over_to_the_same_person_is_none():
    owner = UserFactory(field=True)
    deal = DealFactory(fs_owner=owner)

    assert hand_over([OwnerChange(deal.pk, {"fs_owner": owner.pk})], by=None, as_of=TODAY) == []
    assert not HandOver.objects.exists()


def clocks(deal):
    deal.refresh_from_db()
    return deal.last_contact_on, deal.last_response_on, deal.first_visit_on


def test_clocks_only_go_forward():
    deal = DealFactory(last_contact_on=days_ago(5), last_response_on=days_ago(5), first_visit_on=days_ago(20))

    record_contacts([Touch(deal.pk, days_ago(9), days_ago(9), days_ago(9))])
    assert clocks(deal) == (days_ago(5), days_ago(5), days_ago(20))

    record_contacts([Touch(deal.pk, days_ago(2)), Touch(deal.pk, days_ago(3), days_ago(3))])
    assert clocks(deal) == (days_ago(2), days_ago(3), days_ago(20))
    assert deal.version == 1


def test_empty_clocks_start():
    deal = DealFactory()

    record_contacts(
        [Touch(deal.pk, days_ago(4), days_ago(4), days_ago(4)), Touch(deal.pk, days_ago(8), None, days_ago(8))]
    )

    assert clocks(deal) == (days_ago(4), days_ago(4), days_ago(8))


def test_moving_the_clocks_of_many_deals_costs_two_queries(django_assert_num_queries):
    for count in (1, 50):
        touches = [Touch(deal.pk, TODAY) for deal in DealFactory.create_batch(count)]
        with django_assert_num_queries(4):
            record_contacts(touches)


def test_a_retracted_contact_sets_back_only_the_clocks_it_had_set():
    deal = DealFactory(last_contact_on=TODAY, last_response_on=days_ago(30), first_visit_on=None)

    retract_contacts([Retraction(deal.pk, {TODAY}, days_ago(12), None, None)])

    assert clocks(deal) == (days_ago(12), days_ago(30), None)


def test_a_lead_becomes_a_deal_with_an_appointment():
    owner, seller = UserFactory(inside=True), UserFactory(field=True)
    lead = LeadFactory(company=CompanyFactory(name="山田商事"), owner=owner, status="scheduling")

    deal = convert_lead(lead.pk, Deal(fs_owner=seller), by=owner, as_of=TODAY)

    lead.refresh_from_db()
    assert (deal.name, deal.status, deal.is_owner, deal.company) == ("山田商事", "appointment", owner, lead.company)
    assert (deal.created_on, lead.status) == (TODAY, "meeting_won")
    assert list(lead.events.values_list("from_status", "to_status")) == [("scheduling", "meeting_won")]


def test_a_lead_becomes_a_deal_once():
    lead = LeadFactory(status="meeting_won")

    with pytest.raises(Refused):
        convert_lead(lead.pk, Deal(), by=None, as_of=TODAY)
    with pytest.raises(Refused):
        convert_lead(999, Deal(), by=None, as_of=TODAY)
