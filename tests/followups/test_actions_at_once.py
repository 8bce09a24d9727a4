"""Two people at once: the second sees what the first did."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from deals.actions import Loss, Win
from deals.models import Deal, DealEvent, FollowUpCycle
from followups.actions import Closing, close_cycle, lose, win
from people.refusal import Refused
from tests.factories import TODAY, CycleFactory, DealFactory, UserFactory, days_ago, reason

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

AT_ONCE = 6


def all_at_once(*attempts):
    """Start every attempt in its own thread and connection at the same moment; gives back who was refused."""
    start = Barrier(len(attempts))

    def attempt(verb):
        start.wait()
        try:
            verb()
        except Refused:
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(attempt, attempts))


def loss_of(deal):
    return Loss(
        deal_id=deal.pk,
        reason_id=reason("competitor").pk,
        next_approach_on=days_ago(-30),
        approach_contact_text="佐藤部長",
        hook="契約の更改",
    )


def test_a_deal_lost_by_many_at_once_is_lost_once():
    UserFactory(inside=True)
    loss = loss_of(DealFactory())

    refused = all_at_once(*[lambda: lose([loss], by=None, as_of=TODAY)] * AT_ONCE)

    assert sorted(refused) == [False] + [True] * (AT_ONCE - 1)
    assert (DealEvent.objects.count(), FollowUpCycle.objects.count()) == (1, 1)
    assert FollowUpCycle.objects.get().todos.count() == 1


def test_losing_and_giving_up_at_once_leave_a_deal_that_fits_its_cycles():
    deal = CycleFactory(returned=True).deal
    loss = loss_of(deal)

    def lost():
        lose([loss], by=None, as_of=TODAY)

    def given_up():
        close_cycle([Closing(deal.pk, "先方の要望")], by=None, as_of=TODAY)

    all_at_once(lost, given_up)

    deal.refresh_from_db()
    open_cycles = FollowUpCycle.objects.open().count()
    assert (deal.status, deal.is_followed) == ("lost", open_cycles == 1)


def test_batches_in_opposite_order_do_not_wait_for_each_other():
    deals = DealFactory.create_batch(20)
    losses, wins = [loss_of(deal) for deal in deals], [Win(deal.pk) for deal in reversed(deals)]

    refused = all_at_once(lambda: lose(losses, by=None, as_of=TODAY), lambda: win(wins, by=None, as_of=TODAY))

    # Losing first, all may still be won; winning first, none may be lost any more.
    assert refused in ([False, False], [True, False])
    assert set(Deal.objects.values_list("status", flat=True)) == {"won"}
