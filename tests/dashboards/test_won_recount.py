"""Generated orders: channels and days to won, counted once by the reports and once deal by deal in plain Python."""

import statistics
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from dashboards.reports import Asked, answer
from deals.models import Deal, FollowUpCycle, LostReason
from tests.dashboards.rows import deal
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 7, 31)
days = st.sampled_from([0, 1, 20, 100, 179, 180, 181, 182, 200, 220, 300])

spells = st.tuples(st.sampled_from(["stagnant", "lost", "returned"]), days, st.booleans())
orders = st.fixed_dictionaries(
    {
        "created": days,
        "won": st.sampled_from([-1, 0, 1, 20, 100, 179, 180, 181, 200]),
        "spells": st.lists(spells, max_size=2),
        "revives": st.sampled_from([False, False, True]),  # the deal before it in the world
    }
)


LOSS: dict[str, Any] = {"next_approach_on": date(2025, 1, 1), "approach_contact_text": "山田", "hook": "予算の時期"}
ANSWERS: dict[str, dict[str, Any]] = {
    "stagnant": {"rule_code": "R-60", "rule_version": 1},
    "lost": LOSS,
    "returned": {"return_reason": "進捗なし", "next_approach_on": date(2025, 1, 1)},
}


def ago(count: int) -> date:
    return AS_OF - timedelta(days=count)


def build(world: list[dict[str, Any]]) -> None:
    LOSS["reason"] = LostReason.objects.get(code="competitor")
    before: Deal | None = None
    for n, one in enumerate(world):
        made = deal(f"商談{n}", ago(one["created"]), revived_from=before if one["revives"] else None)
        for number, (kind, ended, is_reopened) in enumerate(one["spells"], 1):
            FollowUpCycle.objects.create(
                deal=made, number=number, kind=kind, entered_on=ago(400), ended_on=ago(ended),
                end_type="reopened" if is_reopened else "closed_by_user", **ANSWERS[kind],
            )  # fmt: skip
        Deal.objects.filter(pk=made.pk).update(
            status="won", closed_on=ago(one["won"]), status_entered_on=ago(one["won"])
        )
        before = made


# The same questions, deal by deal


def last_reopening(deal_id: int, until: date) -> FollowUpCycle | None:
    found = [
        cycle for cycle in FollowUpCycle.objects.filter(deal=deal_id)
        if cycle.end_type == "reopened" and cycle.ended_on is not None and cycle.ended_on <= until
    ]  # fmt: skip
    return max(found, key=lambda cycle: cycle.number, default=None)


def told(one: Deal) -> tuple[str, date]:
    """Channel, and the day from which the days count."""
    assert one.closed_on is not None
    own = last_reopening(one.pk, one.closed_on)
    if own is not None and own.ended_on is not None:
        return own.kind, own.ended_on
    if one.revived_from_id is None:
        return "new", one.created_on
    old = last_reopening(one.revived_from_id, one.created_on)
    return old.kind if old else "lost", one.created_on


def recount() -> None:
    asked = Asked(as_of=AS_OF)
    won = [one for one in Deal.objects.filter(status="won") if one.closed_on is not None and one.closed_on <= AS_OF]
    channels = {one.pk: told(one)[0] for one in won}
    report = answer("won", asked)
    assert dict(report.rows.values_list("pk", "channel")) == channels

    waits: dict[str, list[int]] = {"new": [], "revived": []}
    errors = 0
    for one in won:
        channel, began = told(one)
        if began > ago(180):
            continue
        wait = (one.closed_on - began).days  # type: ignore[operator]
        errors += wait < 0
        if wait >= 0:
            waits["new" if channel == "new" else "revived"].append(wait)
    found = answer("days_to_won", asked)
    assert found.figures() == {name: spread(values) for name, values in waits.items()} | {"errors": errors}
    assert {name: found.part_rows(name).count() for name in waits} == {name: len(one) for name, one in waits.items()}


def spread(values: list[int]) -> dict[str, float | int | None]:
    q1, median, q3 = (None,) * 3
    if len(values) == 1:
        q1 = median = q3 = values[0]
    elif values:
        q1, median, q3 = statistics.quantiles(values, n=4, method="inclusive")
    return {"n": len(values), "median": median, "q1": q1, "q3": q3, "same_day": values.count(0)}


@worlds(40)
@given(world=st.lists(orders, max_size=6))
def test_every_order_agrees_with_a_count_deal_by_deal(world):
    with transaction.atomic():
        build(world)
        recount()
        transaction.set_rollback(True)
