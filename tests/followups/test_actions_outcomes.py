"""What a call starts, and what imports bring."""

from datetime import date

import pytest

from activities.actions import undo_activity
from activities.models import Activity, Todo
from deals.actions import Loss
from deals.models import Deal, FollowUpCycle
from deals.states import DealStatus
from followups.actions import (
    StatusChange,
    change_statuses,
    create_deals,
    record_outcome,
)
from people.refusal import Refused
from tests.factories import (
    TODAY,
    ActivityFactory,
    ContactFactory,
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


def history(deal):
    return list(deal.events.values_list("kind", "from_status", "to_status"))


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def test_a_call_closes_its_todo_and_makes_the_next(inside):
    todo = TodoFactory(rule_made=True, assignee=inside)
    step = Todo(subject="再架電", original_due_on=days_ago(-1))

    call = ActivityFactory.build(deal=todo.deal, contact=ContactFactory())
    logged = record_outcome(call, by=inside, as_of=TODAY, completing=(todo.pk,), next_todo=step)

    assert logged.bare_cycle_ids == []
    assert (fresh(todo).status, fresh(step).cycle, fresh(step).assignee) == ("done", todo.cycle, inside)
    assert (fresh(step).contact, fresh(step).origin) == (call.contact, "manual")


def test_a_call_that_leaves_a_follow_up_without_a_next_step_is_refused(inside):
    todo = TodoFactory(rule_made=True, assignee=inside)

    with pytest.raises(Refused) as refused:
        record_outcome(ActivityFactory.build(deal=todo.deal), by=inside, as_of=TODAY, completing=(todo.pk,))

    assert list(refused.value.errors) == ["next_todo"]
    assert (fresh(todo).status, Activity.objects.count()) == ("open", 0)


def test_taking_the_call_back_takes_the_next_step_back(inside):
    todo = TodoFactory(rule_made=True, assignee=inside)
    step = Todo(subject="再架電", original_due_on=days_ago(-1), contact_text="佐藤部長")
    call = ActivityFactory.build(deal=todo.deal)
    record_outcome(call, by=inside, as_of=TODAY, completing=(todo.pk,), next_todo=step)

    undo_activity(call.pk, now=call.created_at, by=inside, as_of=TODAY)

    assert (fresh(todo).status, fresh(step).status, fresh(step).cancel_reason) == ("open", "cancelled", "duplicate")


def test_the_last_contact_that_a_deal_brings_along_is_an_activity(seller):
    day = days_ago(70)
    deals = [Deal(name="商談", created_on=days_ago(90), last_contact_on=day, fs_owner=seller), Deal(name="別の商談")]

    create_deals(deals, by=None, as_of=TODAY, cause="import:1")

    activity = Activity.objects.get()
    assert (activity.kind, activity.deal, activity.occurred_on, activity.owner) == ("imported", deals[0], day, seller)
    assert activity.is_imported


def test_reviving_by_a_new_deal_supersedes_the_rules_todos():
    todo = TodoFactory(rule_made=True, cycle=CycleFactory(lost=True))

    create_deals([Deal(name="新しい商談", revived_from=todo.deal)], by=None, as_of=TODAY)

    assert (fresh(todo).status, fresh(todo.cycle).end_type) == ("superseded", "reopened")


@pytest.mark.parametrize("after", [*DealStatus])
@pytest.mark.parametrize("before", ["ongoing", "lost", "lost_on_price", "won", "excluded", "returned"])
def test_an_import_takes_a_deal_from_any_status_to_any_other_without_a_gap(before, after):
    deal = DealFactory() if before == "ongoing" else DealFactory(**{before: True})
    start = deal.status
    change = StatusChange(deal_id=deal.pk, status=after, on=days_ago(3), loss=loss(deal), reason="逆営業")

    change_statuses([change], by=None, as_of=TODAY, cause="import:1")

    steps = history(deal)
    assert fresh(deal).status == after
    assert [step[1] for step in steps] == [start, *(step[2] for step in steps)][: len(steps)]
    assert (not steps) is (start == after)


def test_an_imported_loss_leaves_its_todo_to_the_sweep():
    deal = DealFactory()
    change = StatusChange(deal_id=deal.pk, status=DealStatus.LOST, on=days_ago(3), loss=loss(deal))

    change_statuses([change], by=None, as_of=TODAY, cause="import:1")

    cycle = FollowUpCycle.objects.get()
    assert (cycle.entered_on, cycle.has_open_todo, Todo.objects.count()) == (days_ago(3), False, 0)
