"""Taking back what was just logged (D25)."""

from datetime import timedelta

import pytest

from activities.actions import (
    log_call,
    undo_activity,
)
from activities.models import Activity
from people.refusal import Refused
from tests.factories import (
    TODAY,
    ActivityFactory,
    CycleFactory,
    DealFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)

pytestmark = pytest.mark.django_db


def clocks(deal):
    deal.refresh_from_db()
    return deal.last_contact_on, deal.last_response_on, deal.first_visit_on


@pytest.fixture
def seller():
    return UserFactory(field=True)


@pytest.fixture
def inside():
    return UserFactory(inside=True)


def undo(activity, seconds=1, by=None):
    return undo_activity(activity.pk, now=activity.created_at + timedelta(seconds=seconds), by=by, as_of=TODAY)


@pytest.mark.parametrize(("seconds", "is_possible"), [(0, True), (10, True), (11, False)])
def test_a_call_can_be_taken_back_for_ten_seconds(seconds, is_possible):
    (call,) = log_call(ActivityFactory.build(deal=DealFactory()), by=None, as_of=TODAY).activities

    if is_possible:
        assert undo(call, seconds).is_void
    else:
        with pytest.raises(Refused):
            undo(call, seconds)


def test_a_call_is_taken_back_once():
    (call,) = log_call(ActivityFactory.build(deal=DealFactory()), by=None, as_of=TODAY).activities
    undo(call)

    with pytest.raises(Refused):
        undo(call)


def test_taking_a_call_back_sets_the_clocks_back():
    deal = DealFactory()
    earlier = ActivityFactory.build(reached=True, deal=deal, day=days_ago(7))
    log_call(earlier, by=None, as_of=TODAY)
    (call,) = log_call(ActivityFactory.build(reached=True, deal=deal), by=None, as_of=TODAY).activities
    assert clocks(deal) == (TODAY, TODAY, None)

    undo(call)

    assert clocks(deal) == (days_ago(7), days_ago(7), None)
    assert not Activity.objects.contacts().filter(pk=call.pk).exists()


def test_taking_a_call_back_opens_the_todo_it_did(inside):
    todo = TodoFactory(rule_made=True, assignee=inside)
    call = ActivityFactory.build(deal=todo.deal)
    log_call(call, by=inside, as_of=TODAY, completing=[todo.pk])

    undo(call, by=inside)

    todo.refresh_from_db()
    todo.cycle.refresh_from_db()
    assert (todo.is_open, todo.done_by_activity, todo.cycle.has_open_todo) == (True, None, True)


def test_taking_a_call_back_lets_the_cycle_go_on(seller):
    former = CycleFactory(ended=True, entered_on=days_ago(200), ended_on=days_ago(150))
    todo = TodoFactory(rule_made=True, cycle=CycleFactory(deal=former.deal), deal=former.deal)
    call = ActivityFactory.build(reached=True, deal=todo.deal)
    log_call(call, by=seller, as_of=TODAY)

    undo(call, by=seller)

    todo.refresh_from_db()
    todo.cycle.refresh_from_db()
    todo.deal.refresh_from_db()
    assert (todo.is_open, todo.cycle.is_open, todo.cycle.has_open_todo) == (True, True, True)
    assert (todo.deal.is_followed, todo.deal.last_cycle_ended_on) == (True, days_ago(150))
    assert list(todo.deal.events.values_list("kind", flat=True)) == ["cycle_ended", "undone"]
