"""Generated work around a window: expected volume, ratio and limit, counted once more person by person."""

from collections import Counter
from datetime import date, timedelta
from math import sqrt
from typing import Any

import holidays
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from activities.models import Activity
from dashboards.reports import Asked, answer
from people.models import Absence, User
from people.states import Role
from tests.dashboards.rows import person
from tests.factories import at_noon
from tests.worlds import worlds

pytestmark = pytest.mark.django_db

FIRST, LAST, AS_OF = date(2020, 9, 23), date(2020, 9, 25), date(2020, 9, 30)
# Around the window, its baseline (8/24 to 9/22) and the week before (9/14 to 9/18); two days off between.
on_days = st.integers(-32, 3).map(lambda n: FIRST + timedelta(days=n))
loads = st.tuples(on_days, st.sampled_from([1, 3, 20, 60]))
people = st.fixed_dictionaries(
    {
        "role": st.sampled_from([Role.IS, Role.IS, Role.FS]),
        "is_active": st.sampled_from([True, True, True, False]),
        "work": st.lists(loads, max_size=4),
        "mails": st.lists(on_days, max_size=1),
        "away": st.lists(st.tuples(on_days, st.integers(0, 4)), max_size=1),
    }
)


def build(world: list[dict[str, Any]]) -> None:
    made = []
    for n, one in enumerate(world):
        owner = person(f"人{n}", one["role"], is_active=one["is_active"])
        for day, count in one["work"]:
            made += [_act(owner, day, "call", "not_connected") for _n in range(count)]
        made += [_act(owner, day, "email", None) for day in one["mails"]]
        for day, length in one["away"]:
            Absence.objects.create(user=owner, starts_on=day, ends_on=day + timedelta(days=length))
    Activity.objects.bulk_create(made)


def _act(owner: User, day: date, kind: str, outcome: str | None) -> Activity:
    return Activity(owner=owner, kind=kind, outcome=outcome, occurred_at=at_noon(day), occurred_on=day)


# The same question, person by person


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays.country_holidays("JP", years=day.year)


def recount() -> None:
    before = [day for n in range(60, 0, -1) if works(day := FIRST - timedelta(days=n))][-20:]
    window = [day for n in range(3) if works(day := FIRST + timedelta(days=n))]
    found = answer("stock_flow", Asked(as_of=AS_OF, first_on=FIRST, last_on=LAST)).figures()
    expected = counted = 0.0
    shown = found["people"]
    for owner in User.objects.all():
        done = Counter(one.occurred_on for one in Activity.objects.filter(owner=owner))
        volume = sum(n for day, n in done.items() if FIRST <= day <= LAST)
        baseline = sum(n for day, n in done.items() if before[0] <= day < FIRST)
        away = list(Absence.objects.filter(user=owner))
        held, base_days = (
            sum(owner.is_active and not any(one.starts_on <= day <= one.ends_on for one in away) for day in span)
            for span in (window, before)
        )
        if not volume and not baseline and Role.IS not in owner.roles:
            assert owner.name not in shown
            continue
        if not volume and not baseline and not owner.is_active:
            continue
        his = baseline * held / base_days if base_days else 0.0
        line = shown[owner.name]
        assert (line["volume"], line["baseline_volume"]) == (volume, baseline)
        assert (line["working_days"], line["baseline_working_days"]) == (held, base_days)
        assert line["expected"] == round(his, 1)
        assert line["limit"] == limit(his)
        assert line["ratio"] == (round(volume / his, 3) if his else None)
        assert line["verdict"] == verdict(held, his, volume)
        expected += his
        counted += volume if his else 0
    # The order in which the people are added up moves the last binary digit, so a rounded half may fall either way.
    assert found["expected"] == pytest.approx(expected, abs=0.0501)
    assert found["ratio"] == (pytest.approx(counted / expected, abs=0.000501) if expected else None)
    assert found["limit"] == (None if limit(expected) is None else pytest.approx(limit(expected), abs=0.001))


def limit(expected: float) -> float | None:
    return None if expected < 30 else round(1 - max(0.1, 1.645 / sqrt(expected)), 3)


def verdict(held: int, expected: float, volume: int) -> str:
    if not held:
        return "away"
    if expected < 30:
        return "open"
    return "flow" if volume / expected < 1 - max(0.1, 1.645 / sqrt(expected)) else "stock"


@worlds(40)
@given(world=st.lists(people, min_size=1, max_size=3))
def test_every_line_agrees_with_a_count_person_by_person(world):
    with transaction.atomic():
        build(world)
        recount()
        transaction.set_rollback(True)
