"""Rows built underneath the actions: states that no action could bring about (D32)."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from activities.models import Activity, Todo
from activities.states import ActivityKind, CallOutcome, TodoOrigin
from deals.models import Deal, FollowUpCycle, LostReason
from deals.states import CycleKind, DealStatus
from people.models import RoleGrant, Team, User
from people.states import Role

TOKYO = ZoneInfo("Asia/Tokyo")


def person(name: str, *roles: Role, team: str = "", **fields: Any) -> User:
    if team:
        fields["team"] = Team.objects.filter(name=team).first() or Team.objects.create(name=team)
    user = User(name=name, **fields)
    user.set_unusable_password()
    user.save()
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role) for role in roles])
    return user


def deal(name: str, created_on: date, status: str = DealStatus.ONGOING, **fields: Any) -> Deal:
    return Deal.objects.create(
        name=name, status=status, **{"created_on": created_on, "status_entered_on": created_on} | fields
    )


def stagnant(name: str, entered_on: date, **fields: Any) -> FollowUpCycle:
    """A live deal in a stagnant cycle; team and the like go to the deal."""
    followed = deal(name, date(2025, 1, 6), is_followed=True, **fields)
    return FollowUpCycle.objects.create(
        deal=followed, number=1, kind=CycleKind.STAGNANT, entered_on=entered_on, rule_code="R-60", rule_version=1
    )


def lost(name: str, lost_on: date, next_approach_on: date, reason: str = "competitor", **fields: Any) -> FollowUpCycle:
    """A deal lost on that day, with its answers, in its cycle."""
    answers: dict[str, Any] = {
        "next_approach_on": next_approach_on,
        "approach_contact_text": "山田",
        "hook": "予算の時期",
    }
    why = LostReason.objects.get(code=reason)
    loss = {"closed_on": lost_on, "lost_reason": why, "lost_in_scope": True, "is_followed": True}
    dates = {"status_entered_on": lost_on}
    followed = deal(name, date(2025, 1, 6), DealStatus.LOST, **answers, **loss, **dates, **fields)
    return FollowUpCycle.objects.create(
        deal=followed, number=1, kind=CycleKind.LOST, entered_on=lost_on, reason=why, **answers
    )


def todo(cycle: FollowUpCycle, due_on: date, assignee: User | None = None, **fields: Any) -> Todo:
    """The rule-made to-do of a cycle, due and effective on that day, unless fields say otherwise."""
    dates = ("original_due_on", "due_on", "effective_due_on", "committed_due_on")
    step = cycle.todos.count() + 1
    made = {"origin": TodoOrigin.RULE, "rule_code": cycle.rule_code or "R-LOST", "rule_version": 1, "step": step}
    if fields.get("origin", TodoOrigin.RULE) != TodoOrigin.RULE:
        made = {}
    values = dict.fromkeys(dates, due_on) | {"created_on": cycle.entered_on} | made | fields
    row = Todo.objects.create(subject="掘り起こし", deal=cycle.deal, cycle=cycle, assignee=assignee, **values)
    cycle.has_open_todo = Todo.objects.open().filter(cycle=cycle).exists()
    cycle.save(update_fields=["has_open_todo"])
    return row


def call(owner: User, on: date, outcome: str = CallOutcome.NOT_CONNECTED, **fields: Any) -> Activity:
    """A completed call; the clock of its deal knows of it (D24)."""
    at = datetime.combine(on, time(10), TOKYO)
    if subject := fields.get("deal"):
        subject.last_contact_on = max(on, subject.last_contact_on or on)
        subject.save()
    return Activity.objects.create(kind=ActivityKind.CALL, outcome=outcome, owner=owner, occurred_at=at, **fields)
