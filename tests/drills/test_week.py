"""A week at work, from Monday to Friday: each morning nothing has leaked, and every number of the page is true.

Three of inside sales and two of field sales work by their pages; deals are lost and handed back, somebody goes on
leave and somebody leaves the company. With a guard off, the same week leaks: the page would say so.
"""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from activities.models import Activity, Todo
from dashboards.reports import Asked, answer
from deals.models import Deal, FollowUpCycle
from followups.digest import digests
from followups.invariants import violations
from followups.states import CoverageState
from tests.drills.recount import Books
from tests.drills.week import CALLS_A_DAY, DAYS, MORNING, Person, Week, at

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def week() -> Week:
    return Week()


def shown(manager: Person, day: date) -> dict[str, int]:
    """Every number that the page shows the manager at six, by what it is called there."""
    with at(day, MORNING):
        page = manager.open(reverse("dashboards:check"))
    proof, overdue = page.context["proof"], answer("overdue", Asked(as_of=day)).figures()
    assert ("抜け漏れ 0件" in page.content.decode()) == (proof.leaks == 0)
    parts = {part.code: part.count for part in proof.parts}
    assert set(parts) == set(CoverageState.values) and sum(parts.values()) == proof.open
    tiles = {tile.name: tile.value for tile in page.context["tiles"]}
    assert (tiles.pop("unassigned"), tiles.pop("overdue")) == (parts["unassigned"], sum(overdue.values()))
    for name in ("stale_leads", "over_cap"):
        assert tiles.pop(name) == answer(name, Asked(as_of=day)).total
    return {
        "stagnant": proof.stagnant, "lost": proof.lost, "returned": proof.returned, **parts, "leaks": proof.leaks,
        **tiles, "overdue to-dos": sum(overdue.values()), "late promised": overdue["promised"],
        "late rule": overdue["rule"], "late manual": overdue["manual"],
    }  # fmt: skip


def test_nothing_leaks_in_a_week_of_work(week: Week) -> None:
    for day in DAYS:
        assert week.sweep(day)["problems"] == []
        numbers = shown(week.manager, day)
        assert numbers["leaks"] == numbers["todo_leaks"] == 0
        assert numbers == Books(day).numbers()
        assert violations() == []
        changes_nothing(week, day)
        week.work(day)
        assert violations() == []
        assert numbers != shown(week.manager, day), "nobody has worked"
    all_happened(week)


def changes_nothing(week: Week, day: date) -> None:
    before = digests()
    assert week.sweep(day)["changes"] == 0
    assert digests() == before


def all_happened(week: Week) -> None:
    """The story was told to its end, and none of it was lost."""
    assert Deal.objects.filter(lost_reason__code="competitor", status="lost", is_followed=True).count() == 2
    assert Deal.objects.filter(status="returned_to_is", fs_owner=week.field["加藤"].user).exists()
    calls = Activity.objects.filter(kind="call", owner__in=[person.user for person in week.inside.values()])
    assert calls.count() >= CALLS_A_DAY * 9, "of the twelve days that the three were at work"
    assert set(calls.values_list("outcome", flat=True)) == {
        "not_connected", "callback", "declined", "appointment", "out_of_target_person",
    }  # fmt: skip
    leaver, away = week.inside["高橋"].user, week.inside["鈴木"].user
    assert week.held_by_leaver.cycle_todos > 0
    leaver.refresh_from_db()
    assert not leaver.is_active
    assert not Todo.objects.open().filter(assignee=leaver).exists()
    assert not FollowUpCycle.objects.open().filter(is_owner=leaver).exists()
    given = Todo.objects.rule_made().filter(created_on__gt=DAYS[2], assignee=away)
    assert not given.filter(effective_due_on__range=week.leave).exists(), "work was planned for days of leave"


def leaks_of(week: Week, *, with_sweep: bool = True) -> list[int]:
    """抜け漏れ on the first mornings of the same week."""
    found = []
    for day in DAYS[:3]:
        if with_sweep:
            week.sweep(day)
        numbers = shown(week.manager, day)
        assert numbers == Books(day).numbers()
        found.append(numbers["leaks"])
        week.work(day)
    return found


def test_the_same_week_without_a_sweep_leaks_and_the_page_says_so(week: Week) -> None:
    assert min(leaks_of(week, with_sweep=False)) > 0


def test_the_same_week_leaks_where_the_sweep_covers_nothing(week: Week, monkeypatch: Any) -> None:
    monkeypatch.setattr(import_module("followups.rules.plan"), "find_coverings", lambda *_args: iter(()))
    assert max(leaks_of(week)) > 0


def test_two_tellings_of_the_same_days_end_alike() -> None:
    assert told() == told()


def told() -> dict[str, str]:
    """What is written down on Wednesday evening; the days themselves are taken back."""
    with transaction.atomic():
        week = Week()
        for day in DAYS[:3]:
            week.sweep(day)
            week.work(day)
        written = digests()
        transaction.set_rollback(True)
    return written
