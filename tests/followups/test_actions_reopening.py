"""A deal is live again with the field."""

import pytest

from deals.actions import Loss
from deals.states import DealStatus
from followups.actions import (
    Reopening,
    reopen,
)
from people.refusal import Refused
from tests.factories import (
    TODAY,
    CycleFactory,
    DealFactory,
    TodoFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return UserFactory(field=True)


@pytest.fixture
def inside():
    return UserFactory(inside=True)


def price(deal, **answers):
    return Loss(deal_id=deal.pk, reason_id=reason("price").pk, **answers)


def history(deal):
    return list(deal.events.values_list("kind", "from_status", "to_status"))


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def test_a_reopened_deal_is_live_again_and_its_cycle_keeps_the_answers(seller, inside):
    cycle = CycleFactory(lost=True, is_owner=inside)
    rule_made = TodoFactory(rule_made=True, cycle=cycle)
    promise = TodoFactory(deal=cycle.deal, cycle=cycle, promised=True)

    reopen([Reopening(deal_id=cycle.deal_id, fs_owner_id=seller.pk)], by=seller, as_of=TODAY)

    deal, cycle = fresh(cycle.deal), fresh(cycle)
    assert (deal.status, deal.closed_on, deal.lost_reason, deal.lost_in_scope, deal.hook) == (
        "appointment",
        None,
        None,
        None,
        "",
    )
    assert (deal.fs_owner, deal.is_followed, deal.last_cycle_ended_on) == (seller, False, TODAY)
    assert (cycle.end_type, cycle.ended_on, cycle.hook) == ("reopened", TODAY, "来期の予算を確認する")
    assert (fresh(rule_made).status, fresh(promise).status) == ("superseded", "open")
    assert history(deal) == [("status", "lost", "appointment")]
    assert list(deal.hand_overs.values_list("direction", "from_user", "to_user")) == [("to_fs", inside.pk, seller.pk)]


def test_a_stagnant_deal_may_be_reopened_where_it_stands(seller):
    cycle = CycleFactory(deal__status="quoted", deal__fs_owner=seller)

    reopen([Reopening(deal_id=cycle.deal_id)], by=seller, as_of=TODAY)

    deal = fresh(cycle.deal)
    assert (deal.status, deal.status_entered_on, deal.version) == ("quoted", cycle.deal.status_entered_on, 1)
    assert history(deal) == [("cycle_ended", "", "")]
    assert fresh(cycle).end_type == "reopened"


def test_a_price_loss_may_be_reopened_without_a_cycle(seller):
    deal = DealFactory(lost_on_price=True)

    reopen([Reopening(deal_id=deal.pk, status=DealStatus.QUOTED)], by=seller, as_of=TODAY)

    assert (fresh(deal).status, deal.hand_overs.count()) == ("quoted", 0)


@pytest.mark.parametrize(
    ("traits", "may"),
    [
        ({"field": True}, True),
        ({"combined": True}, True),
        ({"manager": True}, True),
        ({"admin": True}, True),
        ({"inside": True}, False),
        ({"viewer": True}, False),
        ({}, False),
    ],
)
def test_who_may_accept_a_deal_for_the_field(traits, may):
    cycle = CycleFactory(lost=True)
    attempt = {"by": UserFactory(**traits), "as_of": TODAY}

    if may:
        reopen([Reopening(deal_id=cycle.deal_id)], **attempt)
    else:
        with pytest.raises(Refused):
            reopen([Reopening(deal_id=cycle.deal_id)], **attempt)

    assert fresh(cycle).is_open is not may


def test_a_live_deal_that_nobody_follows_up_is_not_reopened(seller):
    with pytest.raises(Refused):
        reopen([Reopening(deal_id=DealFactory().pk)], by=seller, as_of=TODAY)


def test_a_deal_is_not_reopened_into_a_closed_status(seller):
    with pytest.raises(Refused) as refused:
        reopen([Reopening(deal_id=DealFactory(lost=True).pk, status=DealStatus.WON)], by=seller, as_of=TODAY)

    assert list(refused.value.errors) == ["status"]
