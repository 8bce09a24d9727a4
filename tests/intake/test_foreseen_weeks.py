"""What a dry run says of the coming weeks is what the first run of the rules then brings."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import Todo
from followups.models import Rule
from followups.rules import sweep
from intake.models import ImportBatch
from people.models import User
from tests.factories import DealFactory, TodoFactory, UserFactory
from tests.intake.page_desk import PageDesk

pytestmark = pytest.mark.django_db

HEADER = "商談 ID,取引先名,商談名,フェーズ,IS担当,失注理由,最終活動日,作成日,完了予定日"


@pytest.fixture
def desk(client: Client) -> PageDesk:
    client.force_login(UserFactory(admin=True))
    return PageDesk(client)


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def export(today: date, inside: str = "") -> tuple[str, bytes]:
    """Twelve stagnant deals, nine losses of the last months, and three that need nothing; a third has an IS owner."""
    rows = [HEADER]
    for n in range(24):
        phase, why = ("提案", "") if n < 12 else ("失注", "競合") if n < 21 else ("提案", "")
        touched = today - timedelta(days=5 if n >= 21 else 70 + 3 * n)
        owner = inside if n % 3 == 0 else ""
        made = today - timedelta(days=300)
        rows.append(f"D{n},青葉{n},勤怠{n},{phase},{owner},{why},{touched},{made},{touched}")
    return "商談.csv", "\n".join(rows).encode()


def tried(desk: PageDesk, file: tuple[str, bytes]) -> ImportBatch:
    [upload] = desk.upload(file)
    batch = desk.try_out(upload)
    assert batch is not None
    return batch


def foreseen(desk: PageDesk, file: tuple[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = tried(desk, file).summary["forecast"]
    return found


def by_week(days: list[date]) -> dict[str, int]:
    return {str(week): n for week, n in Counter(day - timedelta(days=day.weekday()) for day in days).items()}


@pytest.mark.parametrize("inside", ["", "新人 花子"], ids=["no owner in the file", "an owner whom the import makes"])
def test_the_weeks_of_a_dry_run_are_those_of_the_first_run(desk: PageDesk, today: date, inside: str) -> None:
    UserFactory(inside=True, todo_cap=1)
    weeks = foreseen(desk, export(today, inside))["weeks"]

    desk.import_(export(today, inside))
    Rule.objects.update(mode="auto")
    sweep(as_of=today)

    days = list(Todo.objects.values_list("effective_due_on", flat=True))
    assert len(days) == 21
    assert {week["from"]: week["added"] for week in weeks if week["added"]} == by_week(days)
    assert inside or len(weeks) > 1


def test_a_week_tells_what_is_there_already_and_what_the_caps_allow(desk: PageDesk, today: date) -> None:
    sato = UserFactory(inside=True, todo_cap=3)
    TodoFactory(deal=DealFactory(), assignee=sato, original_due_on=today)
    batch = tried(desk, export(today))
    weeks = batch.summary["forecast"]["weeks"]

    assert sum(week["before"] for week in weeks) == 1
    assert {week["room"] % 3 for week in weeks} == {0} and max(week["room"] for week in weeks) <= 15
    assert "週ごとのToDo" in desk.client.get(reverse("intake:run", args=[batch.pk])).content.decode()


def test_with_nobody_inside_everything_is_due_and_no_cap_allows_any(desk: PageDesk, today: date) -> None:
    assert not User.objects.filter(role_grants__role="IS").exists()
    weeks = foreseen(desk, export(today))["weeks"]

    assert sum(week["added"] for week in weeks) == 21
    assert {week["room"] for week in weeks} == {0}


def test_what_lies_beyond_eight_weeks_is_one_figure(desk: PageDesk, today: date) -> None:
    lines = [HEADER, f"D1,青葉,勤怠,失注,,競合,{today},{today - timedelta(days=9)},{today}"]
    found = foreseen(desk, ("商談.csv", "\n".join(lines).encode()))

    assert (sum(week["added"] for week in found["weeks"]), found["after_weeks"]) == (0, 1)


def test_a_file_without_follow_ups_foresees_no_weeks(desk: PageDesk, today: date) -> None:
    found = foreseen(desk, ("商談.csv", f"{HEADER}\nD1,青葉,勤怠,提案,,,{today},{today},{today}".encode()))

    assert (found["weeks"], found["after_weeks"]) == ([], 0)
