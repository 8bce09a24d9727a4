"""Handing a deal back to inside sales."""

from datetime import date

import pytest

from activities.models import Todo
from deals.actions import Loss
from deals.models import FollowUpCycle
from followups.actions import (
    Return,
    return_to_is,
)
from people.refusal import Refused
from tests.factories import (
    TODAY,
    ContactFactory,
    DealFactory,
    TodoFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db

IN_TWO_MONTHS = date(2025, 10, 1)  # a Wednesday


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


def test_a_returned_deal_is_handed_over_with_a_cycle_and_a_todo(seller, inside):
    deal = DealFactory(fs_owner=seller, status="appointment", needs="老朽化", contact=ContactFactory())

    return_to_is([Return(deal_id=deal.pk, reason="優先度が低い")], by=seller, as_of=TODAY)

    deal, cycle = fresh(deal), FollowUpCycle.objects.get()
    assert (deal.status, deal.is_owner, deal.fs_owner, deal.version) == ("returned_to_is", inside, seller, 2)
    assert (cycle.kind, cycle.return_reason, cycle.is_owner) == ("returned", "優先度が低い", inside)
    todo = cycle.todos.get()
    assert (todo.subject, todo.rule_code, todo.step) == ("インサイド戻しフォロー", "R-RETURN", 1)
    assert (todo.original_due_on, todo.contact) == (date(2025, 10, 31), deal.contact)
    assert list(deal.hand_overs.values_list("direction", "from_user", "to_user", "bantc_count")) == [
        ("to_is", seller.pk, inside.pk, 1)
    ]
    assert history(deal) == [("status", "appointment", "returned_to_is")]


@pytest.mark.parametrize(
    ("fields", "asked_for"),
    [
        ({"status": "contacting", "last_contact_on": date(2025, 6, 30)}, date(2025, 9, 30)),
        ({"status": "first_visit", "first_visit_on": date(2024, 11, 30)}, date(2025, 2, 28)),  # a month end, long past
        ({"status": "contacting"}, date(2025, 10, 31)),
        ({"status": "ongoing", "last_contact_on": date(2025, 6, 30)}, date(2025, 10, 31)),
    ],
)
def test_the_call_comes_three_months_after_the_anchor_of_the_status(fields, asked_for):
    deal = DealFactory(**fields)

    return_to_is([Return(deal_id=deal.pk, reason="進展なし")], by=None, as_of=TODAY)

    cycle, todo = FollowUpCycle.objects.get(), Todo.objects.get()
    assert (cycle.next_approach_on, cycle.has_default_approach_date, todo.original_due_on) == (
        asked_for,
        True,
        asked_for,
    )
    assert todo.due_on == max(asked_for, TODAY)


def test_the_day_and_the_person_of_a_return_may_be_chosen(inside):
    chosen = UserFactory(inside=True)
    deal = DealFactory(is_owner=inside)

    wanted = Return(deal_id=deal.pk, reason="進展なし", next_approach_on=IN_TWO_MONTHS, assignee_id=chosen.pk)
    return_to_is([wanted], by=None, as_of=TODAY)

    todo = Todo.objects.get()
    assert (todo.assignee, fresh(deal).is_owner, todo.effective_due_on) == (chosen, chosen, IN_TWO_MONTHS)
    assert not todo.cycle.has_default_approach_date


@pytest.mark.parametrize(
    ("field", "gap"), [("reason", {"reason": " "}), ("next_approach_on", {"next_approach_on": TODAY})]
)
def test_an_incomplete_return_is_refused(field, gap):
    with pytest.raises(Refused) as refused:
        return_to_is([Return(**{"deal_id": DealFactory().pk, "reason": "進展なし", **gap})], by=None, as_of=TODAY)

    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("trait", ["lost", "won", "excluded", "returned"])
def test_only_an_open_deal_is_returned(trait):
    with pytest.raises(Refused):
        return_to_is([Return(deal_id=DealFactory(**{trait: True}).pk, reason="進展なし")], by=None, as_of=TODAY)


def test_a_stagnant_deal_that_is_returned_goes_on_as_the_next_link(seller, inside):
    todo = TodoFactory(rule_made=True)
    promise = TodoFactory(deal=todo.deal, assignee=seller, promised=True)

    return_to_is([Return(deal_id=todo.deal_id, reason="進展なし")], by=seller, as_of=TODAY)

    returned = FollowUpCycle.objects.open().get()
    assert (fresh(todo.cycle).end_type, returned.previous, returned.number) == ("converted_to_returned", todo.cycle, 2)
    assert (fresh(todo).status, fresh(promise).cycle, fresh(promise).assignee) == ("superseded", returned, inside)


def test_returning_many_deals_costs_as_many_queries_as_returning_one(django_assert_num_queries, inside):
    for count in (1, 50):
        returns = [Return(deal_id=deal.pk, reason="進展なし") for deal in DealFactory.create_batch(count)]
        with django_assert_num_queries(22):  # one of them marks the days of appointments
            return_to_is(returns, by=None, as_of=TODAY)
