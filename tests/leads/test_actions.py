"""Verbs about companies, contacts and leads."""

from datetime import date

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError

from leads.actions import (
    LeadMove,
    create_companies,
    create_contacts,
    create_leads,
    edit_companies,
    edit_leads,
    ensure_sources,
    move_leads,
)
from leads.models import Company, Contact, Lead, LeadEvent, NoAppointmentReason, NurturingReason
from leads.states import LeadStatus
from people.records import Edit
from people.refusal import Conflict, Refused
from tests.factories import TODAY, CompanyFactory, LeadFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_company_is_found_by_its_keys_as_soon_as_it_is_entered():
    (company,) = create_companies([Company(name="株式会社山田商事", kana="やまだしょうじ", phone="03-1234-5678")])

    stored = Company.objects.get(pk=company.pk)
    assert (stored.name_key, stored.kana_key, stored.phone) == ("山田商事", "ヤマダショウジ", "+81312345678")
    assert list(Company.objects.matching("ヤマダ")) == [company]


def test_entering_many_companies_costs_as_many_queries_as_entering_one(django_assert_num_queries):
    for count in (1, 50):
        with django_assert_num_queries(3):
            companies = create_companies([Company(name=f"会社{n}") for n in range(count)])
        assert [Company.objects.get(pk=company.pk).name for company in companies] == [c.name for c in companies]


@pytest.mark.parametrize("name", ["", "   ", "　"])
def test_a_company_without_a_name_is_refused_and_the_batch_with_it(name):
    with pytest.raises(Refused) as refused:
        create_companies([Company(name="良い会社"), Company(name=name)])

    assert (list(refused.value.errors), refused.value.position) == (["name"], 1)
    assert not Company.objects.exists()


def test_the_database_refuses_a_nameless_company_too():
    with pytest.raises(IntegrityError):
        Company.objects.create(name="")


def test_a_second_editor_of_the_same_version_loses_nothing_and_is_told():
    company = CompanyFactory(name="旧社名", note="")
    edit_companies([Edit(company.pk, {"name": "新社名"}, version=1)])

    with pytest.raises(Conflict) as conflict:
        edit_companies([Edit(company.pk, {"note": "メモ"}, version=1)])

    assert conflict.value.record.name == "新社名"
    company.refresh_from_db()
    assert (company.name, company.note, company.version) == ("新社名", "", 2)


def test_an_import_edits_without_having_seen_a_version():
    company = CompanyFactory(industry="")

    (changed,) = edit_companies([Edit(company.pk, {"industry": "製造"})])

    assert (changed.industry, changed.version) == ("製造", 2)


def test_an_edit_with_the_values_that_stand_raises_no_version():
    company = CompanyFactory(industry="製造")

    assert edit_companies([Edit(company.pk, {"industry": "製造"}, version=1)]) == []
    company.refresh_from_db()
    assert company.version == 1


def test_an_edit_derives_the_keys_anew():
    company = CompanyFactory(name="旧社名")

    edit_companies([Edit(company.pk, {"name": "ﾔﾏﾀﾞ商事"})])

    assert list(Company.objects.matching("ヤマダ商事")) == [company]


def test_a_lead_of_a_deleted_id_is_refused():
    with pytest.raises(Refused):
        edit_leads([Edit(999, {"name": "誰か"})])


def test_the_status_of_a_lead_is_no_field_to_be_edited():
    with pytest.raises(FieldDoesNotExist):
        edit_leads([Edit(LeadFactory().pk, {"status": "meeting_won"})])


def test_two_contacts_may_share_an_email_and_need_no_company():
    create_contacts([Contact(name="甲", email="info@example.jp"), Contact(name="乙", email="info@example.jp")])

    assert Contact.objects.filter(email="info@example.jp", company=None).count() == 2


def test_a_new_lead_begins_its_history():
    user = UserFactory()

    (lead,) = create_leads([Lead(name="見込客")], by=user, as_of=TODAY)

    event = LeadEvent.objects.get(lead=lead)
    assert (lead.created_on, lead.status_entered_on) == (TODAY, TODAY)
    assert (event.from_status, event.to_status, event.happened_on, event.by) == ("", "new", TODAY, user)


@pytest.mark.parametrize("status", ["nurturing_no_action", "nurturing_action"])
def test_nurturing_without_a_reason_is_refused_by_every_verb_and_by_the_database(status):
    lead = LeadFactory()

    with pytest.raises(Refused):
        create_leads([Lead(name="見込客", status=status)], by=None, as_of=TODAY)
    with pytest.raises(Refused):
        move_leads([LeadMove(lead.pk, LeadStatus(status))], by=None, as_of=TODAY)
    with pytest.raises(IntegrityError):
        Lead.objects.filter(pk=lead.pk).update(status=status)


def test_a_lead_changes_its_status_with_one_event():
    lead = LeadFactory()
    timing = NurturingReason.objects.get(code="timing")

    move_leads([LeadMove(lead.pk, LeadStatus.NURTURING_ACTION, timing.pk, on=date(2025, 7, 1))], by=None, as_of=TODAY)

    lead.refresh_from_db()
    assert (lead.status, lead.nurturing_reason, lead.status_entered_on) == (
        "nurturing_action",
        timing,
        date(2025, 7, 1),
    )
    assert list(lead.events.values_list("from_status", "to_status")) == [("new", "nurturing_action")]


def test_a_lead_that_is_there_already_is_left_alone():
    lead = LeadFactory(status="approaching")

    assert move_leads([LeadMove(lead.pk, LeadStatus.APPROACHING)], by=None, as_of=TODAY) == []
    assert not lead.events.exists()


def test_a_nurturing_reason_goes_when_the_lead_is_worked_on_again():
    timing = NurturingReason.objects.get(code="timing")
    lead = LeadFactory(status="nurturing_action", nurturing_reason=timing)

    move_leads([LeadMove(lead.pk, LeadStatus.SCHEDULING)], by=None, as_of=TODAY)

    lead.refresh_from_db()
    assert lead.nurturing_reason is None


def test_moving_many_leads_costs_as_many_queries_as_moving_one(django_assert_num_queries):
    for count in (1, 50):
        moves = [LeadMove(lead.pk, LeadStatus.APPROACHING) for lead in LeadFactory.create_batch(count)]
        with django_assert_num_queries(5):
            move_leads(moves, by=None, as_of=TODAY)


def test_a_blank_source_is_no_source():
    assert list(ensure_sources(["", " ", "Web", "ＷＥＢ"])) == ["web"]


class TestWhatGoesWithAMove:
    def test_the_reason_for_no_appointment_stays_until_another_is_given(self):
        lead, reason = LeadFactory(), NoAppointmentReason.objects.get(code="cost")
        move_leads(
            [LeadMove(lead.pk, LeadStatus.APPROACHING, no_appointment_reason_id=reason.pk)], by=None, as_of=TODAY
        )
        move_leads([LeadMove(lead.pk, LeadStatus.SCHEDULING)], by=None, as_of=TODAY)
        lead.refresh_from_db()
        assert lead.no_appointment_reason == reason

    def test_the_event_holds_the_reasons_before_and_after(self):
        lead, why = LeadFactory(), NoAppointmentReason.objects.get(code="cost")
        timing, cost = (NurturingReason.objects.get(code=code) for code in ("timing", "cost"))
        status = LeadStatus.NURTURING_NO_ACTION
        move_leads([LeadMove(lead.pk, status, timing.pk, no_appointment_reason_id=why.pk)], by=None, as_of=TODAY)
        move_leads([LeadMove(lead.pk, status, cost.pk, forgets_no_appointment=True)], by=None, as_of=TODAY)

        told = lead.events.values_list("former_nurturing_reason", "nurturing_reason")
        assert list(told) == [(None, timing.pk), (timing.pk, cost.pk)]
        told = lead.events.values_list("former_no_appointment_reason", "no_appointment_reason")
        assert list(told) == [(None, why.pk), (why.pk, None)]

    def test_a_new_lead_begins_with_its_reason(self):
        timing = NurturingReason.objects.get(code="timing")
        lead = LeadFactory.build(status="nurturing_no_action", nurturing_reason=timing)
        create_leads([lead], by=None, as_of=TODAY)
        assert lead.events.get().nurturing_reason == timing

    def test_words_stand_in_the_event(self):
        lead = LeadFactory()
        move_leads([LeadMove(lead.pk, LeadStatus.OUT_OF_TARGET, note="逆営業")], by=None, as_of=TODAY)
        assert lead.events.get().note == "逆営業"

    def test_a_lead_that_somebody_changed_meanwhile_is_a_conflict(self):
        lead = LeadFactory()
        move_leads([LeadMove(lead.pk, LeadStatus.APPROACHING, version=1)], by=None, as_of=TODAY)
        with pytest.raises(Conflict):
            move_leads([LeadMove(lead.pk, LeadStatus.SCHEDULING, version=1)], by=None, as_of=TODAY)
