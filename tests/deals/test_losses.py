"""Losses are kept when the deal lives again, and follow a correction (S0-17, S0-50)."""

from datetime import date

import pytest

from deals.actions import Loss, create_deals, edit_deals
from deals.models import Deal, DealLoss, FollowUpCycle, LostReason
from followups.actions import lose, reclassify_loss, reopen, rescope_losses
from followups.actions.reopening import Reopening
from people.records import Edit
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = date(2025, 7, 31)
ANSWERS = {"next_approach_on": date(2026, 1, 5), "approach_contact_text": "山田", "hook": "予算の時期"}


def reason(code: str) -> LostReason:
    return LostReason.objects.get(code=code)


def lost(code: str, **fields) -> Deal:
    deal = DealFactory(fs_owner=UserFactory())
    lose([Loss(deal_id=deal.pk, reason_id=reason(code).pk, **ANSWERS, **fields)], by=None, as_of=DAY)
    return Deal.objects.get(pk=deal.pk)


def test_a_loss_outlives_the_reopening_of_its_deal():
    deal = lost("competitor", competitor="他社A")
    owner = deal.fs_owner
    reopen([Reopening(deal_id=deal.pk, fs_owner_id=UserFactory().pk)], by=None, as_of=DAY)
    loss = DealLoss.objects.get()
    assert (loss.reason.code, loss.in_scope, loss.competitor, loss.lost_on) == ("competitor", True, "他社A", DAY)
    assert (loss.fs_owner, loss.cycle) == (owner, FollowUpCycle.objects.get())


def test_a_loss_that_is_not_followed_up_is_kept_too():
    lost("price")
    loss = DealLoss.objects.get()
    assert (loss.reason.code, loss.in_scope, loss.cycle) == ("price", False, None)


def test_each_loss_of_a_deal_is_a_row_and_no_other_status_is():
    deal = lost("competitor")
    reopen([Reopening(deal_id=deal.pk)], by=None, as_of=DAY)
    lose([Loss(deal_id=deal.pk, reason_id=reason("unreachable").pk, **ANSWERS)], by=None, as_of=DAY)
    create_deals([Deal(name="進行中", status="ongoing"), Deal(name="受注", status="won")], by=None, as_of=DAY)
    assert list(deal.losses.order_by("id").values_list("reason__code", flat=True)) == ["competitor", "unreachable"]
    assert DealLoss.objects.count() == 2


def test_a_deal_that_arrives_lost_brings_its_loss():
    arrived = Deal(name="取込", status="lost", closed_on=date(2025, 3, 1), lost_reason=reason("competitor"), **ANSWERS)
    create_deals([arrived], by=None, as_of=DAY)
    loss = DealLoss.objects.get()
    assert (loss.lost_on, loss.in_scope, loss.cycle) == (date(2025, 3, 1), True, FollowUpCycle.objects.get())


def test_a_corrected_reason_corrects_the_last_loss_alone():
    deal = lost("competitor")
    reopen([Reopening(deal_id=deal.pk)], by=None, as_of=DAY)
    lose([Loss(deal_id=deal.pk, reason_id=reason("price").pk)], by=None, as_of=DAY)
    reclassify_loss(Loss(deal_id=deal.pk, reason_id=reason("unreachable").pk, **ANSWERS), by=None, as_of=DAY)
    first, second = deal.losses.order_by("id")
    assert (first.reason.code, second.reason.code, second.in_scope) == ("competitor", "unreachable", True)
    assert second.cycle == FollowUpCycle.objects.open().get()


def test_a_corrected_closing_day_moves_the_loss():
    deal = lost("competitor")
    edit_deals([Edit(deal.pk, {"closed_on": date(2025, 7, 1)}, deal.version)])
    assert DealLoss.objects.get().lost_on == date(2025, 7, 1)


def test_losses_judged_anew_say_so():
    lost("price")
    LostReason.objects.filter(code="price").update(in_scope=True)
    rescope_losses(reason("price").pk, in_scope=True, stopgap=None, by=None, as_of=DAY)
    loss = DealLoss.objects.get()
    assert (loss.in_scope, loss.cycle) == (True, FollowUpCycle.objects.get())
    LostReason.objects.filter(code="price").update(in_scope=False)
    rescope_losses(reason("price").pk, in_scope=False, stopgap=None, by=None, as_of=DAY)
    assert DealLoss.objects.get().in_scope is False
