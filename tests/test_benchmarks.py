"""What the benchmarks measure is made by the product's own verbs and writers: what people could have entered."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction

from activities.models import Activity, Todo
from benchmarks import customers, deals
from deals.models import Deal, DealEvent, DealLoss, FollowUpCycle
from deals.states import OPEN_STATUSES, DealStatus
from followups.digest import digests
from followups.invariants import violations
from followups.rollups import rebuild_rollups
from leads.models import Company, Lead
from people.models import User

pytestmark = pytest.mark.django_db

DEALS, USERS, EACH = 200, 20, 3


@pytest.fixture
def past():
    deals.fill(DEALS, USERS, EACH)
    rebuild_rollups()


def test_deals_have_their_shares_and_each_loss_its_follow_up(past):
    counts = Counter(Deal.objects.values_list("status", flat=True))
    live = sum(counts[status] for status in OPEN_STATUSES)
    assert live + counts[DealStatus.LOST] + counts[DealStatus.WON] == DEALS
    assert (live / DEALS, counts[DealStatus.LOST] / DEALS) == (
        pytest.approx(0.60, abs=0.1),
        pytest.approx(0.25, abs=0.1),
    )
    assert FollowUpCycle.objects.open().count() == DealLoss.objects.count() == counts[DealStatus.LOST]
    assert DealEvent.objects.count() == DEALS
    assert Company.objects.count() == DEALS // deals.DEALS_OF_A_COMPANY


def test_calls_lie_five_days_apart_and_end_with_the_last_touch(past):
    assert Activity.objects.count() == DEALS * EACH
    for deal in Deal.objects.prefetch_related("activities")[:20]:
        days = sorted(call.occurred_on for call in deal.activities.all())
        assert days == [deal.last_contact_on - timedelta(deals.APART * before) for before in reversed(range(EACH))]


def test_a_working_day_is_made_of_it_and_nothing_is_wrong_with_either(past):
    assert violations() == []
    customers.fill()
    rebuild_rollups()
    assert violations() == []
    assert Company.objects.count() == DEALS
    assert Lead.objects.count() == DEALS // 10 + customers.NEW_LEADS
    reader = User.objects.get(external_id=customers.READER)
    assert Todo.objects.filter(assignee=reader, is_promised=True).count() == customers.PROMISED


def test_the_same_seed_gives_the_same_rows():
    told = []
    for _time in range(2):
        with transaction.atomic():
            deals.fill(DEALS, USERS, EACH)
            told.append(digests())
            transaction.set_rollback(True)
    assert told[0] == told[1]
