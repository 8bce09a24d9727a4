"""One sales company as a story tells it: its people, its calendar, and what must be true on every page."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from activities.models import Activity, Todo
from activities.states import TodoStatus
from deals.actions import Loss
from deals.models import Deal, FollowUpCycle, LostReason
from deals.states import OPEN_STATUSES, CycleKind, DealStatus
from followups.actions import create_deals
from followups.models import Rule
from followups.rules import plan
from followups.rules.settings import change_rule
from people.actions import add_roles, create_people
from people.models import User
from people.refusal import Conflict, Refused
from people.states import Role
from tests.drills.swift import broken

A_DAY = date(2025, 7, 31)

which = st.integers(0, 5)  # of the people, deals or to-dos there are
ages = st.sampled_from([-3, 0, 1, 13, 14, 15, 30, 31, 59, 60, 61, 200])  # days ago
soon = st.sampled_from([1, 2, 30, 400, 0, -1, -10])  # days ahead


@dataclass(frozen=True)
class Imported:
    """A deal as another system knows it; its days as ages on the day it comes in."""

    status: str
    since: int
    contact: int | None
    response: int | None
    in_scope: bool
    owner: int


imported_deals = st.builds(
    Imported,
    status=st.sampled_from([*OPEN_STATUSES, *OPEN_STATUSES, *DealStatus]).map(str),
    since=ages,
    contact=st.none() | ages,
    response=st.none() | ages,
    in_scope=st.booleans(),
    owner=which,
)


class Story(RuleBasedStateMachine):
    """Each story begins with the same people on the same day and a few deals, and is taken back at its end."""

    has_begun = False

    @initialize(deals=st.lists(imported_deals, min_size=2, max_size=6))
    def found(self, deals: list[Imported]) -> None:
        self.story = transaction.atomic()
        self.story.__enter__()
        self.has_begun = True
        self.today = A_DAY
        names = ("FS", "FS 2", "IS", "IS 2", "IS+FS", "admin")
        people = create_people([User(name=name) for name in names], by=None)
        roles = (Role.FS, Role.FS, Role.IS, Role.IS, Role.IS, Role.OPS_ADMIN)
        grants = [(person.pk, role) for person, role in zip(people, roles, strict=True)]
        add_roles([*grants, (people[4].pk, Role.FS)], by=None)
        for row in Rule.objects.all():
            change_rule(rule=row, changes={"mode": "auto"}, by=None, as_of=A_DAY)
        self.todos: dict[int, str] = {}
        self.activity: Activity | None = None
        for deal in deals:
            self.bring_in(deal)
        self.look_around()

    def bring_in(self, known: Imported) -> None:
        deal = Deal(name="deal", status=known.status, created_on=self.ago(known.since))
        deal.last_contact_on, deal.last_response_on = self.ago(known.contact), self.ago(known.response)
        deal.fs_owner = self.person(known.owner)
        deal.is_owner = self.person(known.owner + 1) if known.owner % 2 else None
        deal.out_of_target_reason = "競合" if known.status == DealStatus.OUT_OF_TARGET else ""
        if known.status == DealStatus.LOST:
            deal.lost_reason = self.reason(known.in_scope)
            deal.next_approach_on = deal.created_on + timedelta(days=90)
            deal.approach_contact_text, deal.hook = "部長", "来期の予算"
        self.act(create_deals, [deal], cause="import:1", by=None)

    def teardown(self) -> None:
        if self.has_begun:
            connection.check_constraints()
            transaction.set_rollback(True)
            self.story.__exit__(None, None, None)

    @invariant()
    def nothing_contradicts_itself(self) -> None:
        if self.has_begun:
            assert not (found := broken()), found

    @invariant()
    def no_todo_is_ever_deleted(self) -> None:
        if self.has_begun:
            before = self.todos.keys()
            self.look_around()
            assert before <= self.todos.keys()

    def look_around(self) -> None:
        self.todos = dict(Todo.objects.order_by("pk").values_list("pk", "status"))
        self.deals = dict(Deal.objects.order_by("pk").values_list("pk", "status"))
        self.followed = list(FollowUpCycle.objects.open().order_by("pk").values_list("deal", flat=True))

    @property
    def open_todos(self) -> list[int]:
        return [pk for pk, status in self.todos.items() if status == TodoStatus.OPEN]

    def among(self, *statuses: str) -> list[int]:
        return [pk for pk, status in self.deals.items() if status in statuses]

    def act(self, verb: Callable[..., Any], *subjects: Any, **rest: Any) -> None:
        with ordinary():
            verb(*subjects, as_of=self.today, **rest)

    def ago(self, days: int | None) -> date | None:
        return None if days is None else self.today - timedelta(days=days)

    def ahead(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def person(self, n: int) -> User:
        people = list(User.objects.active().order_by("pk"))
        return people[n % len(people)]

    def deal(self, n: int, *statuses: str) -> int:
        """One of the deals in these statuses, else of all."""
        deals = self.among(*statuses) if statuses else list(self.deals)
        return deals[n % len(deals)]

    def a_todo(self, n: int) -> list[int]:
        return [self.open_todos[n % len(self.open_todos)]] if self.open_todos else []

    def reason(self, in_scope: bool) -> LostReason:
        return LostReason.objects.get(code="unreachable" if in_scope else "price")

    def loss(self, deal_id: int, in_scope: bool, ahead: int, closed_on: date | None = None) -> Loss:
        return Loss(
            deal_id=deal_id, reason_id=self.reason(in_scope).pk, next_approach_on=self.ahead(ahead),
            approach_contact_text="部長", hook="来期の予算", closed_on=closed_on,
        )  # fmt: skip

    def contact(self, deal_id: int, kind: str, on: date) -> Activity:
        moment = timezone.make_aware(datetime.combine(on, time(12)))
        return Activity(kind=kind, deal_id=deal_id, occurred_at=moment)

    def watermarks(self) -> dict[str, date]:
        return dict(Rule.objects.filter(swept_until__isnull=False).values_list("code", "swept_until"))

    def by_kind(self, as_of: date) -> dict[str, int]:
        kinds = Counter(FollowUpCycle.objects.open_on(as_of).values_list("kind", flat=True))
        return {kind: kinds[kind] for kind in CycleKind.values}

    def what_is_planned(self, as_of: date, priorities: list[int] | None = None) -> set[tuple[Any, ...]]:
        with transaction.atomic():
            for code, priority in zip(("R-14", "R-1M", "R-60"), priorities or (), strict=False):
                Rule.objects.filter(code=code).update(priority=priority)
            with connection.execute_wrapper(refuse_to_write):
                made = plan(as_of)
            transaction.set_rollback(True)
        return {
            (
                type(step).__name__,
                step.deal_id,
                step.rule_label,
                step.original_on,
                step.assignee_id,
                *step.placement.dates,
            )
            for step in made.steps
            if step in made.openings or step in made.coverings or step in made.handings
        }


@contextmanager
def ordinary() -> Iterator[None]:
    """That a verb refuses is no failure."""
    with suppress(Refused, Conflict):
        yield


def refuse_to_write(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    assert sql.startswith("SELECT"), f"plan() writes: {sql}"
    return execute(sql, *rest)
