"""Correcting why a deal was lost."""

from datetime import date

import pytest

from activities.models import Todo
from deals.actions import Loss
from followups.actions import lose, reclassify_loss
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

IN_TWO_MONTHS = date(2025, 10, 1)  # a Wednesday


@pytest.fixture
def inside():
    return UserFactory(inside=True)


def loss(deal, **answers):
    said = {"next_approach_on": IN_TWO_MONTHS, "approach_contact_text": "佐藤部長", "hook": "来期の予算を確認"}
    return Loss(**{"deal_id": deal.pk, "reason_id": reason("deprioritised").pk, **said, **answers})


def price(deal, **answers):
    return Loss(deal_id=deal.pk, reason_id=reason("price").pk, **answers)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def test_a_reason_in_scope_opens_the_follow_up_from_that_day(inside):
    deal = DealFactory(lost_on_price=True)

    reclassify_loss(loss(deal), by=None, as_of=TODAY)

    cycle = deal.cycles.get()
    assert (cycle.kind, cycle.entered_on, cycle.todos.get().assignee) == ("lost", TODAY, inside)
    assert (fresh(deal).closed_on, fresh(deal).lost_in_scope, fresh(deal).version) == (deal.closed_on, True, 2)
    assert list(deal.events.values_list("kind", "detail")) == [("reclassified", "price → deprioritised")]


def test_a_reason_out_of_scope_ends_the_follow_up():
    cycle = CycleFactory(lost=True)
    todo = TodoFactory(rule_made=True, cycle=cycle)

    reclassify_loss(price(cycle.deal), by=None, as_of=TODAY)

    assert (fresh(cycle).end_type, fresh(todo).status) == ("excluded", "superseded")
    assert (fresh(cycle.deal).is_followed, fresh(cycle.deal).hook) == (False, "")


def test_another_reason_in_scope_keeps_the_cycle_and_gives_it_the_new_answers():
    cycle = CycleFactory(lost=True)

    answers = loss(cycle.deal, reason_id=reason("competitor").pk, hook="契約更改の半年前")
    reclassify_loss(answers, by=None, as_of=TODAY)

    assert (fresh(cycle).reason, fresh(cycle).hook, fresh(cycle).is_open) == (
        reason("competitor"),
        "契約更改の半年前",
        True,
    )
    assert not Todo.objects.exists()


def test_only_a_lost_deal_is_reclassified():
    with pytest.raises(Refused):
        reclassify_loss(loss(DealFactory()), by=None, as_of=TODAY)


def test_a_scope_that_changes_later_leaves_earlier_losses_as_they_were_judged():
    deal = DealFactory()
    lose([price(deal)], by=None, as_of=TODAY)
    cheap = reason("price")
    cheap.in_scope = True
    cheap.save()

    with pytest.raises(Refused):
        lose([price(DealFactory())], by=None, as_of=TODAY)
    assert fresh(deal).lost_in_scope is False
