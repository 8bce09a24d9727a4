"""When a rule matches: the day before, the day, the day after; month ends; clocks that are NULL (E.6)."""

from datetime import date, timedelta

import pytest

from deals.models import Deal, FollowUpCycle
from followups.rules import plan, sweep
from people.business_days import add_months, latest_day_due_by
from tests.followups.scenes import TODAY, ago, live_deal, lost_deal, rules_in_auto, todo_of

pytestmark = [pytest.mark.django_db, pytest.mark.golden]


@pytest.fixture(autouse=True)
def auto() -> None:
    rules_in_auto()


def is_matched(deal: Deal, as_of: date = TODAY) -> bool:
    return deal.pk in {opening.deal_id for opening in plan(as_of).openings}


@pytest.mark.parametrize(("days", "expected"), [(59, False), (60, True), (61, True)])
@pytest.mark.parametrize("status", ["not_started", "appointment", "ongoing", "quoted"])
def test_a_deal_is_stagnant_from_the_sixtieth_day_without_contact(status: str, days: int, expected: bool) -> None:
    assert is_matched(live_deal(status, last_contact_on=ago(days))) is expected


@pytest.mark.parametrize(("contacted", "expected"), [(date(2025, 6, 1), True), (date(2025, 6, 2), False)])
def test_june_the_first_is_sixty_days_before_july_the_thirty_first(contacted: date, expected: bool) -> None:
    assert is_matched(live_deal(last_contact_on=contacted)) is expected


@pytest.mark.parametrize(("days", "expected"), [(13, False), (14, True), (15, True)])
def test_a_contacting_deal_goes_back_on_the_fourteenth_day_without_a_response(days: int, expected: bool) -> None:
    # Our own attempts do not count: the last contact is today.
    assert is_matched(live_deal("contacting", last_contact_on=TODAY, last_response_on=ago(days))) is expected


@pytest.mark.parametrize(("entered", "expected"), [(date(2025, 6, 30), True), (date(2025, 7, 1), False)])
def test_a_first_visit_goes_back_after_a_calendar_month(entered: date, expected: bool) -> None:
    assert is_matched(live_deal("first_visit", entered, last_contact_on=TODAY)) is expected


@pytest.mark.parametrize(
    ("entered", "first_day"),
    [
        (date(2025, 1, 31), date(2025, 2, 28)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2025, 1, 28), date(2025, 2, 28)),
        (date(2025, 5, 31), date(2025, 6, 30)),
        (date(2025, 6, 30), date(2025, 7, 30)),
    ],
)
def test_a_month_is_clipped_at_the_month_end(entered: date, first_day: date) -> None:
    deal = live_deal("first_visit", entered, first_visit_on=entered, last_contact_on=entered)

    assert not is_matched(deal, first_day - timedelta(days=1))
    assert is_matched(deal, first_day)


def test_the_cut_off_of_a_month_agrees_with_counting_day_by_day() -> None:
    for offset in range(800):
        as_of = date(2023, 12, 1) + timedelta(days=offset)
        newest = max(day for back in range(25, 40) if add_months(day := as_of - timedelta(days=back), 1) <= as_of)
        assert latest_day_due_by(as_of, 1, "month") == newest


@pytest.mark.parametrize(("days", "expected"), [(59, False), (60, True)])
def test_without_any_contact_the_clock_runs_from_the_day_the_status_was_entered(days: int, expected: bool) -> None:
    assert is_matched(live_deal("quoted", ago(days), created_on=ago(300))) is expected


@pytest.mark.parametrize(("days", "expected"), [(13, False), (14, True)])
def test_without_any_response_the_clock_runs_from_the_day_the_status_was_entered(days: int, expected: bool) -> None:
    assert is_matched(live_deal("contacting", ago(days))) is expected


@pytest.mark.parametrize(("days", "expected"), [(59, False), (60, True)])
def test_no_clock_starts_before_the_last_cycle_ended(days: int, expected: bool) -> None:
    assert is_matched(live_deal(last_contact_on=ago(200), last_cycle_ended_on=ago(days))) is expected


def test_the_cycle_is_entered_on_the_first_day_over_the_limit_not_on_the_day_of_the_run() -> None:
    deal = live_deal(last_contact_on=ago(75))

    sweep(as_of=TODAY)

    assert FollowUpCycle.objects.get(deal=deal).entered_on == ago(15)


@pytest.mark.parametrize(
    ("contacted", "asked_for", "due"),
    [
        (date(2025, 6, 30), date(2025, 9, 30), date(2025, 9, 30)),
        (date(2025, 11, 30), date(2026, 2, 28), date(2026, 3, 2)),  # a Saturday
        (date(2023, 11, 30), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 8, 31), date(2024, 11, 30), date(2024, 12, 2)),  # a Saturday
    ],
)
def test_a_return_is_called_three_months_after_the_last_contact(contacted: date, asked_for: date, due: date) -> None:
    deal = live_deal("contacting", contacted, last_contact_on=contacted, last_response_on=contacted)

    sweep(as_of=contacted + timedelta(days=14))

    todo = todo_of(deal)
    assert (todo.original_due_on, todo.due_on, todo.effective_due_on) == (asked_for, asked_for, due)
    assert FollowUpCycle.objects.get(deal=deal).next_approach_on == asked_for


def test_a_first_visit_is_called_three_months_after_the_visit() -> None:
    deal = live_deal("first_visit", date(2025, 6, 30), first_visit_on=date(2025, 6, 27))

    sweep(as_of=TODAY)

    assert todo_of(deal).original_due_on == date(2025, 9, 27)


def test_a_loss_is_called_on_its_approach_date_or_the_next_business_day() -> None:
    deal = lost_deal(date(2025, 7, 1), approach=date(2025, 9, 13))  # a Saturday before 敬老の日

    sweep(as_of=TODAY)

    todo = todo_of(deal)
    assert (todo.original_due_on, todo.effective_due_on, todo.rule_code) == (
        date(2025, 9, 13),
        date(2025, 9, 16),
        "R-LOST",
    )


def test_a_rule_that_fires_on_a_saturday_is_due_on_the_next_business_day() -> None:
    deal = live_deal(last_contact_on=date(2025, 6, 3))

    sweep(as_of=date(2025, 8, 2))

    assert (todo_of(deal).due_on, todo_of(deal).effective_due_on) == (date(2025, 8, 2), date(2025, 8, 4))
