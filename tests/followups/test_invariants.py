"""Every invariant is broken once, underneath the actions, and must be seen: a check that cannot fail is a defect."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models

from activities.models import Activity, DayVolume, PersonDay, Todo
from deals.actions import Loss
from deals.models import Deal, DealEvent, FollowUpCycle, HandOver
from followups.actions import accept_proposal, create_deals, decline_proposal, lose, return_to_is
from followups.actions.returning import Return
from followups.invariants import INVARIANTS, violations
from followups.models import AppointmentDay, CohortDay, Proposal, Rule, SweepChange, SweepRun
from followups.rollups import refresh_rollups
from followups.rules import sweep
from leads.models import Lead, LeadEvent
from tests.factories import (
    TODAY,
    ActivityFactory,
    CycleFactory,
    DealFactory,
    ExemptionFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
    at_noon,
    days_ago,
    reason,
)  # fmt: skip
from tests.followups.calls import known_deal, lost, meeting, recorded

pytestmark = pytest.mark.django_db

SATURDAY = date(2025, 8, 2)


def broken(code: str) -> set[int]:
    return {violation.id for violation in violations() if violation.code == code}


def event(deal: Deal, before: str, after: str, kind: str = "status") -> DealEvent:
    return DealEvent.objects.create(deal=deal, kind=kind, from_status=before, to_status=after, happened_on=TODAY)


def lead_event(lead: Lead, before: str, after: str, kind: str = "status") -> LeadEvent:
    return LeadEvent.objects.create(lead=lead, kind=kind, from_status=before, to_status=after, happened_on=TODAY)


# Deals


def deal_is_followed_while_in_a_cycle() -> int:
    return DealFactory(is_followed=True).pk


def loss_in_scope_was_followed_up() -> int:
    return DealFactory(lost=True).pk


def returned_deal_was_followed_up() -> int:
    return DealFactory(returned=True).pk


def last_contact_is_the_newest_activity() -> int:
    deal = DealFactory(last_contact_on=days_ago(3))
    ActivityFactory(deal=deal, day=days_ago(2))
    return deal.pk


def no_response_was_missed() -> int:
    deal = DealFactory(last_contact_on=days_ago(2), last_response_on=days_ago(3))
    ActivityFactory(deal=deal, reached=True, day=days_ago(2))
    return deal.pk


def clocks_know_the_last_follow_up() -> int:
    cycle = CycleFactory(ended=True)
    Deal.objects.update(last_cycle_ended_on=days_ago(1))
    return cycle.deal_id


# Cycles


def open_cycle_is_the_newest() -> int:
    cycle = CycleFactory()
    CycleFactory(deal=cycle.deal, ended=True)
    return cycle.pk


def open_cycle_fits_the_deal_status() -> int:
    return CycleFactory(deal=DealFactory(won=True)).pk


def cycle_knows_whether_it_has_a_todo() -> int:
    return CycleFactory(has_open_todo=True).pk


def chain_links_a_deal_to_itself() -> int:
    return CycleFactory(previous=CycleFactory(ended=True)).pk


def exemption_is_of_the_deals_own_cycle() -> int:
    return ExemptionFactory(cycle=CycleFactory()).pk


# To-dos and activities


def todo_belongs_to_the_deal_of_its_cycle() -> int:
    return TodoFactory(cycle=CycleFactory()).pk


def cycle_todos_are_with_inside_sales() -> int:
    return TodoFactory(rule_made=True, assignee=UserFactory(field=True)).pk


def ended_cycle_has_no_open_rule_made_todo() -> int:
    return TodoFactory(rule_made=True, cycle=CycleFactory(ended=True)).pk


def finished_deal_has_no_open_rule_made_todo() -> int:
    return TodoFactory(rule_made=True, cycle=CycleFactory(deal=DealFactory(excluded=True))).pk


def open_todo_is_due_on_a_business_day() -> int:
    return TodoFactory(original_due_on=SATURDAY).pk


def todo_is_effective_on_or_after_its_due_date() -> int:
    return TodoFactory(effective_due_on=days_ago(-4)).pk


def rule_made_todo_is_not_born_overdue() -> int:
    return TodoFactory(rule_made=True, original_due_on=days_ago(8), created_on=days_ago(7)).pk


def undone_activity_has_done_nothing() -> int:
    return TodoFactory(done=True, done_by_activity=ActivityFactory(is_void=True)).pk


def activity_is_on_the_day_of_its_moment() -> int:
    call = ActivityFactory()
    Activity.objects.update(occurred_on=days_ago(1))
    return call.pk


# History


def deal_history_begins_with_its_creation() -> int:
    return DealFactory().pk


def lead_history_begins_with_its_creation() -> int:
    return LeadFactory().pk


def deal_history_has_no_gap() -> int:
    deal = DealFactory(status="quoted")
    event(deal, "", "contacting", "created")
    event(deal, "ongoing", "quoted")
    return deal.pk


def deal_stands_where_its_history_ends() -> int:
    deal = DealFactory(status="quoted")
    event(deal, "", "ongoing", "created")
    return deal.pk


def status_event_changes_the_status() -> int:
    deal = DealFactory()
    event(deal, "", "ongoing", "created")
    event(deal, "ongoing", "ongoing")
    return deal.pk


def deal_is_created_once() -> int:
    deal = DealFactory()
    event(deal, "", "ongoing", "created")
    event(deal, "ongoing", "ongoing", "created")
    return deal.pk


def lead_history_has_no_gap() -> int:
    lead = LeadFactory(status="scheduling")
    lead_event(lead, "", "new", "created")
    lead_event(lead, "approaching", "scheduling")
    return lead.pk


def lead_stands_where_its_history_ends() -> int:
    lead = LeadFactory(status="scheduling")
    lead_event(lead, "", "new", "created")
    return lead.pk


def lead_is_created_once() -> int:
    lead = LeadFactory()
    lead_event(lead, "", "new", "created")
    lead_event(lead, "new", "new", "created")
    return lead.pk


# Rules and the ledger


def watermark_is_not_ahead_of_the_newest_run() -> int:
    SweepRun.objects.create(as_of=days_ago(1), status="done", finished_at=at_noon(TODAY), summary={"changes": 0})
    Rule.objects.filter(code="R-60").update(swept_until=TODAY)
    return Rule.objects.get(code="R-60").pk


def rule_version_is_kept() -> int:
    Rule.objects.filter(code="R-14").update(version=2)
    return Rule.objects.get(code="R-14").pk


def ledger_names_what_exists() -> int:
    run = SweepRun.objects.create(as_of=TODAY)
    change = SweepChange(run=run, verb="covered", rule_code="R-60", deal=DealFactory(), cycle_id=9_999_999)
    change.save()
    return change.pk


def run_counts_its_changes() -> int:
    return SweepRun.objects.create(as_of=TODAY, status="done", finished_at=at_noon(TODAY), summary={"changes": 1}).pk


def finished_run_has_an_end() -> int:
    return SweepRun.objects.create(as_of=TODAY, status="failed").pk


# Proposals


def proposed(deal: Deal | None = None, **fields: Any) -> Proposal:
    known = {"fs": UserFactory(field=True), "proposed_by": UserFactory(inside=True), "meeting_on": days_ago(-7)}
    return Proposal.objects.create(deal=deal or DealFactory(), proposed_on=days_ago(3), **known | fields)


def accepted(**fields: Any) -> Proposal:
    """Accepted, and set as the verb sets it: the deal is his, the meeting stands."""
    proposal = proposed(status="accepted", decided_on=TODAY, **fields)
    Deal.objects.filter(pk=proposal.deal_id).update(fs_owner=proposal.fs)
    TodoFactory(deal=proposal.deal, assignee=proposal.fs, original_due_on=proposal.meeting_on, is_promised=True)
    return proposal


def proposal_waits_on_a_deal_to_be_won() -> int:
    return proposed(DealFactory(status="won", closed_on=TODAY)).pk


def undone_call_waits_for_no_answer() -> int:
    deal = DealFactory()
    return proposed(deal, call=ActivityFactory(deal=deal, outcome="appointment", is_void=True)).pk


def proposal_is_of_the_deal_of_its_call() -> int:
    return proposed(call=ActivityFactory(deal=DealFactory(), outcome="appointment")).pk


def accepted_proposal_has_its_meeting() -> int:
    proposal = accepted()
    Todo.objects.all().delete()
    return proposal.pk


def accepted_proposal_gave_the_deal_away() -> int:
    proposal = accepted()
    Deal.objects.update(fs_owner=None)
    return proposal.pk


def proposal_is_decided_after_it_was_made() -> int:
    return proposed(status="withdrawn", decided_on=days_ago(4)).pk


def volume_of_a_day_is_that_of_its_rows() -> int:
    """Days are told by their number."""
    ActivityFactory(day=date(2026, 10, 1))
    refresh_rollups()
    DayVolume.objects.update(rows=2)
    return 20261001


def work_of_a_person_is_that_of_its_rows() -> int:
    ActivityFactory(day=date(2026, 10, 1))
    refresh_rollups()
    PersonDay.objects.update(connected=1)
    return 20261001


def appointments_of_a_day_are_those_of_its_rows() -> int:
    ActivityFactory(day=date(2026, 10, 1), outcome="appointment")
    refresh_rollups()
    AppointmentDay.objects.update(channel="lost")
    return 20261001


def follow_ups_of_a_day_are_those_of_its_rows() -> int:
    CycleFactory(entered_on=date(2026, 10, 1))
    refresh_rollups()
    CohortDay.objects.update(waited=1)
    return 20261001


BREAKERS: dict[str, Callable[[], int]] = {
    breaker.__name__: breaker
    for breaker in (
        deal_is_followed_while_in_a_cycle, loss_in_scope_was_followed_up, returned_deal_was_followed_up,
        last_contact_is_the_newest_activity, no_response_was_missed, clocks_know_the_last_follow_up,
        open_cycle_is_the_newest, open_cycle_fits_the_deal_status, cycle_knows_whether_it_has_a_todo,
        chain_links_a_deal_to_itself, exemption_is_of_the_deals_own_cycle, todo_belongs_to_the_deal_of_its_cycle,
        cycle_todos_are_with_inside_sales, ended_cycle_has_no_open_rule_made_todo,
        finished_deal_has_no_open_rule_made_todo, open_todo_is_due_on_a_business_day,
        todo_is_effective_on_or_after_its_due_date, rule_made_todo_is_not_born_overdue,
        undone_activity_has_done_nothing, activity_is_on_the_day_of_its_moment,
        deal_history_begins_with_its_creation, lead_history_begins_with_its_creation, deal_history_has_no_gap,
        deal_stands_where_its_history_ends, status_event_changes_the_status, deal_is_created_once,
        lead_history_has_no_gap, lead_stands_where_its_history_ends, lead_is_created_once,
        watermark_is_not_ahead_of_the_newest_run, rule_version_is_kept, ledger_names_what_exists,
        run_counts_its_changes, finished_run_has_an_end, proposal_waits_on_a_deal_to_be_won,
        undone_call_waits_for_no_answer, proposal_is_of_the_deal_of_its_call, accepted_proposal_has_its_meeting,
        accepted_proposal_gave_the_deal_away, proposal_is_decided_after_it_was_made,
        volume_of_a_day_is_that_of_its_rows, work_of_a_person_is_that_of_its_rows,
        appointments_of_a_day_are_those_of_its_rows, follow_ups_of_a_day_are_those_of_its_rows,
    )
}  # fmt: skip
# These four are constraints of the database too, which must be taken off before they can be broken.
CONSTRAINED = {
    "loss_in_scope_has_its_answers", "deal_is_in_one_cycle_at_a_time", "cycle_has_one_open_rule_made_todo",
    "cycle_takes_each_step_once",
}  # fmt: skip


def test_every_invariant_is_broken_by_one_of_these_tests():
    assert {invariant.code for invariant in INVARIANTS} == set(BREAKERS) | CONSTRAINED
    assert not set(BREAKERS) & CONSTRAINED


@pytest.mark.parametrize("code", BREAKERS)
def test_a_broken_invariant_is_seen(code):
    culprit = BREAKERS[code]()

    assert broken(code) == {culprit}


@contextmanager
def without(model: type[models.Model], name: str) -> Iterator[None]:
    """The table as a restored database might have it: without one constraint."""
    every = model._meta.constraints
    constraint = next(constraint for constraint in every if constraint.name == name)
    model._meta.constraints = [other for other in every if other is not constraint]
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        for table in (Todo, FollowUpCycle, Deal):
            table.objects.all().delete()
        model._meta.constraints = every
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


@pytest.mark.django_db(transaction=True)
def test_a_loss_without_answers_is_seen():
    with without(Deal, "deals_followed_up_loss_says_when_whom_and_with_what_hook"):
        deal = DealFactory(lost=True, hook="  予算  ")

        assert broken("loss_in_scope_has_its_answers") == {deal.pk}


@pytest.mark.django_db(transaction=True)
def test_a_deal_in_two_cycles_is_seen():
    with without(FollowUpCycle, "deals_a_deal_has_one_open_cycle"):
        cycle = CycleFactory()
        CycleFactory(deal=cycle.deal)

        assert broken("deal_is_in_one_cycle_at_a_time") == {cycle.deal_id}


@pytest.mark.django_db(transaction=True)
def test_two_open_rule_made_todos_of_a_cycle_are_seen():
    with without(Todo, "activities_one_open_rule_made_todo_per_cycle"):
        todo = TodoFactory(rule_made=True)
        TodoFactory(rule_made=True, cycle=todo.cycle, step=2)

        assert broken("cycle_has_one_open_rule_made_todo") == {todo.cycle_id}


@pytest.mark.django_db(transaction=True)
def test_a_step_taken_twice_is_seen():
    with without(Todo, "activities_a_cycle_takes_each_step_once"):
        todo = TodoFactory(rule_made=True)
        TodoFactory(rule_made=True, cycle=todo.cycle, done=True)

        assert broken("cycle_takes_each_step_once") == {todo.cycle_id}


# What is not broken


def test_a_deal_excluded_after_the_question_waits_for_nothing_and_a_lost_one_may():
    excluded = {"status": "out_of_target", "out_of_target_reason": "逆営業"}
    gone = proposed(DealFactory(closed_on=TODAY, status_entered_on=TODAY, **excluded))
    proposed(DealFactory(closed_on=days_ago(3), status_entered_on=days_ago(3), **excluded))
    proposed(DealFactory(lost=True))

    assert broken("proposal_waits_on_a_deal_to_be_won") == {gone.pk}


def test_who_accepted_and_passed_the_deal_on_since_is_no_breach():
    proposal = accepted()
    Deal.objects.update(fs_owner=UserFactory(field=True))
    HandOver.objects.create(
        deal=proposal.deal, direction="within", from_user=proposal.fs, to_user=proposal.deal.fs_owner, handed_on=TODAY
    )

    assert broken("accepted_proposal_gave_the_deal_away") == set()


def a_year_of_business() -> None:
    """Deals entered, lost, returned and swept by the verbs."""
    manager = UserFactory(manager=True)
    UserFactory(inside=True)
    Rule.objects.update(mode="auto")
    old = days_ago(200)
    fresh: dict[str, Any] = {"created_on": old, "last_contact_on": old}
    deals = [Deal(name=f"商談{n}", status=status, **fresh) for n, status in enumerate(OPEN_AND_WON)]
    entered = create_deals(deals, by=manager, as_of=TODAY)
    answers = {"next_approach_on": days_ago(-60), "approach_contact_text": "山田部長", "hook": "来期の予算"}
    lose([Loss(deal_id=entered[0].pk, reason_id=reason("competitor").pk, **answers)], by=manager, as_of=TODAY)
    return_to_is([Return(deal_id=entered[1].pk, reason="手一杯")], by=manager, as_of=TODAY)
    sweep(as_of=TODAY)
    sweep(as_of=TODAY + timedelta(days=1))


OPEN_AND_WON = ("ongoing", "ongoing", "contacting", "first_visit", "quoted", "not_started", "won")


def test_a_year_of_business_by_the_verbs_breaks_nothing():
    a_year_of_business()

    assert violations() == []
    assert FollowUpCycle.objects.open().count() == 6


@pytest.mark.parametrize("answer", [accept_proposal, partial(decline_proposal, reason="出張中"), None])
def test_an_appointment_proposed_and_answered_by_the_verbs_breaks_nothing(answer):
    inside, seller = UserFactory(inside=True), UserFactory(field=True)
    said = recorded(lost(known_deal()), "appointment", by=inside, appointment=meeting(seller))
    if answer is not None:
        answer(said.proposal.pk, by=seller, as_of=TODAY)

    assert violations() == []


def test_an_empty_database_breaks_nothing():
    assert violations() == []


def test_a_newer_imported_response_is_not_a_missed_one():
    deal = DealFactory(last_contact_on=days_ago(2), last_response_on=days_ago(1))
    ActivityFactory(deal=deal, reached=True, day=days_ago(2))

    assert broken("no_response_was_missed") == set()


def test_an_imported_todo_may_lie_on_a_day_off():
    TodoFactory(original_due_on=SATURDAY, is_imported=True)

    assert broken("open_todo_is_due_on_a_business_day") == set()


# The command


def run_command() -> tuple[dict[str, Any], int]:
    out, code = StringIO(), 0
    try:
        call_command("check_invariants", "--json", stdout=out)
    except SystemExit as end:
        code = end.code
    return json.loads(out.getvalue()), code


def test_the_command_counts_its_checks_and_exits_0_when_all_hold():
    assert run_command() == ({"checked": len(INVARIANTS), "violations": []}, 0)


def test_the_command_names_each_violation_and_exits_1():
    run = SweepRun.objects.create(as_of=TODAY, status="failed")

    answer, code = run_command()

    assert code == 1
    assert answer["violations"] == [
        {
            "code": "finished_run_has_an_end",
            "model": "followups.SweepRun",
            "id": run.pk,
            "text": answer["violations"][0]["text"],
        }
    ]
    assert str(run.pk) in answer["violations"][0]["text"]
