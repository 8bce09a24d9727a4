"""Generated worlds, counted once by the reports and once row by row in plain Python."""

from datetime import date, timedelta
from typing import Any

import holidays
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from activities.models import Activity, Todo
from dashboards.pages import check
from dashboards.reports import Asked, answer
from deals.models import Deal, FollowUpCycle
from followups import coverage
from followups.leak_counts import LeakCounts, leak_counts
from followups.models import RuleExemption
from people.models import User
from people.states import Role
from people.working_days import load_calendar
from tests.dashboards.rows import call, lost, person, stagnant, todo
from tests.factories import ExemptionFactory
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)
TEAMS = ("東", "西", None)

# Days before (after: negative) AS_OF; dense around today and the grace.
ages = st.sampled_from([-1, 0, 1, 2, 3, 30])
dues = st.sampled_from([-30, -1, 0, 1, 2, 30])


@st.composite
def todos(draw: Any) -> dict[str, Any]:
    return {
        "due": draw(dues),
        "is_assigned": draw(st.booleans()),
        "origin": draw(st.sampled_from(["rule", "manual", "promise"])),
        "is_open": draw(st.booleans()),
    }


follow_ups = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["stagnant", "lost"]),
        "age": ages,
        "team": st.sampled_from(TEAMS),
        "todos": st.lists(todos(), max_size=2),
        "exempt_until": st.sampled_from([None, None, -1, 0, 1]),
        "calls": st.lists(st.tuples(ages, st.booleans()), max_size=2),
        "is_later": st.sampled_from([False, False, False, True]),
        "is_ended": st.sampled_from([False, False, False, True]),
    }
)


def build(world: list[dict[str, Any]]) -> None:
    staff = person("佐藤", Role.IS)
    field = person("田中", Role.FS)
    members = {name: person(f"{name}の人", team=name).team for name in TEAMS if name}
    for n, one in enumerate(world):
        enter(one, f"商談{n}", staff, field, members.get(one["team"]))


def enter(one: dict[str, Any], name: str, staff: User, field: User, team: Any) -> None:
    entered = AS_OF - timedelta(days=one["age"])
    if one["kind"] == "lost":
        cycle = lost(name, entered, entered + timedelta(days=90), team=team)
    else:
        cycle = stagnant(name, entered, team=team)
    rule_made = 0
    for planned in one["todos"]:
        # The database takes one open to-do made by a rule per cycle.
        origin = "manual" if planned["origin"] == "rule" and rule_made else planned["origin"]
        rule_made += origin == "rule"
        closing = {} if planned["is_open"] else {"status": "done", "closed_on": AS_OF}
        todo(
            cycle,
            AS_OF + timedelta(days=planned["due"]),
            staff if planned["is_assigned"] else None,
            origin=origin,
            is_promised=origin == "promise",
            **closing,
        )
    if one["exempt_until"] is not None:
        last = AS_OF + timedelta(days=one["exempt_until"])
        ExemptionFactory(deal=cycle.deal, cycle=cycle, starts_on=AS_OF - timedelta(days=5), expires_on=last, by=field)
    for age, is_inside in one["calls"]:
        call(staff if is_inside else field, AS_OF - timedelta(days=age), deal=cycle.deal)
    if one["is_later"]:
        Deal.objects.filter(pk=cycle.deal_id).update(last_contact_on=AS_OF + timedelta(days=1))
    if one["is_ended"]:
        FollowUpCycle.objects.filter(pk=cycle.pk).update(ended_on=max(AS_OF, entered), end_type="closed_by_user")


# The same questions, answered row by row


def is_standing(cycle: FollowUpCycle) -> bool:
    return cycle.ended_on is None and cycle.entered_on <= AS_OF and is_known(cycle.deal)


def is_known(deal: Deal) -> bool:
    days = (deal.created_on, deal.status_entered_on, deal.last_contact_on, deal.closed_on)
    return all(day is None or day <= AS_OF for day in days)


def open_todos(cycle: FollowUpCycle) -> list[Todo]:
    return [one for one in Todo.objects.filter(cycle=cycle) if one.status == "open"]


def is_exempt(cycle: FollowUpCycle) -> bool:
    return any(one.starts_on <= AS_OF <= one.expires_on for one in RuleExemption.objects.filter(cycle=cycle))


def state_of(cycle: FollowUpCycle) -> str:
    held = open_todos(cycle)
    if is_exempt(cycle):
        return "exempt"
    if not held:
        return "uncovered"
    if any(one.assignee_id is None for one in held):
        return "unassigned"
    return "overdue" if any(one.effective_due_on < AS_OF for one in held) else "in_hand"


def is_past_grace(cycle: FollowUpCycle) -> bool:
    """More than one business day has gone since it began."""
    days = (cycle.entered_on + timedelta(days=n) for n in range(1, (AS_OF - cycle.entered_on).days + 1))
    return sum(day.weekday() < 5 and day not in holidays.country_holidays("JP", years=day.year) for day in days) > 1


def is_touched(cycle: FollowUpCycle) -> bool:
    return any(
        cycle.entered_on <= one.occurred_on <= AS_OF and Role.IS in one.owner.roles
        for one in Activity.objects.filter(deal=cycle.deal, kind="call")
    )


def is_untouched(cycle: FollowUpCycle) -> bool:
    held = open_todos(cycle)
    is_planned = bool(held) and min(one.effective_due_on for one in held) >= AS_OF
    return is_past_grace(cycle) and not is_exempt(cycle) and not is_planned and not is_touched(cycle)


def ids(rows: Any) -> set[int]:
    return set(rows.values_list("pk", flat=True))


@worlds(40)
@given(world=st.lists(follow_ups, max_size=6))
def test_every_number_agrees_with_a_count_row_by_row(world):
    with transaction.atomic():
        build(world)
        recount()
        transaction.set_rollback(True)


def recount() -> None:
    standing = [cycle for cycle in FollowUpCycle.objects.select_related("deal__team") if is_standing(cycle)]
    asked = Asked(as_of=AS_OF)
    states = {state: {one.pk for one in standing if state_of(one) == state} for state in coverage.CoverageState.values}

    report = answer("coverage", asked)
    assert {state: ids(report.part_rows(state)) for state in states} == states
    assert coverage.cycles_open(AS_OF) == {
        kind: sum(one.kind == kind for one in standing) for kind in ("stagnant", "lost", "returned")
    }
    counts = leak_counts(AS_OF, asked.grace_cutoff, load_calendar(), also=check.Besides(asked))
    assert counts.states == {state: len(found) for state, found in states.items()}
    assert ids(coverage.uncovered(AS_OF)) == states["uncovered"]

    past_grace = {one.pk for one in standing if is_past_grace(one)}
    untouched = answer("untouched", asked)
    assert ids(answer("todo_leaks", asked).rows) == states["uncovered"] & past_grace
    assert ids(untouched.rows) == {one.pk for one in standing if is_untouched(one)}
    assert sum(counts.todo_leaks.values()) == len(states["uncovered"] & past_grace)
    assert (sum(counts.untouched.values()), counts.past_grace) == (untouched.total, len(past_grace))
    assert untouched.whole is not None and ids(untouched.whole) == past_grace
    others = [ids(untouched.part_rows(code)) for code in untouched.parts]
    assert sorted(pk for part in [ids(untouched.rows), *others] for pk in part) == sorted(one.pk for one in standing)

    late = [one for one in Todo.objects.select_related("deal") if one.status == "open" and one.effective_due_on < AS_OF]
    assert ids(answer("overdue", asked).rows) == {one.pk for one in late if is_known(one.deal)}
    recount_the_page(asked, counts, standing)


def recount_the_page(asked: Asked, counts: LeakCounts, standing: list[FollowUpCycle]) -> None:
    proof = check.proof(asked, counts)
    assert sum(part.count for part in proof.parts) == proof.open == len(standing)
    for tile in check.tiles(asked, counts):
        report = answer("coverage" if tile.name == "unassigned" else tile.name, asked)
        rows = report.part_rows("unassigned") if tile.name == "unassigned" else report.rows
        assert tile.value == rows.count()
    for name in ("coverage", "untouched", "todo_leaks"):
        report = answer(name, asked)
        assert sum(group["n"] for group in report.groups(["team"])) == report.total
        for group in report.groups(["team"]):
            narrowed = answer(name, Asked(as_of=AS_OF, where={"team": group["key"] or ""}))
            assert narrowed.total == group["n"]
