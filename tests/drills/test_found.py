"""What the drills have found, each as the short story that shows it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest
from django.utils.timezone import make_aware

from activities.actions import add_todos, log_call, undo_activity
from activities.models import Activity, Todo
from activities.states import CallOutcome, TodoStatus
from deals.actions import Loss, OwnerChange, Win, hand_over
from deals.models import Deal, FollowUpCycle, LostReason
from deals.states import CycleEnd, DealStatus
from followups.actions import (
    Closing,
    Exemption,
    Reopening,
    Return,
    close_cycle,
    create_deals,
    deactivate_user,
    exempt,
    lose,
    reopen,
    return_to_is,
    win,
)
from followups.invariants import violations
from followups.models import SweepChange, SweepRun
from followups.rules import plan, sweep
from followups.rules.sweep import apply
from people.actions import add_roles, create_people
from people.models import User
from people.states import Role
from tests.drills import stage

pytestmark = pytest.mark.django_db

TODAY = date(2025, 7, 31)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def person(name: str, role: Role) -> User:
    (made,) = create_people([User(name=name)], by=None)
    add_roles([(made.pk, role)], by=None)
    return made


def live_deal(**fields: object) -> Deal:
    deal = Deal(**{"name": "商談", "status": DealStatus.ONGOING, "created_on": ago(100)} | fields)
    create_deals([deal], by=None, as_of=TODAY)
    return deal


def test_an_exemption_from_one_rule_puts_no_other_off():
    stage.found()
    deal = live_deal(last_contact_on=ago(65))
    exempt([Exemption(deal.pk, "先方の都合", ago(2), "R-14")], by=User.objects.get(name="FS"), as_of=ago(20))
    sweep(as_of=TODAY)

    assert FollowUpCycle.objects.get().entered_on == ago(5)


def test_who_takes_one_todo_of_a_follow_up_takes_them_all():
    field = person("FS", Role.FS)
    deal = live_deal(fs_owner=field)
    plain = Todo(deal=deal, subject="資料送付", original_due_on=TODAY, contact_text="部長", assignee=field)
    add_todos([plain], by=field, as_of=TODAY)
    return_to_is([Return(deal_id=deal.pk, reason="手一杯")], by=field, as_of=TODAY)
    assert set(Todo.objects.values_list("assignee", flat=True)) == {None}  # there is no inside sales yet

    first, _second = person("IS 1", Role.IS), person("IS 2", Role.IS)
    sweep(as_of=TODAY)

    assert list(Todo.objects.values_list("assignee", flat=True)) == [first.pk] * 2
    assert FollowUpCycle.objects.get().is_owner == first
    assert {change.after["cycle_owner"] for change in SweepChange.objects.all()} == {first.pk}


def test_a_todo_planned_for_somebody_who_left_meanwhile_finds_another_person():
    stage.found()
    leaver, heir = User.objects.filter(name__startswith="IS").order_by("pk")[:2]
    live_deal(is_owner=leaver, last_contact_on=ago(60))
    made = plan(TODAY)
    deactivate_user(leaver, heir, by=None, as_of=TODAY)
    apply(made, SweepRun.objects.create(as_of=TODAY))

    assert sweep(as_of=TODAY)["errors"] == 0

    todo = Todo.objects.open().get()
    assert (todo.assignee, todo.cycle.is_owner) == (heir, heir)
    assert violations() == []


def test_what_a_colleague_changed_after_the_plan_is_not_written_over():
    stage.found()
    former, new = User.objects.filter(name__startswith="IS").order_by("pk")[:2]
    deal = live_deal(status=DealStatus.CONTACTING, is_owner=former)
    made = plan(TODAY)
    hand_over([OwnerChange(deal.pk, {"is_owner": new.pk})], by=None, as_of=TODAY)
    applied = apply(made, SweepRun.objects.create(as_of=TODAY))
    assert applied.openings == []

    sweep(as_of=TODAY)

    deal.refresh_from_db()
    assert (deal.status, deal.is_owner, Todo.objects.get().assignee) == (DealStatus.RETURNED_TO_IS, new, new)


def test_a_todo_handed_out_after_the_clock_was_set_back_is_not_due_before_it_was_made():
    live_deal(last_contact_on=ago(90))
    stage.found()
    User.objects.update(is_active=False)
    sweep(as_of=TODAY)
    User.objects.update(is_active=True)

    sweep(as_of=ago(20))

    todo = Todo.objects.get()
    assert (todo.assignee is None, todo.effective_due_on) == (False, TODAY)


# A call may be taken back for ten seconds. What was done meanwhile stands.


def test_a_call_taken_back_opens_no_todo_of_a_follow_up_that_was_given_up():
    stage.found()
    inside = User.objects.get(name="IS 1")
    deal = live_deal(last_contact_on=ago(60), is_owner=inside)
    sweep(as_of=TODAY)
    call = called(deal, by=inside, completing=[Todo.objects.get().pk])
    close_cycle([Closing(deal.pk, "見込みなし")], by=None, as_of=TODAY)

    take_back(call)

    assert (Todo.objects.get().status, violations()) == (TodoStatus.SUPERSEDED, [])


def test_a_call_taken_back_opens_no_todo_beside_the_one_that_followed_it():
    stage.found()
    inside = User.objects.get(name="IS 1")
    deal = live_deal(last_contact_on=ago(60), is_owner=inside)
    sweep(as_of=TODAY)
    call = called(deal, by=inside, completing=[Todo.objects.get().pk])
    sweep(as_of=TODAY)

    take_back(call)

    assert (Todo.objects.open().get().step, violations()) == (2, [])


@pytest.mark.parametrize("does", ["lose", "win", "lose and reopen"])
def test_a_call_taken_back_revives_no_follow_up_of_a_deal_that_went_on(does):
    stage.found()
    field = User.objects.get(name="FS")
    deal = live_deal(last_contact_on=ago(60), fs_owner=field)
    sweep(as_of=TODAY)
    call = called(deal, by=field)
    assert FollowUpCycle.objects.get().end_type == CycleEnd.CONTACT_RESUMED
    if does == "win":
        win([Win(deal.pk)], by=field, as_of=TODAY)
    else:
        lose([loss_of(deal)], by=field, as_of=TODAY)
    if does == "lose and reopen":
        reopen([Reopening(deal_id=deal.pk)], by=field, as_of=TODAY)

    take_back(call)

    assert FollowUpCycle.objects.earliest("number").end_type == CycleEnd.CONTACT_RESUMED
    assert violations() == []


def called(deal: Deal, *, by: User, completing: Sequence[int] = ()) -> Activity:
    call = Activity(deal=deal, outcome=CallOutcome.CALLBACK, occurred_at=make_aware(datetime.combine(TODAY, time(12))))
    return log_call(call, by=by, as_of=TODAY, completing=completing).activities[0]


def take_back(call: Activity) -> None:
    undo_activity(call.pk, now=call.created_at + timedelta(seconds=9), by=None, as_of=TODAY)


def loss_of(deal: Deal) -> Loss:
    reason = LostReason.objects.get(code="unreachable")
    answers = {"next_approach_on": ago(-90), "approach_contact_text": "部長", "hook": "来期の予算"}
    return Loss(deal_id=deal.pk, reason_id=reason.pk, **answers)
