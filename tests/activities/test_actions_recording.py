"""Calls, mails and meetings, and the clocks they move."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from activities.actions import (
    edit_activities,
    log_activities,
    log_call,
    log_emails,
    log_meeting,
)
from activities.models import Activity
from people.records import Edit
from people.refusal import Refused
from tests.factories import (
    TODAY,
    ActivityFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
    at_noon,
    days_ago,
)

pytestmark = pytest.mark.django_db


def clocks(deal):
    deal.refresh_from_db()
    return deal.last_contact_on, deal.last_response_on, deal.first_visit_on


@pytest.fixture
def seller():
    return UserFactory(field=True)


@pytest.fixture
def inside():
    return UserFactory(inside=True)


@pytest.mark.parametrize(
    ("traits", "moved"),
    [
        ({"outcome": "not_connected"}, (True, False, False)),
        ({"outcome": "out_of_target_person"}, (True, False, False)),
        ({"outcome": "callback"}, (True, True, False)),
        ({"outcome": "appointment"}, (True, True, False)),
        ({"outcome": "declined"}, (True, True, False)),
        ({"mail": True}, (True, False, False)),
        ({"inbound_mail": True}, (True, True, False)),
        ({"newsletter": True}, (False, False, False)),
        ({"visit": True}, (True, True, True)),
        ({"visit": True, "kind": "web_meeting"}, (True, True, True)),
        ({"kind": "other", "outcome": None}, (True, False, False)),
        ({"kind": "imported", "outcome": None, "is_imported": True}, (True, False, False)),
        ({"visit": True, "day": days_ago(-1)}, (False, False, False)),  # booked
    ],
)
def test_what_moves_which_clock(traits, moved):
    deal = DealFactory()

    log_activities([ActivityFactory.build(deal=deal, **traits)], by=None, as_of=TODAY)

    assert tuple(clock is not None for clock in clocks(deal)) == moved


@pytest.mark.parametrize("lead_or_deal", [LeadFactory, DealFactory])
def test_a_talk_without_appointment_says_why_unless_it_was_imported(lead_or_deal):
    about = {lead_or_deal._meta.model._meta.model_name: lead_or_deal()}
    talk = ActivityFactory.build(outcome="declined", no_appointment_reason=None, **about)

    with pytest.raises(Refused) as refused:
        log_activities([talk], by=None, as_of=TODAY)
    talk.is_imported = True
    log_activities([talk], by=None, as_of=TODAY)

    assert refused.value.errors == {"no_appointment_reason": "アポにならなかった理由を選んでください。"}
    assert Activity.objects.get().no_appointment_reason is None


def test_a_meeting_of_a_coming_day_is_booked():
    meeting = ActivityFactory.build(visit=True, deal=DealFactory(), day=days_ago(-1))

    log_meeting(meeting, by=None, as_of=TODAY)

    assert not Activity.objects.get().is_completed


def test_the_day_of_an_activity_is_that_of_tokyo():
    late = at_noon(TODAY) + timedelta(hours=11, minutes=59)
    call = ActivityFactory.build(deal=DealFactory(), occurred_at=late)

    log_call(call, by=None, as_of=TODAY)

    assert Activity.objects.get().occurred_on == TODAY


def test_an_activity_of_a_lead_moves_no_deal(seller):
    lead, deal = LeadFactory(), DealFactory()

    log_call(ActivityFactory.build(reached=True, lead=lead), by=seller, as_of=TODAY)

    assert clocks(deal) == (None, None, None)
    assert lead.activities.get().owner == seller


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("outcome", {"outcome": None}),
        ("outcome", {"kind": "email", "outcome": "callback"}),
        ("occurred_at", {"day": days_ago(-1)}),
        ("deal", {"deal": None}),
    ],
)
def test_an_incomplete_activity_is_refused_by_field(field, fields):
    with pytest.raises(Refused) as refused:
        log_activities([ActivityFactory.build(**{"deal": DealFactory(), **fields})], by=None, as_of=TODAY)

    assert list(refused.value.errors) == [field]


def test_the_database_refuses_a_call_without_a_result_too():
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityFactory(deal=DealFactory(), outcome=None)


def test_an_imported_call_may_lack_result_and_subject():
    log_activities([ActivityFactory.build(outcome=None, is_imported=True)], by=None, as_of=TODAY)

    call = Activity.objects.get()
    assert (call.outcome, call.owner, call.deal) == (None, None, None)


def test_logging_many_activities_costs_as_many_queries_as_logging_one(django_assert_num_queries, seller):
    for count in (1, 50):
        calls = [
            ActivityFactory.build(reached=True, deal=cycle.deal, owner=seller)
            for cycle in CycleFactory.create_batch(count)
        ]
        with django_assert_num_queries(13):  # one of them marks the days of appointments
            log_activities(calls, by=None, as_of=TODAY)


def test_logging_activities_without_a_deal_costs_four_queries(django_assert_num_queries):
    contact = ContactFactory()
    calls = [ActivityFactory.build(contact=contact, is_imported=True) for _ in range(50)]

    with django_assert_num_queries(4):
        log_activities(calls, by=None, as_of=TODAY)


def test_a_call_does_the_todo_it_was_made_for(inside):
    todo = TodoFactory(rule_made=True, assignee=inside)

    logged = log_call(ActivityFactory.build(deal=todo.deal), by=inside, as_of=TODAY, completing=[todo.pk])

    todo.refresh_from_db()
    assert (todo.status, todo.done_by_activity) == ("done", logged.activities[0])
    assert logged.bare_cycle_ids == [todo.cycle_id]


def test_a_corrected_day_moves_the_clocks_both_ways():
    deal = DealFactory()
    calls = [ActivityFactory.build(reached=True, deal=deal, day=days_ago(age), is_imported=True) for age in (9, 3)]
    log_activities(calls, by=None, as_of=TODAY)

    edit_activities([Edit(calls[1].pk, {"occurred_at": at_noon(days_ago(20))})], by=None, as_of=TODAY)
    assert clocks(deal) == (days_ago(9), days_ago(9), None)

    edit_activities([Edit(calls[1].pk, {"occurred_at": at_noon(TODAY), "outcome": None})], by=None, as_of=TODAY)
    assert clocks(deal) == (TODAY, days_ago(9), None)


def test_an_activity_may_be_linked_to_a_deal_later():
    deal = DealFactory()
    (call,) = log_activities(
        [ActivityFactory.build(is_imported=True, day=days_ago(4))], by=None, as_of=TODAY
    ).activities

    edit_activities([Edit(call.pk, {"deal": deal})], by=None, as_of=TODAY)

    assert clocks(deal) == (days_ago(4), None, None)


def test_mails_are_logged_in_one_go(inside):
    deals = DealFactory.create_batch(3)

    log_emails([ActivityFactory.build(mail=True, deal=deal) for deal in deals], by=inside, as_of=TODAY)

    assert [clocks(deal)[0] for deal in deals] == [TODAY] * 3
