"""Losing a deal begins its follow-up at once; no entrance takes half a loss."""

from datetime import date

import pytest

from activities.models import Todo
from deals.actions import Loss
from deals.models import FollowUpCycle
from deals.states import DealStatus
from followups.actions import (
    Reopening,
    StatusChange,
    change_statuses,
    lose,
    reclassify_loss,
    reopen,
)
from people.refusal import Refused
from tests.factories import (
    TODAY,
    AbsenceFactory,
    CycleFactory,
    DealFactory,
    TodoFactory,
    UserFactory,
    days_ago,
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


def loss(deal, **answers):
    said = {"next_approach_on": IN_TWO_MONTHS, "approach_contact_text": "佐藤部長", "hook": "来期の予算を確認"}
    return Loss(**{"deal_id": deal.pk, "reason_id": reason("deprioritised").pk, **said, **answers})


def price(deal, **answers):
    return Loss(deal_id=deal.pk, reason_id=reason("price").pk, **answers)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def test_losing_a_deal_begins_its_follow_up_at_once(seller, inside):
    deal = DealFactory(fs_owner=seller, status="quoted")

    lose([loss(deal)], by=seller, as_of=TODAY)

    deal = fresh(deal)
    assert (deal.status, deal.closed_on, deal.status_entered_on, deal.version) == ("lost", TODAY, TODAY, 2)
    assert (deal.lost_in_scope, deal.is_followed, deal.fs_owner, deal.is_owner) == (True, True, seller, None)
    cycle = deal.cycles.get()
    assert (cycle.kind, cycle.entered_on, cycle.hook, cycle.is_owner) == ("lost", TODAY, "来期の予算を確認", inside)
    todo = cycle.todos.get()
    assert (todo.subject, todo.origin, todo.rule_code, todo.step) == ("失注商談掘り起こし", "rule", "R-LOST", 1)
    assert (todo.assignee, todo.original_due_on, todo.effective_due_on) == (inside, IN_TWO_MONTHS, IN_TWO_MONTHS)
    assert (todo.contact_text, todo.hook, cycle.has_open_todo) == ("佐藤部長", "来期の予算を確認", True)
    assert list(deal.events.values_list("kind", "from_status", "to_status", "cycle", "by")) == [
        ("status", "quoted", "lost", cycle.pk, seller.pk)
    ]


def test_a_day_that_was_chosen_only_moves_off_a_day_off(inside):
    UserFactory(inside=True, todo_cap=1)
    deals = DealFactory.create_batch(4)

    lose([loss(deal, next_approach_on=date(2025, 8, 30)) for deal in deals], by=None, as_of=TODAY)  # a Saturday

    assert set(Todo.objects.values_list("effective_due_on", flat=True)) == {date(2025, 9, 1)}


def test_a_day_that_was_filled_in_is_levelled():
    UserFactory(inside=True, todo_cap=1)
    losses = [loss(deal, has_default_approach_date=True) for deal in DealFactory.create_batch(3)]

    lose(losses, by=None, as_of=TODAY)

    days = Todo.objects.order_by("effective_due_on").values_list("effective_due_on", flat=True)
    assert list(days) == [date(2025, 10, 1), date(2025, 10, 2), date(2025, 10, 3)]


def test_the_is_owner_of_the_deal_follows_it_up(inside):
    busy = UserFactory(inside=True)
    TodoFactory.create_batch(3, assignee=busy)

    lose([loss(DealFactory(is_owner=busy))], by=None, as_of=TODAY)

    assert FollowUpCycle.objects.get().is_owner == busy


def test_without_an_is_owner_the_lowest_load_gets_it(inside):
    TodoFactory(assignee=inside)
    free = UserFactory(inside=True)

    lose([loss(DealFactory(is_owner=UserFactory(inside=True, gone=True)))], by=None, as_of=TODAY)

    assert FollowUpCycle.objects.get().is_owner == free


@pytest.mark.parametrize("traits", [{"field": True}, {"inside": True, "gone": True}, {"manager": True}])
def test_nobody_but_active_inside_sales_is_given_a_follow_up(traits):
    lose([loss(DealFactory(is_owner=UserFactory(**traits)))], by=None, as_of=TODAY)

    todo = Todo.objects.get()
    assert (todo.assignee, todo.cycle.is_owner, todo.cycle.has_open_todo) == (None, None, True)


def test_an_unassigned_todo_falls_on_the_first_business_day():
    lose([loss(DealFactory(), next_approach_on=date(2025, 8, 30))], by=None, as_of=TODAY)

    assert Todo.objects.get().effective_due_on == date(2025, 9, 1)


def test_who_is_absent_on_the_day_still_gets_what_a_person_chose(inside):
    AbsenceFactory(user=inside, starts_on=IN_TWO_MONTHS, ends_on=IN_TWO_MONTHS)

    lose([loss(DealFactory(is_owner=inside))], by=None, as_of=TODAY)

    assert Todo.objects.get().effective_due_on == IN_TWO_MONTHS


def test_losing_deletes_no_todo_and_takes_those_of_the_field_along(seller, inside):
    deal = DealFactory(fs_owner=seller)
    promise = TodoFactory(deal=deal, assignee=seller, promised=True)
    manual, done = TodoFactory(deal=deal, assignee=seller), TodoFactory(deal=deal, assignee=seller, done=True)

    lose([loss(deal)], by=seller, as_of=TODAY)

    cycle = deal.cycles.get()
    assert {(todo.cycle, todo.assignee, todo.status) for todo in map(fresh, (promise, manual))} == {
        (cycle, inside, "open")
    }
    assert (fresh(done).cycle, fresh(done).assignee) == (None, seller)
    assert cycle.todos.open().count() == 3


def test_a_stagnant_deal_that_is_lost_goes_on_as_the_next_link(inside):
    rule_made = TodoFactory(rule_made=True, cycle__is_owner=inside)
    stagnant = rule_made.cycle
    manual = TodoFactory(deal=stagnant.deal, cycle=stagnant, assignee=inside)

    lose([loss(stagnant.deal)], by=None, as_of=TODAY)

    lost = FollowUpCycle.objects.open().get()
    assert (fresh(stagnant).end_type, fresh(stagnant).ended_on) == ("converted_to_lost", TODAY)
    assert (lost.number, lost.kind, lost.previous, lost.is_owner) == (2, "lost", stagnant, inside)
    assert (fresh(rule_made).status, fresh(manual).cycle) == ("superseded", lost)
    assert not fresh(stagnant).has_open_todo


def test_a_loss_out_of_scope_is_not_followed_up_and_ends_a_stagnant_cycle(seller):
    rule_made = TodoFactory(rule_made=True)
    own = TodoFactory(deal=rule_made.deal, assignee=seller)

    lose([price(rule_made.deal)], by=None, as_of=TODAY)

    deal = fresh(rule_made.deal)
    assert (deal.status, deal.lost_in_scope, deal.is_followed) == ("lost", False, False)
    assert (deal.cycles.get().end_type, fresh(rule_made).status) == ("converted_to_lost", "superseded")
    assert (fresh(own).assignee, fresh(own).is_open) == (seller, True)


INCOMPLETE = [
    ("lost_reason", {"reason_id": None}),
    ("lost_reason", {"reason_id": 999}),
    ("next_approach_on", {"next_approach_on": None}),
    ("next_approach_on", {"next_approach_on": TODAY}),
    ("next_approach_on", {"next_approach_on": days_ago(1)}),
    ("approach_contact", {"approach_contact_text": "　"}),
    ("hook", {"hook": "四文字だ　"}),
]


@pytest.mark.parametrize(("field", "gap"), INCOMPLETE)
def test_every_entrance_refuses_an_incomplete_loss(field, gap):
    deal, lost = DealFactory(), DealFactory(lost=True)
    change = StatusChange(deal_id=deal.pk, status=DealStatus.LOST, loss=loss(deal, **gap))
    entrances = [
        lambda: lose([loss(deal, **gap)], by=None, as_of=TODAY),
        lambda: change_statuses([change], by=None, as_of=TODAY, cause="import:1"),
        lambda: reclassify_loss(loss(lost, **gap, closed_on=TODAY), by=None, as_of=TODAY),
    ]
    for entrance in entrances[: 2 if gap.get("next_approach_on") else 3]:  # the loss to be corrected lies a month back
        with pytest.raises(Refused) as refused:
            entrance()
        assert list(refused.value.errors) == [field]

    assert (fresh(deal).status, deal.events.count()) == ("ongoing", 0)


def test_the_first_possible_next_approach_is_tomorrow(inside):
    lose([loss(DealFactory(), next_approach_on=days_ago(-1), hook="五文字です")], by=None, as_of=TODAY)

    assert Todo.objects.get().effective_due_on == days_ago(-1)


def test_a_price_loss_needs_no_answers_but_its_date_lies_ahead():
    deal = DealFactory()

    with pytest.raises(Refused) as refused:
        lose([price(deal, next_approach_on=TODAY)], by=None, as_of=TODAY)
    lose([price(deal)], by=None, as_of=TODAY)

    assert list(refused.value.errors) == ["next_approach_on"]


def test_an_imported_loss_of_a_past_day_may_name_a_past_approach(inside):
    past = loss(DealFactory(), closed_on=days_ago(300), next_approach_on=days_ago(299))

    lose([past], by=None, as_of=TODAY, cause="import:1", leaves_todo_to_sweep=True)

    cycle = FollowUpCycle.objects.get()
    assert (cycle.entered_on, cycle.next_approach_on, cycle.has_open_todo) == (days_ago(300), days_ago(299), False)
    assert not Todo.objects.exists()


def test_the_todos_of_a_deal_find_a_person_when_an_import_reports_its_loss(seller, inside):
    own = TodoFactory(deal=DealFactory(fs_owner=seller), assignee=seller)

    lose([loss(own.deal)], by=None, as_of=TODAY, cause="import:1", leaves_todo_to_sweep=True)

    cycle = FollowUpCycle.objects.get()
    assert (fresh(own).assignee, fresh(own).cycle, cycle.is_owner) == (inside, cycle, inside)
    assert (cycle.has_open_todo, cycle.todos.count()) == (True, 1)


def test_a_deal_is_lost_once():
    deal = DealFactory()
    lose([loss(deal)], by=None, as_of=TODAY)

    with pytest.raises(Refused):
        lose([loss(deal)], by=None, as_of=TODAY)

    assert (deal.events.count(), deal.cycles.count(), Todo.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("trait", ["won", "excluded"])
def test_a_closed_deal_is_not_lost(trait):
    with pytest.raises(Refused):
        lose([loss(DealFactory(**{trait: True}))], by=None, as_of=TODAY)


def test_one_impossible_loss_stops_the_batch():
    deal = DealFactory()

    with pytest.raises(Refused) as refused:
        lose([loss(deal), loss(DealFactory(), hook="")], by=None, as_of=TODAY)

    assert (refused.value.position, fresh(deal).status) == (1, "ongoing")


def test_a_batch_that_names_a_deal_twice_is_refused():
    deal = DealFactory()

    with pytest.raises(Refused):
        lose([loss(deal), loss(deal)], by=None, as_of=TODAY)


def test_losing_many_deals_costs_as_many_queries_as_losing_one(django_assert_num_queries, seller, inside):
    TodoFactory(assignee=inside)
    for count in (1, 50):
        cycles = CycleFactory.create_batch(count)
        for cycle in cycles:
            TodoFactory(cycle=cycle, deal=cycle.deal, rule_made=True)
            TodoFactory(deal=cycle.deal, assignee=seller)
        losses = [loss(cycle.deal) for cycle in cycles]
        with django_assert_num_queries(33):  # two of them mark the days of appointments
            lose(losses, by=seller, as_of=TODAY)


def test_a_second_loss_keeps_the_first_ones_answers(seller, inside):
    deal = DealFactory(fs_owner=seller)
    lose([loss(deal, hook="最初のきっかけ")], by=seller, as_of=TODAY)
    reopen([Reopening(deal_id=deal.pk)], by=seller, as_of=TODAY)

    lose([loss(deal, hook="二度目のきっかけ")], by=seller, as_of=TODAY)

    assert list(deal.cycles.values_list("number", "hook")) == [(1, "最初のきっかけ"), (2, "二度目のきっかけ")]


def test_the_competitor_and_a_note_are_kept():
    deal = DealFactory(competitor="A社")

    lose([loss(deal, competitor="B社", note="来年の更改時に再度")], by=None, as_of=TODAY)

    assert (fresh(deal).competitor, deal.events.get().detail) == ("B社", "来年の更改時に再度")
