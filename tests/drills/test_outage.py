"""Nights without a sweep, and calendars that are wrong: one run as of today makes up for all that was missed (D12).

Each world is some hundred deals in every status and of every age, with promises and exemptions. DRILLS=50 in the
environment tries that many worlds.
"""

import os
import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction

from activities.actions import add_todos
from activities.models import Todo
from deals.models import Deal, FollowUpCycle, LostReason
from deals.states import OPEN_STATUSES, DealStatus
from followups.actions import Exemption, create_deals, exempt
from followups.digest import digests
from followups.models import Rule
from followups.rules import sweep
from people.models import User
from people.refusal import Refused
from tests.drills import stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WORLDS = range(int(os.environ.get("DRILLS", "1")))
MONDAY = date(2025, 7, 7)
DEALS = 300

Cycles = set[tuple[str, int, str, date, str]]


def day(count: int) -> date:
    return MONDAY + timedelta(days=count)


def build(seed: int) -> None:
    """Deals that become due before, during and after the outage, or never."""
    chance = random.Random(seed)
    stage.found()
    field = User.objects.get(name="FS")
    deals = [any_deal(chance, number, field) for number in range(DEALS)]
    create_deals(deals, by=None, as_of=MONDAY, cause="import:1")
    for deal in deals:
        if chance.random() < 0.2:
            promise(deal, chance.randint(-20, 60), field)
        if chance.random() < 0.2:
            leave_alone(deal, chance, field)


def any_deal(chance: random.Random, number: int, field: User) -> Deal:
    def some_day() -> date:
        return day(-chance.randint(-10, 70))

    status = chance.choice([*OPEN_STATUSES, *OPEN_STATUSES, *DealStatus])
    deal = Deal(name=f"deal {number}", status=status, created_on=some_day(), fs_owner=field)
    deal.last_contact_on = some_day() if chance.random() < 0.7 else None
    deal.last_response_on = deal.last_contact_on if chance.random() < 0.5 else None
    deal.out_of_target_reason = "競合" if status == DealStatus.OUT_OF_TARGET else ""
    if status == DealStatus.LOST:
        deal.lost_reason = LostReason.objects.get(code=chance.choice(["unreachable", "price"]))
        deal.next_approach_on = deal.created_on + timedelta(days=90)
        deal.approach_contact_text, deal.hook = "部長", "来期の予算"
    return deal


def promise(deal: Deal, ahead: int, field: User) -> None:
    todo = Todo(deal=deal, subject="見積送付", original_due_on=day(ahead), contact_text="担当者", is_promised=True)
    todo.assignee = field
    add_todos([todo], by=None, as_of=MONDAY)


def leave_alone(deal: Deal, chance: random.Random, by: User) -> None:
    code = chance.choice(["", "R-60", "R-14", "R-1M"])
    try:
        exempt([Exemption(deal.pk, "先方の都合", day(chance.randint(0, 30)), code)], by=by, as_of=MONDAY)
    except Refused:  # won or excluded
        return


def cycles_after(nights: Callable[[], object]) -> Cycles:
    """The cycles that these nights lead to; the nights are taken back."""
    with transaction.atomic():
        nights()
        found = FollowUpCycle.objects.values_list("deal__name", "number", "kind", "entered_on", "rule_code")
        cycles = set(found)
        transaction.set_rollback(True)
    return cycles


def sweep_each_day(last: int) -> None:
    for count in range(last + 1):
        sweep(as_of=day(count))


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("nights_missed", [1, 3, 10, 45])
def test_one_run_after_an_outage_does_what_the_missed_runs_would_have_done(world, nights_missed):
    build(world)
    sweep(as_of=day(0))

    night_by_night = cycles_after(lambda: sweep_each_day(nights_missed))
    at_once = cycles_after(lambda: sweep(as_of=day(nights_missed)))

    assert at_once == night_by_night


@pytest.mark.parametrize("world", WORLDS)
def test_a_first_run_enters_each_deal_on_the_day_on_which_it_was_due(world):
    build(world)

    assert cycles_after(lambda: sweep(as_of=day(45))) == cycles_after(lambda: sweep_each_day(45))


@pytest.mark.parametrize("world", WORLDS)
def test_a_clock_set_back_creates_and_deletes_nothing(world):
    build(world)
    sweep(as_of=day(20))
    before = digests()

    for days_back in (1, 5, 20, 0):
        assert sweep(as_of=day(20 - days_back))["changes"] == 0
    assert digests() == before


def test_an_earlier_day_never_lowers_the_watermark():
    stage.found()
    sweep(as_of=day(20))
    sweep(as_of=day(3))

    assert set(Rule.objects.values_list("swept_until", flat=True)) == {day(20)}
