"""The first word with a customer begins the work on a deal; imports bring statuses of their own."""

import pytest

from activities.actions import log_activities, log_call, log_emails, log_meeting, undo_activity
from deals.actions import Advance, advance
from deals.models import Deal
from deals.states import DealStatus
from followups.actions import create_deals
from followups.invariants import violations
from tests.factories import TODAY, ActivityFactory, UserFactory, days_ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal():
    return create_deals([Deal(name="商談", status="not_started", created_on=days_ago(9))], by=None, as_of=TODAY)[0]


@pytest.fixture(autouse=True)
def everything_holds():
    yield
    assert violations() == []


def moves(deal):
    return list(deal.events.filter(kind="status").values_list("from_status", "to_status", "cause", "by"))


def status(deal):
    deal.refresh_from_db()
    return deal.status, deal.status_entered_on


@pytest.mark.parametrize(
    ("trait", "log"),
    [
        ({}, log_call),
        ({"mail": True}, log_emails),
        ({"inbound_mail": True}, log_emails),
        ({"visit": True}, log_meeting),
    ],
)
def test_any_word_begins_it_on_its_day_and_is_named_as_the_cause(deal, trait, log):
    seller = UserFactory(field=True)
    activity = ActivityFactory.build(deal=deal, day=days_ago(2), **trait)

    log([activity] if log is log_emails else activity, by=seller, as_of=TODAY)

    assert status(deal) == ("contacting", days_ago(2))
    assert moves(deal) == [("not_started", "contacting", f"activity:{activity.pk}", seller.pk)]


def test_the_earliest_of_several_begins_it(deal):
    later, earlier = (ActivityFactory.build(deal=deal, day=days_ago(day)) for day in (1, 3))

    log_activities([later, earlier], by=None, as_of=TODAY)

    assert status(deal) == ("contacting", days_ago(3))
    assert [cause for *_, cause, _by in moves(deal)] == [f"activity:{earlier.pk}"]


def test_one_older_than_the_deal_begins_it_on_the_day_of_the_deal(deal):
    log_call(ActivityFactory.build(deal=deal, day=days_ago(30)), by=None, as_of=TODAY)

    assert status(deal) == ("contacting", days_ago(9))


@pytest.mark.parametrize("trait", [{"is_imported": True}, {"newsletter": True}, {"visit": True, "day": days_ago(-1)}])
def test_imports_newsletters_and_bookings_begin_nothing(deal, trait):
    log_activities([ActivityFactory.build(deal=deal, **trait)], by=None, as_of=TODAY)

    assert (status(deal), moves(deal)) == (("not_started", days_ago(9)), [])


def test_a_deal_at_work_stays_where_it_is(deal):
    advance([Advance(deal.pk, DealStatus.ONGOING)], by=None, as_of=TODAY)
    log_call(ActivityFactory.build(deal=deal), by=None, as_of=TODAY)

    assert status(deal)[0] == "ongoing"


def test_taking_the_call_back_takes_the_beginning_back(deal):
    call = ActivityFactory.build(deal=deal)
    log_call(call, by=None, as_of=TODAY)

    undo_activity(call.pk, now=call.created_at, by=None, as_of=TODAY)

    assert status(deal) == ("not_started", days_ago(9))


def test_but_not_where_the_deal_has_moved_on(deal):
    call = ActivityFactory.build(deal=deal)
    log_call(call, by=None, as_of=TODAY)
    advance([Advance(deal.pk, DealStatus.QUOTED)], by=None, as_of=TODAY)

    undo_activity(call.pk, now=call.created_at, by=None, as_of=TODAY)

    assert status(deal)[0] == "quoted"
