"""To-dos on another day or in other hands, and leads in step with them."""

from datetime import date

import pytest

from activities.actions import (
    Completion,
    TodoShift,
    complete_todos,
    edit_todos,
    move_todos,
    reassign_todos,
    set_lead_status,
)
from leads.actions import LeadMove
from leads.models import NurturingReason
from leads.states import LeadStatus
from people.records import Edit
from people.refusal import Conflict, Refused
from tests.factories import (
    TODAY,
    CycleFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)

pytestmark = pytest.mark.django_db

SATURDAY, MONDAY = date(2025, 8, 2), date(2025, 8, 4)


def dates(todo):
    todo.refresh_from_db()
    return todo.original_due_on, todo.due_on, todo.effective_due_on, todo.committed_due_on


@pytest.mark.parametrize(
    ("moved_on", "is_agreed", "committed"),
    [
        (date(2025, 8, 4), True, date(2025, 8, 18)),  # on the committed day itself
        (date(2025, 8, 5), True, date(2025, 8, 4)),  # a day late
        (date(2025, 8, 1), False, date(2025, 8, 4)),  # a slip of our own
    ],
)
def test_only_a_move_agreed_in_time_changes_the_committed_day(moved_on, is_agreed, committed):
    todo = TodoFactory(original_due_on=MONDAY)

    move_todos([TodoShift(todo.pk, date(2025, 8, 18), is_agreed=is_agreed)], by=None, as_of=moved_on)

    assert dates(todo) == (MONDAY, date(2025, 8, 18), date(2025, 8, 18), committed)


def test_every_move_is_recorded():
    todo, user = TodoFactory(original_due_on=MONDAY), UserFactory()

    move_todos([TodoShift(todo.pk, date(2025, 8, 9), reason="先方都合")], by=user, as_of=TODAY)

    todo.refresh_from_db()
    assert (todo.due_on, todo.effective_due_on) == (date(2025, 8, 9), date(2025, 8, 12))  # Saturday, Mountain Day
    move = todo.moves.get()
    assert (move.from_on, move.to_on, move.reason, move.moved_on, move.moved_by) == (
        MONDAY,
        date(2025, 8, 9),
        "先方都合",
        TODAY,
        user,
    )


def test_a_todo_is_not_moved_into_the_past():
    todo = TodoFactory()

    move_todos([TodoShift(todo.pk, days_ago(3))], by=None, as_of=TODAY)

    assert dates(todo)[1:3] == (TODAY, TODAY)


def test_a_todo_that_somebody_has_moved_meanwhile_is_a_conflict():
    todo = TodoFactory()
    move_todos([TodoShift(todo.pk, MONDAY, version=1)], by=None, as_of=TODAY)

    with pytest.raises(Conflict):
        move_todos([TodoShift(todo.pk, SATURDAY, version=1)], by=None, as_of=TODAY)


def test_moving_many_todos_costs_as_many_queries_as_moving_one(django_assert_num_queries):
    for count in (1, 50):
        shifts = [TodoShift(todo.pk, SATURDAY) for todo in TodoFactory.create_batch(count)]
        with django_assert_num_queries(8):
            move_todos(shifts, by=None, as_of=TODAY)


def test_a_todo_is_edited_and_keeps_saying_what():
    todo = TodoFactory()

    edit_todos([Edit(todo.pk, {"subject": "見積の確認"}, version=1)])
    with pytest.raises(Refused):
        edit_todos([Edit(todo.pk, {"subject": ""})])

    todo.refresh_from_db()
    assert (todo.subject, todo.version) == ("見積の確認", 2)


def test_who_takes_the_todo_follows_the_deal_up():
    todo = TodoFactory(rule_made=True, assignee=UserFactory(inside=True))
    heir = UserFactory(inside=True)

    reassign_todos([todo.pk], heir, by=None, as_of=TODAY)

    todo.refresh_from_db()
    todo.cycle.refresh_from_db()
    assert (todo.assignee, todo.cycle.is_owner) == (heir, heir)


def test_the_first_owner_of_a_cycles_todo_gets_new_dates():
    late = TodoFactory(rule_made=True, original_due_on=days_ago(20))

    reassign_todos([late.pk], UserFactory(inside=True), by=None, as_of=TODAY)

    assert dates(late) == (days_ago(20), TODAY, TODAY, TODAY)
    assert list(late.moves.values_list("from_on", "to_on")) == [(days_ago(20), TODAY)]


def test_a_promise_keeps_its_day_with_its_first_owner():
    cycle = CycleFactory()
    promise = TodoFactory(deal=cycle.deal, cycle=cycle, promised=True, original_due_on=days_ago(20))

    reassign_todos([promise.pk], UserFactory(inside=True), by=None, as_of=TODAY)

    assert dates(promise) == (days_ago(20),) * 4


@pytest.mark.parametrize("traits", [{"field": True}, {"inside": True, "gone": True}])
def test_a_follow_up_is_given_to_active_inside_sales_only(traits):
    todo = TodoFactory(rule_made=True)

    with pytest.raises(Refused) as refused:
        reassign_todos([todo.pk], UserFactory(**traits), by=None, as_of=TODAY)

    assert list(refused.value.errors) == ["assignee"]


def test_a_todo_outside_a_cycle_may_go_to_the_field():
    todo, seller = TodoFactory(), UserFactory(field=True)

    reassign_todos([todo.pk], seller, by=None, as_of=TODAY)

    todo.refresh_from_db()
    assert todo.assignee == seller


def nurture(lead, status):
    timing = NurturingReason.objects.get(code="timing")
    return set_lead_status([LeadMove(lead.pk, LeadStatus(status), timing.pk)], by=None, as_of=TODAY)


def test_nurturing_with_a_next_action_needs_an_open_todo():
    lead = LeadFactory()

    with pytest.raises(Refused) as refused:
        nurture(lead, "nurturing_action")
    TodoFactory(deal=None, lead=lead)

    assert list(refused.value.errors) == ["status"]
    assert nurture(lead, "nurturing_action") == [lead]


def test_nurturing_without_a_next_action_allows_no_open_todo():
    lead = LeadFactory()
    todo = TodoFactory(deal=None, lead=lead)

    with pytest.raises(Refused):
        nurture(lead, "nurturing_no_action")
    complete_todos([Completion(todo.pk)], by=None, as_of=TODAY)

    assert nurture(lead, "nurturing_no_action") == [lead]


@pytest.mark.parametrize(("days_late", "is_taken"), [(1, False), (0, True), (-1, True)])
def test_a_person_puts_nothing_on_a_day_that_has_passed(days_late, is_taken):
    todo = TodoFactory(assignee=UserFactory(inside=True))
    before = dates(todo)
    shift = TodoShift(todo.pk, days_ago(days_late), reason="お客様の都合")
    if is_taken:
        move_todos([shift], by=todo.assignee, as_of=TODAY)
        assert dates(todo)[1] == days_ago(days_late)
    else:
        with pytest.raises(Refused) as refusal:
            move_todos([shift], by=todo.assignee, as_of=TODAY)
        assert (list(refusal.value.errors), dates(todo)) == (["due_on"], before)
