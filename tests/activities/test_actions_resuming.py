"""The field speaks with the customer again, so a stagnant cycle ends (D7)."""

import pytest

from activities.actions import (
    log_activities,
    log_call,
)
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


def resumes(cycle, *, by=None, **traits):
    logged = log_activities([ActivityFactory.build(deal=cycle.deal, **traits)], by=by, as_of=TODAY)
    cycle.refresh_from_db()
    assert cycle.is_open is not bool(logged.resumed)
    return not cycle.is_open


@pytest.mark.parametrize(
    ("traits", "ends"),
    [
        ({"reached": True}, True),
        ({"inbound_mail": True}, True),
        ({"visit": True}, True),
        ({"outcome": "not_connected"}, False),
        ({"mail": True}, False),
        ({"newsletter": True, "direction": "inbound"}, False),
        ({"visit": True, "day": days_ago(-1)}, False),
        ({"kind": "imported", "outcome": None, "direction": "inbound", "is_imported": True}, False),
    ],
)
def test_only_a_contact_in_which_the_customer_was_reached_or_wrote_ends_the_cycle(seller, traits, ends):
    cycle = CycleFactory(deal=DealFactory(fs_owner=seller))

    assert resumes(cycle, owner=seller, **traits) is ends


@pytest.mark.parametrize(("age", "ends"), [(9, True), (10, True), (11, False)])
def test_a_contact_before_the_cycle_began_does_not_end_it(seller, age, ends):
    cycle = CycleFactory(deal=DealFactory(fs_owner=seller), entered_on=days_ago(10))

    assert resumes(cycle, owner=seller, reached=True, day=days_ago(age)) is ends


@pytest.mark.parametrize(
    ("roles", "is_fs_owner", "is_cycle_owner", "ends"),
    [
        ({"field": True}, True, False, True),
        ({"field": True}, False, False, True),  # another user without the IS role
        ({}, False, False, True),
        ({"manager": True}, False, False, True),
        ({"inside": True}, False, True, False),
        ({"inside": True}, False, False, False),
        ({"combined": True}, False, False, False),  # both roles, not his deal
        ({"combined": True}, True, False, True),  # both roles, his deal, another's cycle
        ({"combined": True}, True, True, False),  # both roles, his deal, his cycle
    ],
)
def test_who_speaks_for_the_field(roles, is_fs_owner, is_cycle_owner, ends):
    person = UserFactory(**roles)
    deal = DealFactory(fs_owner=person if is_fs_owner else UserFactory(field=True))
    cycle = CycleFactory(deal=deal, is_owner=person if is_cycle_owner else UserFactory(inside=True))

    assert resumes(cycle, owner=person, reached=True) is ends


def test_a_contact_of_nobody_ends_nothing():
    assert not resumes(CycleFactory(), reached=True, is_imported=True)


@pytest.mark.parametrize("trait", ["lost", "returned"])
def test_only_stagnant_cycles_end_by_a_contact(seller, trait):
    cycle = CycleFactory(**{trait: True})

    assert not resumes(cycle, owner=seller, reached=True)


def test_inside_sales_attempts_move_the_clock_and_close_nothing(inside):
    todo = TodoFactory(rule_made=True, assignee=inside)

    assert not resumes(todo.cycle, owner=inside, reached=True)
    todo.refresh_from_db()
    assert todo.is_open
    assert clocks(todo.deal) == (TODAY, TODAY, None)


def test_a_resumed_conversation_supersedes_the_rules_todos_and_leaves_a_trace(seller):
    todo = TodoFactory(rule_made=True)
    promise = TodoFactory(deal=todo.deal, cycle=todo.cycle, promised=True)

    logged = log_call(ActivityFactory.build(reached=True, deal=todo.deal, day=days_ago(2)), by=seller, as_of=TODAY)

    cause = f"activity:{logged.activities[0].pk}"
    todo.refresh_from_db()
    promise.refresh_from_db()
    assert (todo.status, todo.closed_cause, promise.status) == ("superseded", cause, "open")
    cycle = logged.resumed[0]
    cycle.refresh_from_db()
    assert (cycle.end_type, cycle.ended_on) == ("contact_resumed", days_ago(2))
    todo.deal.refresh_from_db()
    assert (todo.deal.is_followed, todo.deal.last_cycle_ended_on, todo.deal.version) == (False, days_ago(2), 1)
    assert list(todo.deal.events.values_list("kind", "cycle", "cause", "by")) == [
        ("cycle_ended", cycle.pk, cause, seller.pk)
    ]


def test_the_todo_that_the_call_was_made_for_is_done_and_not_superseded(seller):
    todo = TodoFactory(rule_made=True)

    logged = log_call(ActivityFactory.build(reached=True, deal=todo.deal), by=seller, as_of=TODAY, completing=[todo.pk])

    todo.refresh_from_db()
    assert (todo.status, logged.bare_cycle_ids) == ("done", [])
