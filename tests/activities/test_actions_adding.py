"""To-dos are made, and done; the cycle's mark says whether it has one."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from activities.actions import (
    Completion,
    add_todos,
    cancel_todos,
    complete_todos,
    reopen_todos,
    supersede_todos,
)
from activities.models import Todo
from activities.states import CancelReason
from people.models import CompanyHoliday
from people.refusal import Refused
from tests.factories import (
    TODAY,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)

pytestmark = pytest.mark.django_db

SATURDAY, MONDAY = date(2025, 8, 2), date(2025, 8, 4)


def unsaved(**fields):
    return Todo(**{"subject": "状況の確認", "original_due_on": MONDAY, "contact_text": "佐藤部長", **fields})


def dates(todo):
    todo.refresh_from_db()
    return todo.original_due_on, todo.due_on, todo.effective_due_on, todo.committed_due_on


def is_covered(cycle):
    cycle.refresh_from_db()
    return cycle.has_open_todo


@pytest.mark.parametrize(
    ("asked_for", "is_promised", "expected"),
    [
        (MONDAY, False, (MONDAY, MONDAY, MONDAY)),
        (SATURDAY, False, (SATURDAY, MONDAY, MONDAY)),
        (SATURDAY, True, (SATURDAY, MONDAY, SATURDAY)),  # what the customer agreed to counts
        (days_ago(3), False, (TODAY, TODAY, TODAY)),
        (days_ago(3), True, (TODAY, TODAY, days_ago(3))),
        (date(2025, 8, 11), False, (date(2025, 8, 11), date(2025, 8, 12), date(2025, 8, 12))),  # Mountain Day
    ],
)
def test_the_four_dates_follow_from_the_day_asked_for(asked_for, is_promised, expected):
    todo = unsaved(deal=DealFactory(), original_due_on=asked_for, is_promised=is_promised)

    add_todos([todo], by=None, as_of=TODAY)

    assert dates(todo) == (asked_for, *expected)


def test_the_companys_own_days_off_are_no_business_days():
    CompanyHoliday.objects.create(month=8, day=4)
    todo = unsaved(deal=DealFactory(), original_due_on=SATURDAY)

    add_todos([todo], by=None, as_of=TODAY)

    assert todo.effective_due_on == date(2025, 8, 5)


def test_an_imported_day_in_the_past_stays_as_the_file_has_it():
    showa_day = date(2021, 4, 29)
    past = unsaved(original_due_on=showa_day, is_imported=True)
    coming = unsaved(original_due_on=SATURDAY, is_imported=True)

    add_todos([past, coming], by=None, as_of=TODAY)

    assert dates(past) == (showa_day,) * 4
    assert dates(coming) == (SATURDAY, SATURDAY, MONDAY, MONDAY)
    assert list(Todo.objects.overdue(date(2021, 4, 30))) == [past]


@pytest.mark.parametrize(
    ("field", "gap"),
    [
        ("subject", {"subject": "　"}),
        ("original_due_on", {"original_due_on": None}),
        ("deal", {"deal": None}),
        ("contact", {"contact_text": ""}),
    ],
)
def test_a_todo_says_what_when_whom_and_for_which_deal(field, gap):
    with pytest.raises(Refused) as refused:
        add_todos([unsaved(**{"deal": DealFactory(), **gap})], by=None, as_of=TODAY)

    assert list(refused.value.errors) == [field]


def test_whom_is_the_contact_of_the_deal_or_the_lead_where_nobody_is_named():
    contact = ContactFactory()
    of_deal = unsaved(deal=DealFactory(contact=contact), contact_text="")
    of_lead = unsaved(lead=LeadFactory(name="見込 花子"), contact_text="")

    add_todos([of_deal, of_lead], by=None, as_of=TODAY)

    assert (of_deal.contact_id, of_lead.contact_text) == (contact.pk, "見込 花子")


def test_imported_todos_may_stand_alone_and_be_closed():
    done = unsaved(is_imported=True, status="done", original_due_on=days_ago(30))
    cancelled = unsaved(is_imported=True, status="cancelled", closed_on=days_ago(3))

    add_todos([done, cancelled], by=None, as_of=TODAY)

    assert (done.closed_on, cancelled.closed_on, cancelled.cancel_reason) == (days_ago(30), days_ago(3), "imported")


def test_a_promise_is_promised():
    todo = unsaved(deal=DealFactory(), is_promised=True, due_time=time(14, 30))

    add_todos([todo], by=None, as_of=TODAY)

    todo.refresh_from_db()
    assert (todo.origin, todo.is_promised, todo.due_time) == ("promise", True, time(14, 30))


def test_inside_sales_todos_on_a_followed_deal_belong_to_the_cycle_and_those_of_the_field_do_not():
    inside, field = UserFactory(inside=True), UserFactory(field=True)
    cycle = CycleFactory(is_owner=inside, deal=DealFactory(fs_owner=field))
    theirs, ours = unsaved(deal=cycle.deal, assignee=field), unsaved(deal=cycle.deal, assignee=inside)

    add_todos([theirs], by=field, as_of=TODAY)
    assert (theirs.cycle, is_covered(cycle)) == (None, False)

    add_todos([ours], by=inside, as_of=TODAY)
    assert (ours.cycle, is_covered(cycle)) == (cycle, True)


@pytest.mark.parametrize(("is_cycle_his", "belongs"), [(True, True), (False, False)])
def test_who_holds_both_roles_works_for_the_field_on_his_own_deal_unless_the_cycle_is_his(is_cycle_his, belongs):
    both = UserFactory(combined=True)
    cycle = CycleFactory(deal=DealFactory(fs_owner=both), is_owner=both if is_cycle_his else None)
    todo = unsaved(deal=cycle.deal, assignee=both)

    add_todos([todo], by=both, as_of=TODAY)

    assert (todo.cycle is not None) is belongs


@pytest.mark.parametrize("traits", [{"field": True}, {"inside": True, "gone": True}, {}])
def test_a_cycles_todo_is_for_active_inside_sales_only(traits):
    cycle = CycleFactory()

    with pytest.raises(Refused) as refused:
        add_todos([unsaved(deal=cycle.deal, cycle=cycle, assignee=UserFactory(**traits))], by=None, as_of=TODAY)

    assert list(refused.value.errors) == ["assignee"]


def test_adding_many_todos_costs_as_many_queries_as_adding_one(django_assert_num_queries):
    inside = UserFactory(inside=True, todo_cap=100)
    for count in (1, 50):
        todos = [unsaved(deal=cycle.deal, assignee=inside) for cycle in CycleFactory.create_batch(count)]
        with django_assert_num_queries(10):
            add_todos(todos, by=inside, as_of=TODAY)


def test_completing_the_only_todo_of_a_cycle_asks_for_the_next():
    todo = TodoFactory(rule_made=True)
    user = UserFactory(inside=True)

    closed = complete_todos([Completion(todo.pk)], by=user, as_of=TODAY)

    todo.refresh_from_db()
    assert (todo.status, todo.closed_on, todo.closed_by, todo.version) == ("done", TODAY, user, 2)
    assert closed.bare_cycle_ids == [todo.cycle_id]
    assert not is_covered(todo.cycle)


def test_completing_one_of_two_todos_asks_for_nothing():
    todo = TodoFactory(rule_made=True)
    TodoFactory(deal=todo.deal, cycle=todo.cycle)

    assert complete_todos([Completion(todo.pk)], by=None, as_of=TODAY).bare_cycle_ids == []
    assert is_covered(todo.cycle)


def test_a_todo_is_closed_once():
    todo = TodoFactory(done=True)

    with pytest.raises(Refused):
        complete_todos([Completion(todo.pk)], by=None, as_of=TODAY)
    with pytest.raises(Refused):
        cancel_todos([todo.pk], CancelReason.CUSTOMER, by=None, as_of=TODAY)
    with pytest.raises(Refused):
        complete_todos([Completion(999)], by=None, as_of=TODAY)


def test_a_cancelled_todo_says_why():
    todo = TodoFactory(rule_made=True)

    with pytest.raises(Refused) as refused:
        cancel_todos([todo.pk], "", by=None, as_of=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Todo.objects.filter(pk=todo.pk).update(status="cancelled", closed_on=TODAY)
    assert cancel_todos([todo.pk], CancelReason.CUSTOMER, by=None, as_of=TODAY).bare_cycle_ids == [todo.cycle_id]

    assert list(refused.value.errors) == ["cancel_reason"]


def test_superseding_leaves_promised_and_manual_todos_open():
    rule_made = TodoFactory(rule_made=True)
    cycle = rule_made.cycle
    promise = TodoFactory(deal=cycle.deal, cycle=cycle, promised=True)
    manual = TodoFactory(deal=cycle.deal, cycle=cycle)

    assert supersede_todos({cycle.pk: "sweep:7"}, by=None, as_of=TODAY) == [rule_made]

    rule_made.refresh_from_db()
    assert (rule_made.status, rule_made.closed_cause) == ("superseded", "sweep:7")
    assert list(cycle.todos.open().order_by("pk")) == [promise, manual]
    assert is_covered(cycle)


def test_a_reopened_todo_covers_its_cycle_again():
    todo = TodoFactory(rule_made=True)
    complete_todos([Completion(todo.pk)], by=None, as_of=TODAY)

    reopen_todos([todo.pk])

    todo.refresh_from_db()
    assert (todo.is_open, todo.closed_on, todo.closed_by, todo.closed_cause) == (True, None, None, "")
    assert is_covered(todo.cycle)
