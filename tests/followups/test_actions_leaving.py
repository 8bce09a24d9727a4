"""Somebody leaves: nothing he had is left without a person."""

import pytest

from followups.actions import deactivate_user, preview_deactivation, set_roles
from people.refusal import Refused
from people.states import Role
from tests.factories import (
    TODAY,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TeamFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)

pytestmark = pytest.mark.django_db


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def follow_up_of(person):
    """A covered cycle that the person follows up."""
    cycle = CycleFactory(is_owner=person, deal__is_owner=person)
    return TodoFactory(rule_made=True, cycle=cycle, assignee=person, original_due_on=days_ago(20))


def test_the_preview_counts_what_he_holds_and_writes_nothing():
    leaver = UserFactory(combined=True)
    follow_up_of(leaver)
    TodoFactory(assignee=leaver)
    TodoFactory(assignee=leaver, done=True)
    DealFactory(fs_owner=leaver)
    DealFactory(fs_owner=leaver, won=True)
    LeadFactory(owner=leaver)
    LeadFactory(owner=leaver, status="out_of_target")

    held = preview_deactivation(leaver)

    counted = (held.own_todos, held.cycle_todos, held.fs_deals, held.is_deals, held.cycles, held.leads)
    assert counted == (1, 1, 1, 1, 1, 1)
    assert fresh(leaver).is_active


def test_a_successor_from_inside_sales_takes_everything_over():
    leaver, heir, admin = UserFactory(combined=True), UserFactory(combined=True), UserFactory(admin=True)
    todo, own = follow_up_of(leaver), TodoFactory(assignee=leaver)
    deal, won, lead = DealFactory(fs_owner=leaver), DealFactory(fs_owner=leaver, won=True), LeadFactory(owner=leaver)
    team = TeamFactory(leak_check_owner=leaver)

    deactivate_user(leaver, heir, by=admin, as_of=TODAY)

    assert not fresh(leaver).is_active
    assert {fresh(todo).assignee, fresh(own).assignee, fresh(todo.cycle).is_owner, fresh(todo.deal).is_owner} == {heir}
    assert (fresh(deal).fs_owner, fresh(won).fs_owner, fresh(lead).owner) == (heir, leaver, heir)
    assert fresh(team).leak_check_owner == heir
    assert list(deal.hand_overs.values_list("from_user", "to_user", "by")) == [(leaver.pk, heir.pk, admin.pk)]


def test_without_a_successor_from_inside_sales_the_next_sweep_assigns_the_follow_ups():
    leaver, seller = UserFactory(combined=True), UserFactory(field=True)
    todo, deal = follow_up_of(leaver), DealFactory(fs_owner=leaver)

    deactivate_user(leaver, seller, by=None, as_of=TODAY)

    assert (fresh(todo).assignee, fresh(todo.cycle).is_owner, fresh(todo.deal).is_owner) == (None, None, None)
    assert (fresh(todo).is_open, fresh(deal).fs_owner) == (True, seller)


def test_follow_ups_alone_need_no_successor():
    leaver = UserFactory(inside=True)
    todo = follow_up_of(leaver)

    deactivate_user(leaver, None, by=None, as_of=TODAY)

    assert fresh(todo).assignee is None


@pytest.mark.parametrize("hold", [lambda user: TodoFactory(assignee=user), lambda user: DealFactory(fs_owner=user)])
def test_what_no_sweep_hands_out_needs_a_successor(hold):
    leaver = UserFactory(field=True)
    hold(leaver)

    with pytest.raises(Refused) as refused:
        deactivate_user(leaver, None, by=None, as_of=TODAY)

    assert list(refused.value.errors) == ["successor"]
    assert fresh(leaver).is_active


def test_neither_he_himself_nor_a_leaver_succeeds_him():
    leaver = UserFactory(field=True)

    for successor in (leaver, UserFactory(gone=True)):
        with pytest.raises(Refused):
            deactivate_user(leaver, successor, by=None, as_of=TODAY)


def test_the_last_operations_admin_does_not_leave():
    admin = UserFactory(admin=True)

    with pytest.raises(Refused):
        deactivate_user(admin, None, by=admin, as_of=TODAY)


def test_many_things_pass_on_in_as_many_queries_as_one(django_assert_num_queries):
    heir = UserFactory(combined=True)
    for count in (1, 20):
        leaver = UserFactory(combined=True)
        for _ in range(count):
            follow_up_of(leaver)
            TodoFactory(assignee=leaver)
            DealFactory(fs_owner=leaver)
            LeadFactory(owner=leaver)
        with django_assert_num_queries(52):
            deactivate_user(leaver, heir, by=None, as_of=TODAY)


def test_who_leaves_inside_sales_follows_nothing_up_any_more():
    person = UserFactory(combined=True)
    todo, own = follow_up_of(person), TodoFactory(assignee=person)

    set_roles(person, [Role.FS], by=None, as_of=TODAY)

    assert (fresh(todo).assignee, fresh(todo.cycle).is_owner, fresh(own).assignee) == (None, None, person)


def test_who_stays_in_inside_sales_keeps_his_follow_ups():
    person = UserFactory(inside=True)
    todo = follow_up_of(person)

    set_roles(person, [Role.IS, Role.IS_MANAGER], by=None, as_of=TODAY)

    assert fresh(todo).assignee == person
