"""Two writers on one deal: a person and the sweep, or two people. Nothing breaks, nobody's work is lost without a word.

The second writer is let loose between two statements of the first. DRILLS=1000 in the environment tries that many cases
of each scene.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities.actions import Completion, add_todos, complete_todos, log_call, move_todos, reassign_todos
from activities.actions.moving import TodoShift
from activities.models import Activity, Todo
from activities.states import CallOutcome
from deals.actions import Advance, Loss, OwnerChange, Win, advance, edit_deals, hand_over
from deals.models import Deal, LostReason
from deals.states import DealStatus
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
    reclassify_loss,
    reopen,
    return_to_is,
    win,
)
from followups.rules import sweep
from people.actions import add_roles, create_people
from people.models import User
from people.records import Edit
from people.states import Role
from tests.drills import stage
from tests.drills.pair import interleave
from tests.drills.swift import broken

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CASES = int(os.environ.get("DRILLS", "16"))
TODAY = date(2025, 7, 31)


@dataclass(frozen=True)
class Case:
    """One deal, its people and its to-dos, as both writers saw them before either wrote."""

    deal: Deal
    field: User
    inside: User
    todos: list[int]

    def loss(self, hook: str) -> Loss:
        reason = LostReason.objects.get(code="unreachable")
        return Loss(
            deal_id=self.deal.pk, reason_id=reason.pk, next_approach_on=TODAY + timedelta(days=90),
            approach_contact_text="部長", hook=hook,
        )  # fmt: skip


def do_lose(case: Case) -> object:
    return lose([case.loss("来期の予算")], by=case.field, as_of=TODAY)


def do_reclassify(case: Case) -> object:
    return reclassify_loss(case.loss("組織変更"), by=case.field, as_of=TODAY)


def do_return(case: Case) -> object:
    return return_to_is([Return(deal_id=case.deal.pk, reason="手一杯")], by=case.field, as_of=TODAY)


def do_reopen(case: Case) -> object:
    return reopen([Reopening(deal_id=case.deal.pk)], by=case.field, as_of=TODAY)


def do_close(case: Case) -> object:
    return close_cycle([Closing(case.deal.pk, "見込みなし")], by=case.field, as_of=TODAY)


def do_win(case: Case) -> object:
    return win([Win(case.deal.pk)], by=case.field, as_of=TODAY)


def do_advance(case: Case) -> object:
    return advance([Advance(case.deal.pk, DealStatus.QUOTED)], by=case.field, as_of=TODAY)


def do_exempt(case: Case) -> object:
    until = TODAY + timedelta(days=7)
    return exempt([Exemption(case.deal.pk, "先方の都合", until)], by=case.field, as_of=TODAY)


def do_edit(case: Case) -> object:
    return edit_deals([Edit(case.deal.pk, {"needs": "業務の自動化"}, case.deal.version)])


def do_hand_over(case: Case) -> object:
    change = OwnerChange(case.deal.pk, {"fs_owner": case.inside.pk, "is_owner": case.inside.pk})
    return hand_over([change], by=case.field, as_of=TODAY)


def do_talk(case: Case) -> object:
    call = Activity(deal_id=case.deal.pk, outcome=CallOutcome.CALLBACK, occurred_at=noon(TODAY))
    return log_call(call, by=case.field, as_of=TODAY)


def do_promise(case: Case) -> object:
    todo = Todo(deal_id=case.deal.pk, subject="見積送付", original_due_on=TODAY, contact_text="部長", is_promised=True)
    todo.assignee = case.inside
    return add_todos([todo], by=case.field, as_of=TODAY)


def do_complete(case: Case) -> object:
    return complete_todos([Completion(pk) for pk in case.todos], by=case.inside, as_of=TODAY)


def do_move(case: Case) -> object:
    shifts = [TodoShift(pk, TODAY + timedelta(days=5)) for pk in case.todos]
    return move_todos(shifts, by=case.inside, as_of=TODAY)


def do_leave_to_the_sweep(case: Case) -> object:
    return reassign_todos(case.todos, None, by=case.inside, as_of=TODAY)


def do_deactivate(case: Case) -> object:
    return deactivate_user(case.inside, case.field, by=None, as_of=TODAY)


def do_sweep(_case: Case) -> object:
    return sweep(as_of=TODAY)


Scene = Callable[[], Case]
Deed = Callable[[Case], object]
PEOPLE: tuple[Deed, ...] = (
    do_lose, do_reclassify, do_return, do_reopen, do_close, do_win, do_advance, do_exempt, do_edit, do_hand_over,
    do_talk, do_promise, do_complete, do_move, do_leave_to_the_sweep, do_deactivate,
)  # fmt: skip


def noon(day: date) -> object:
    return timezone.now().replace(year=day.year, month=day.month, day=day.day, hour=3)


def due() -> Case:
    """A live deal that the next sweep finds stagnant."""
    field, inside = User.objects.get(name="FS"), somebody_inside()
    contacted_on = TODAY - timedelta(days=60)
    deal = Deal(name="deal", status=DealStatus.ONGOING, created_on=contacted_on, last_contact_on=contacted_on)
    deal.fs_owner, deal.is_owner = field, inside
    create_deals([deal], by=None, as_of=TODAY)
    return seen(deal, inside)


def silent() -> Case:
    """A live deal that the next sweep returns, with an open to-do of the field."""
    case = due()
    Deal.objects.filter(pk=case.deal.pk).update(last_contact_on=None)
    Activity.objects.filter(deal=case.deal).delete()
    advance([Advance(case.deal.pk, DealStatus.CONTACTING, TODAY - timedelta(days=14))], by=None, as_of=TODAY)
    todo = Todo(deal=case.deal, subject="資料送付", original_due_on=TODAY, contact_text="部長", assignee=case.field)
    add_todos([todo], by=case.field, as_of=TODAY)
    return seen(case.deal, case.inside)


def stagnant() -> Case:
    """A live deal in a cycle, with its to-do."""
    case = due()
    sweep(as_of=TODAY)
    return seen(case.deal, case.inside)


def bare() -> Case:
    """A lost deal in a cycle whose to-do is done: the next sweep makes another."""
    case = due()
    lose([case.loss("来期の予算")], by=case.field, as_of=TODAY)
    complete_todos([Completion(pk) for pk in open_todos(case.deal)], by=None, as_of=TODAY)
    return seen(case.deal, case.inside)


def nobodys() -> Case:
    """A returned deal in a cycle whose to-do nobody has: the next sweep hands it out."""
    case = due()
    return_to_is([Return(deal_id=case.deal.pk, reason="手一杯")], by=case.field, as_of=TODAY)
    reassign_todos(open_todos(case.deal), None, by=None, as_of=TODAY)
    return seen(case.deal, case.inside)


SCENES: tuple[Scene, ...] = (due, silent, stagnant, bare, nobodys)


def somebody_inside() -> User:
    """A person of inside sales whom nothing but this case concerns, so that he may leave."""
    (person,) = create_people([User(name="IS")], by=None)
    add_roles([(person.pk, Role.IS)], by=None)
    return person


def seen(deal: Deal, inside: User) -> Case:
    fresh = Deal.objects.get(pk=deal.pk)
    return Case(fresh, User.objects.get(name="FS"), inside, open_todos(deal))


def open_todos(deal: Deal) -> list[int]:
    return list(Todo.objects.open().filter(deal=deal).order_by("pk").values_list("pk", flat=True))


def clash(scene: Scene, first: Deed, second: Deed, gap: int) -> bool:
    """Play one case to its end; whether somebody was refused."""
    case = scene()
    one, other = interleave(lambda: first(case), lambda: second(case), before=gap)
    story = (scene.__name__, first.__name__, second.__name__, gap)
    for writer in (one, other):
        assert (story, writer.was_refused or writer.error) in ((story, True), (story, None))
    assert (story, broken()) == (story, [])
    summary = sweep(as_of=TODAY)
    assert (story, summary["uncovered"], summary["problems"]) == (story, 0, [])
    assert (story, broken()) == (story, [])
    return one.was_refused or other.was_refused


@pytest.mark.parametrize("scene", SCENES)
def test_two_writers_on_one_deal_leave_nothing_that_contradicts_itself(scene):
    """Each person against the sweep or against somebody else, in chance's order and at chance's moment."""
    stage.found()
    chance = random.Random(scene.__name__)
    refused = 0
    for number in range(CASES):
        deeds = [PEOPLE[number % len(PEOPLE)], chance.choice([do_sweep, chance.choice(PEOPLE)])]
        chance.shuffle(deeds)
        refused += clash(scene, *deeds, gap=chance.randint(1, 30))

    print(f"{CASES} cases, in {refused} somebody was refused")
