"""Generated follow-ups and to-dos: the month's approaches and what became of the to-dos, counted row by row."""

from datetime import date, timedelta
from typing import Any

import holidays
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from activities.models import Todo
from dashboards.reports import Asked, answer
from deals.models import Deal, FollowUpCycle
from people.states import Role
from tests.dashboards.rows import lost, person, stagnant, todo
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 22)  # a Tuesday after Marine Day
FIRST, LAST = date(2025, 7, 1), date(2025, 7, 31)
days = st.sampled_from([-40, -22, -21, -20, -5, -4, -3, -2, -1, 0, 1, 9, 10, 30])
closings = st.sampled_from([-40, -22, -21, -20, -1, 0, 1])

todos = st.fixed_dictionaries(
    {
        "due": days,
        "origin": st.sampled_from(["rule", "rule", "manual"]),
        "status": st.sampled_from(["open", "open", "done", "done", "cancelled", "superseded"]),
        "closed": closings,
    }
)
follow_ups = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["lost", "stagnant"]),
        "approach": st.one_of(st.none(), days),
        "todos": st.lists(todos, max_size=3),
        "is_later": st.sampled_from([False, False, False, True]),
        "is_ended": st.sampled_from([False, False, False, True]),
    }
)


def build(world: list[dict[str, Any]]) -> None:
    staff = person("佐藤", Role.IS)
    for n, one in enumerate(world):
        enter(one, f"商談{n}", staff)


def enter(one: dict[str, Any], name: str, staff: Any) -> None:
    entered = AS_OF - timedelta(days=60)
    if one["kind"] == "lost":
        cycle = lost(name, entered, AS_OF + timedelta(days=one["approach"] or 0))
    else:
        cycle = stagnant(name, entered)
        if one["approach"] is not None:
            Deal.objects.filter(pk=cycle.deal_id).update(next_approach_on=AS_OF + timedelta(days=one["approach"]))
    is_open = False
    for planned in one["todos"]:
        # The database takes one open to-do made by a rule per cycle.
        stays = planned["status"] == "open" and not (planned["origin"] == "rule" and is_open)
        is_open |= stays and planned["origin"] == "rule"
        closing = {} if stays else {"status": _closed(planned), "closed_on": AS_OF + timedelta(days=planned["closed"])}
        if closing.get("status") == "cancelled":
            closing["cancel_reason"] = "customer"
        todo(cycle, AS_OF + timedelta(days=planned["due"]), staff, origin=planned["origin"], **closing)
    if one["is_later"]:
        Deal.objects.filter(pk=cycle.deal_id).update(last_contact_on=AS_OF + timedelta(days=1))
    if one["is_ended"]:
        FollowUpCycle.objects.filter(pk=cycle.pk).update(ended_on=AS_OF, end_type="closed_by_user")


def _closed(planned: dict[str, Any]) -> str:
    return "done" if planned["status"] == "open" else str(planned["status"])


# The same questions, row by row


def is_known(deal: Deal) -> bool:
    found = (deal.created_on, deal.status_entered_on, deal.last_contact_on, deal.closed_on)
    return all(day is None or day <= AS_OF for day in found)


def has_passed(day: date) -> bool:
    """Whether the first business day from that day on lies before the day asked for."""
    while day.weekday() >= 5 or day in holidays.country_holidays("JP", years=day.year):
        day += timedelta(days=1)
    return day < AS_OF


def recount_approaches() -> None:
    found: dict[str, set[int]] = {"made": set(), "late": set(), "left": set(), "carried": set()}
    for cycle in FollowUpCycle.objects.select_related("deal"):
        on = cycle.deal.next_approach_on
        if on is None or cycle.ended_on is not None or not is_known(cycle.deal):
            continue
        made = any(one.status == "done" and one.origin == "rule" for one in Todo.objects.filter(cycle=cycle))
        if FIRST <= on <= LAST:
            found["made" if made else "late" if has_passed(on) else "left"].add(cycle.pk)
        elif on < FIRST and not made:
            found["carried"].add(cycle.pk)
    report = answer("due_approaches", Asked(as_of=AS_OF))
    assert {code: ids(report.part_rows(code)) for code in found} == found
    assert report.total == sum(len(found[code]) for code in ("made", "late", "left"))
    assert report.figures() == {"carried_over": len(found["carried"])}


def recount_todos() -> None:
    came: dict[str, set[int]] = {"due": set(), "carried": set()}
    became: dict[str, set[int]] = {"done": set(), "late": set(), "ahead": set(), "cancelled": set()}
    for one in Todo.objects.select_related("deal"):
        if one.deal is not None and not is_known(one.deal):
            continue
        was_open = one.status == "open" or (one.closed_on is not None and one.closed_on >= FIRST)
        if FIRST <= one.effective_due_on <= LAST:
            came["due"].add(one.pk)
        elif one.effective_due_on < FIRST and was_open:
            came["carried"].add(one.pk)
        else:
            continue
        if one.status != "open" and one.closed_on is not None and one.closed_on <= AS_OF:
            became["done" if one.status == "done" else "cancelled"].add(one.pk)
        else:
            became["late" if one.effective_due_on < AS_OF else "ahead"].add(one.pk)
    report = answer("todo_status", Asked(as_of=AS_OF))
    assert {code: ids(report.part_rows(code)) for code in (*came, *became)} == came | became
    assert report.figures() == {code: len(rows) for code, rows in (came | became).items()}
    for by in ("user", "team", "origin", "kind", "week", "day"):
        assert sum(group["n"] for group in report.groups([by])) == report.total


def ids(rows: Any) -> set[int]:
    return set(rows.values_list("pk", flat=True))


@worlds(40)
@given(world=st.lists(follow_ups, max_size=5))
def test_every_number_agrees_with_a_count_row_by_row(world):
    with transaction.atomic():
        build(world)
        recount_approaches()
        recount_todos()
        transaction.set_rollback(True)
