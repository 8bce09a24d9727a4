"""Whatever people do, in whatever order, with rules that change, clocks that jump and colleagues who leave: it holds.

hypothesis writes the stories. After each step the product's invariants hold; after each sweep no cycle is uncovered,
a second one changes nothing, and the order of the rules does not matter. DRILLS=2000 in the environment tells that many
stories.
"""

import os
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from activities.actions import (
    Completion,
    TodoShift,
    add_todos,
    cancel_todos,
    complete_todos,
    log_activities,
    move_todos,
    reassign_todos,
    reopen_todos,
    undo_activity,
)
from activities.models import Todo
from activities.states import ActivityKind, CallOutcome, CancelReason, Direction, TodoOrigin, TodoStatus
from deals.actions import Advance, Exclusion, OwnerChange, Win, advance, edit_deals, hand_over
from deals.models import Deal
from deals.states import OPEN_STATUSES, DealStatus
from followups import coverage
from followups.actions import (
    Closing,
    Exemption,
    Reopening,
    Return,
    StatusChange,
    change_statuses,
    close_cycle,
    create_deals,
    deactivate_user,
    exempt,
    lose,
    mark_out_of_target,
    reclassify_loss,
    record_outcome,
    reopen,
    return_to_is,
    set_roles,
    win,
)
from followups.leak_counts import leak_counts
from followups.models import Rule
from followups.rules import sweep
from followups.rules.settings import change_rule
from people.actions import add_roles, create_people, set_caps
from people.models import Absence, User
from people.records import Edit
from people.states import Role
from people.working_days import load_calendar
from tests.drills.story import Story, ages, imported_deals, ordinary, soon, which

STORIES = int(os.environ.get("DRILLS", "25"))

LOSABLE = (*OPEN_STATUSES, DealStatus.RETURNED_TO_IS)
CONTACTS = (ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.VISIT, ActivityKind.WEB_MEETING, ActivityKind.OTHER)

while_some_are_live = precondition(lambda story: story.among(*OPEN_STATUSES))
while_some_may_be_lost = precondition(lambda story: story.among(*LOSABLE))
while_some_are_lost = precondition(lambda story: story.among(DealStatus.LOST))
while_some_are_followed = precondition(lambda story: story.followed)
while_there_is_something_to_do = precondition(lambda story: story.open_todos)


class Company(Story):
    """What may happen, in any order."""

    # What people do.

    @rule(deal=imported_deals)
    def a_deal_comes_in(self, deal) -> None:
        self.bring_in(deal)

    @rule(n=which, who=which, kind=st.sampled_from(CONTACTS), inbound=st.booleans(), bulk=st.booleans(), ago=ages,
          outcome=st.sampled_from(CallOutcome.values), todo=st.none() | which)  # fmt: skip
    def talk(self, n, who, kind, inbound, bulk, ago, outcome, todo) -> None:
        activity = self.contact(self.deal(n), kind, self.ago(ago))
        activity.direction = (Direction.INBOUND if inbound else Direction.OUTBOUND).value
        activity.outcome = outcome if kind == ActivityKind.CALL else None
        activity.is_bulk = bulk and kind == ActivityKind.EMAIL
        completing = self.a_todo(todo) if todo is not None else []
        self.act(log_activities, [activity], by=self.person(who), completing=completing)
        self.activity = activity if activity.pk else None

    @while_some_are_followed
    @rule(n=which, who=which, ahead=soon, promised=st.booleans())
    def call_and_plan_the_next_step(self, n, who, ahead, promised) -> None:
        call = self.contact(self.followed[n % len(self.followed)], ActivityKind.CALL, self.today)
        call.outcome = CallOutcome.CALLBACK
        todo = Todo(subject="再架電", original_due_on=self.ahead(ahead), contact_text="担当者", is_promised=promised)
        self.act(record_outcome, call, by=self.person(who), next_todo=todo)
        self.activity = call if call.pk else None

    @precondition(lambda self: self.activity is not None)
    @rule()
    def take_the_activity_back(self) -> None:
        now = self.activity.created_at + timedelta(seconds=9)
        self.act(undo_activity, self.activity.pk, now=now, by=None)
        self.activity = None

    @rule(n=which, who=which, ahead=soon, promised=st.booleans(), to=st.none() | which)
    def plan_something(self, n, who, ahead, promised, to) -> None:
        todo = Todo(subject="見積送付", deal_id=self.deal(n), original_due_on=self.ahead(ahead), contact_text="担当者")
        todo.is_promised, todo.assignee = promised, self.person(to) if to is not None else None
        self.act(add_todos, [todo], by=self.person(who))

    @while_there_is_something_to_do
    @rule(n=which, reason=st.none() | st.sampled_from(CancelReason.values))
    def close_a_todo(self, n, reason) -> None:
        if reason is None:
            self.act(complete_todos, [Completion(pk) for pk in self.a_todo(n)], by=None)
        else:
            self.act(cancel_todos, self.a_todo(n), reason, by=None)

    @while_there_is_something_to_do
    @rule(n=which, ahead=soon, agreed=st.booleans())
    def move(self, n, ahead, agreed) -> None:
        shifts = [TodoShift(pk, self.ahead(ahead), is_agreed=agreed) for pk in self.a_todo(n)]
        self.act(move_todos, shifts, by=None)

    @while_there_is_something_to_do
    @rule(n=which, who=st.none() | which)
    def reassign(self, n, who) -> None:
        person = self.person(who) if who is not None else None
        self.act(reassign_todos, self.a_todo(n), person, by=None)

    @rule(n=which)
    def open_a_todo_again(self, n) -> None:
        closed = Todo.objects.exclude(status=TodoStatus.OPEN).exclude(origin=TodoOrigin.RULE).order_by("pk")
        with ordinary():
            reopen_todos(list(closed.values_list("pk", flat=True)[n : n + 1]))

    @while_some_may_be_lost
    @rule(n=which, scope=st.booleans(), ahead=soon, ago=ages, by_import=st.booleans())
    def lose(self, n, scope, ahead, ago, by_import) -> None:
        loss = self.loss(self.deal(n, *LOSABLE), scope, ahead, closed_on=self.ago(ago) if by_import else None)
        self.act(lose, [loss], by=None if by_import else self.person(n), leaves_todo_to_sweep=by_import)

    @while_some_are_lost
    @rule(n=which, scope=st.booleans(), ahead=soon)
    def reclassify(self, n, scope, ahead) -> None:
        self.act(reclassify_loss, self.loss(self.deal(n, DealStatus.LOST), scope, ahead), by=None)

    @while_some_are_live
    @rule(n=which, ahead=st.none() | soon, who=st.none() | which)
    def hand_back(self, n, ahead, who) -> None:
        wanted = self.person(who).pk if who is not None else None
        on = self.ahead(ahead) if ahead is not None else None
        one = Return(deal_id=self.deal(n, *OPEN_STATUSES), reason="手一杯", next_approach_on=on, assignee_id=wanted)
        self.act(return_to_is, [one], by=self.person(n))

    @rule(n=which, status=st.none() | st.sampled_from(OPEN_STATUSES), who=which)
    def reopen(self, n, status, who) -> None:
        one = Reopening(deal_id=self.deal(n), status=status, fs_owner_id=self.person(who).pk)
        self.act(reopen, [one], by=None)

    @while_some_are_followed
    @rule(n=which)
    def give_up(self, n) -> None:
        self.act(close_cycle, [Closing(self.followed[n % len(self.followed)], "見込みなし")], by=None)

    @rule(n=which, days=st.integers(0, 30), code=st.sampled_from(["", "R-14", "R-60"]))
    def exempt(self, n, days, code) -> None:
        one = Exemption(self.deal(n), "先方の都合", self.today + timedelta(days=days), code)
        self.act(exempt, [one], by=self.person(5))

    @rule(n=which, wins=st.booleans())
    def finish(self, n, wins) -> None:
        if wins:
            self.act(win, [Win(self.deal(n))], by=None)
        else:
            self.act(mark_out_of_target, [Exclusion(self.deal(n), "対象外")], by=None)

    @while_some_are_live
    @rule(n=which, status=st.sampled_from(OPEN_STATUSES))
    def advance(self, n, status) -> None:
        self.act(advance, [Advance(self.deal(n, *OPEN_STATUSES), status)], by=None)

    @rule(n=which, status=st.sampled_from(DealStatus), ago=ages)
    def another_system_reports(self, n, status, ago) -> None:
        loss = self.loss(self.deal(n), in_scope=True, ahead=400)
        change = StatusChange(deal_id=self.deal(n), status=status, on=self.ago(ago), loss=loss, reason="移行")
        self.act(change_statuses, [change], by=None, cause="import:2")

    @rule(n=which)
    def revive_as_a_new_deal(self, n) -> None:
        new = Deal(name="revival", status=DealStatus.APPOINTMENT, revived_from_id=self.deal(n), created_on=self.today)
        self.act(create_deals, [new], by=None)

    @rule(n=which, who=which, side=st.sampled_from(["is_owner", "fs_owner"]))
    def hand_over(self, n, who, side) -> None:
        self.act(hand_over, [OwnerChange(self.deal(n), {side: self.person(who).pk})], by=None)

    @rule(n=which, ahead=soon, since=ages)
    def correct(self, n, ahead, since) -> None:
        deal = Deal.objects.get(pk=self.deal(n))
        values: dict[str, Any] = {"status_entered_on": self.ago(since)}
        if deal.status == DealStatus.LOST:
            values = {"next_approach_on": self.ahead(ahead), "hook": "組織変更のあと"}
        with ordinary():
            edit_deals([Edit(deal.pk, values, deal.version)])

    # What happens in the company.

    @precondition(lambda self: User.objects.active().count() > 4)
    @rule(n=which, heir=st.none() | which, roles=st.none() | st.sets(st.sampled_from([Role.IS, Role.FS])))
    def somebody_leaves_or_changes_sides(self, n, heir, roles) -> None:
        self.activity = None  # nobody leaves within the ten seconds in which it may be taken back
        successor = self.person(heir) if heir is not None else None
        if roles is None:
            self.act(deactivate_user, self.person(n), successor, by=None)
        else:
            self.act(set_roles, self.person(n), roles, by=None)

    @rule(role=st.sampled_from([Role.IS, Role.FS]))
    def somebody_joins(self, role) -> None:
        (person,) = create_people([User(name=f"new {role}")], by=None)
        add_roles([(person.pk, role)], by=None)

    @rule(n=which, cap=st.sampled_from([None, 0, 1, 20]), days_away=st.sampled_from([0, 1, 20]))
    def somebody_has_less_time(self, n, cap, days_away) -> None:
        person = self.person(n)
        set_caps(person, todo_cap=cap, deal_cap=None, by=None)
        Absence.objects.create(user=person, starts_on=self.today, ends_on=self.ahead(days_away))

    @rule(
        code=st.sampled_from(["R-14", "R-1M", "R-60"]), mode=st.sampled_from(["auto", "off"]), value=st.integers(1, 70)
    )
    def change_a_rule(self, code, mode, value) -> None:
        value = 1 if code == "R-1M" else value
        change_rule(rule=Rule.objects.get(code=code), changes={"mode": mode, "value": value}, by=None, as_of=self.today)

    @rule(days=st.sampled_from([-1, -20]))
    def the_clock_is_set_back(self, days) -> None:
        self.today += timedelta(days=days)

    @rule(days=st.sampled_from([1, 2, 14, 31, 60]), order=st.permutations([10, 20, 30]))
    def a_night_comes(self, days, order) -> None:
        self.today += timedelta(days=days)
        self.sweep_as_of(self.today, order)

    @rule(back=st.sampled_from([0, 0, 1, 15]), order=st.permutations([10, 20, 30]))
    def somebody_sweeps(self, back, order) -> None:
        self.sweep_as_of(self.ago(back), order)

    def sweep_as_of(self, as_of: date, order: list[int]) -> None:
        watermarks = self.watermarks()
        planned = self.what_is_planned(as_of)
        assert self.what_is_planned(as_of, order) == planned, "the order of the rules matters"
        first = sweep(as_of=as_of)
        assert (first["errors"], first["uncovered"], first["problems"]) == (0, 0, [])
        assert first["changes"] == len(planned)
        assert not coverage.uncovered(as_of).exists()
        assert first["cycles_open"] == self.by_kind(as_of)
        cycles = coverage.standing(as_of)
        states = Counter(coverage.with_state(cycles, as_of).values_list("state", flat=True))
        shown = leak_counts(as_of, as_of, load_calendar()).states
        assert +Counter(shown) == states, "the proof bar does not add up"
        assert sweep(as_of=as_of)["changes"] == 0, "a second sweep changes something"
        assert all(mark >= watermarks.get(code, mark) for code, mark in self.watermarks().items())


@pytest.mark.slow
@pytest.mark.django_db
def test_the_promise_holds_in_every_story():
    profile = settings(
        max_examples=STORIES,
        stateful_step_count=30,
        deadline=None,
        derandomize=STORIES <= 25,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(Company, settings=profile)
