"""Leads that nobody has looked after: their status, their next step, the answer to a mail (S3-07 to S3-10)."""

import pytest

from followups.lead_care import no_next_step_leads, stale_leads, unanswered_mails
from followups.progress import grace_cutoff
from leads.models import Lead
from people.models import Threshold
from people.states import ThresholdCode
from people.working_days import load_calendar
from tests.factories import TODAY, ActivityFactory, LeadFactory, TodoFactory, days_ago

pytestmark = pytest.mark.django_db


def stale():
    return set(stale_leads(TODAY, grace_cutoff(TODAY)))


def unanswered():
    return set(unanswered_mails(TODAY, load_calendar()))


class TestStatus:
    @pytest.mark.parametrize(("days", "is_stale"), [(0, False), (1, False), (2, True)])
    def test_a_new_lead_is_looked_at_within_the_grace(self, days, is_stale):
        lead = LeadFactory(created_on=days_ago(days))  # Thursday, Wednesday, Tuesday
        assert (lead in stale()) is is_stale

    @pytest.mark.parametrize(("days_later", "is_stale"), [(6, False), (7, False), (8, True)])
    def test_a_touch_more_than_a_week_newer_than_the_status_asks_for_a_look(self, days_later, is_stale):
        lead = LeadFactory(status="approaching", created_on=days_ago(20))
        ActivityFactory(lead=lead, day=days_ago(20 - days_later))
        assert (lead in stale()) is is_stale

    @pytest.mark.parametrize("status", ["meeting_won", "out_of_target"])
    def test_a_settled_lead_is_never_stale(self, status):
        ActivityFactory(lead=LeadFactory(status=status))
        assert stale() == set()

    def test_bulk_mail_undone_calls_and_touches_after_the_day_say_nothing(self):
        lead = LeadFactory(status="approaching")
        ActivityFactory(lead=lead, newsletter=True)
        ActivityFactory(lead=lead, is_void=True)
        ActivityFactory(lead=lead, day=days_ago(-1))
        assert stale() == set()


class TestNextStep:
    @pytest.mark.parametrize(
        ("status", "is_listed"),
        [("new", True), ("approaching", True), ("scheduling", True), ("not_reached", True), ("meeting_won", False)],
    )
    def test_a_lead_in_work_without_an_open_to_do_is_listed(self, status, is_listed):
        lead = LeadFactory(status=status)
        TodoFactory(deal=None, lead=lead, done=True)
        assert (lead in no_next_step_leads(TODAY)) is is_listed

    def test_an_open_to_do_is_a_next_step(self):
        TodoFactory(deal=None, lead=LeadFactory())
        assert not no_next_step_leads(TODAY).exists()

    def test_a_lead_that_comes_later_is_not_of_that_day(self):
        LeadFactory(created_on=days_ago(-1))
        assert not no_next_step_leads(TODAY).exists()


class TestAnswer:
    @pytest.fixture
    def lead(self):
        return LeadFactory(status="approaching", created_on=days_ago(40))

    @pytest.mark.parametrize(("days", "is_listed"), [(6, False), (7, True), (8, True)])
    def test_an_answer_is_waited_for_five_business_days(self, lead, days, is_listed):
        ActivityFactory(lead=lead, mail=True, day=days_ago(days))  # Friday, Thursday, Wednesday before Thursday
        assert (lead in unanswered()) is is_listed

    @pytest.mark.parametrize(("waited", "is_listed"), [(4, True), (5, True), (6, False)])
    def test_how_long_is_a_setting(self, lead, waited, is_listed):
        Threshold.objects.create(code=ThresholdCode.REPLY_BUSINESS_DAYS, value=waited)
        ActivityFactory(lead=lead, mail=True, day=days_ago(7))
        assert (lead in unanswered()) is is_listed

    @pytest.mark.parametrize("answer", [{"inbound_mail": True}, {"outcome": "callback"}, {"visit": True}])
    def test_whoever_wrote_was_reached_or_met_has_answered(self, lead, answer):
        ActivityFactory(lead=lead, mail=True, day=days_ago(20))
        assert unanswered() == {lead}
        ActivityFactory(lead=lead, day=days_ago(19), **answer)
        assert unanswered() == set()

    def test_a_call_that_did_not_get_through_and_an_older_answer_are_none(self, lead):
        ActivityFactory(lead=lead, inbound_mail=True, day=days_ago(21))
        ActivityFactory(lead=lead, mail=True, day=days_ago(20))
        ActivityFactory(lead=lead, day=days_ago(19))
        assert unanswered() == {lead}

    def test_a_newer_mail_starts_the_wait_anew(self, lead):
        ActivityFactory(lead=lead, mail=True, day=days_ago(20))
        ActivityFactory(lead=lead, mail=True, day=days_ago(2))
        assert unanswered() == set()

    def test_bulk_mail_waits_for_nothing(self, lead):
        ActivityFactory(lead=lead, newsletter=True, day=days_ago(20))
        Lead.objects.create(name="deal's own", created_on=days_ago(40), status_entered_on=days_ago(40))
        assert unanswered() == set()
