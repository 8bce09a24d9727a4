"""Leads and activities in the admin: a status moves by its verb, adding an activity is logging it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity
from deals.models import Deal
from leads.models import NurturingReason
from leads.states import LeadStatus
from tests.factories import ActivityFactory, DealFactory, LeadFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db

LEADS = reverse("admin:leads_lead_changelist")
ADD_ACTIVITY = reverse("admin:activities_activity_add")


@pytest.fixture
def admin():
    return UserFactory(admin=True)


@pytest.fixture
def ops(client, admin):
    client.force_login(admin)
    return client


def apply(action, *rows, **answers):
    return {"action": action, "_selected_action": [row.pk for row in rows], "apply": "1"} | answers


def call(**changes):
    now = timezone.localtime()
    moment = {"occurred_at_0": now.date().isoformat(), "occurred_at_1": "00:00:00"}
    return {"kind": "call", "direction": "outbound", "outcome": "callback"} | moment | changes


def test_a_nurtured_lead_says_why(ops):
    lead = LeadFactory()
    status = LeadStatus.NURTURING_NO_ACTION
    refused = ops.post(LEADS, apply("set_status", lead, status=status, nurturing_reason=""))
    assert "nurturing_reason" in refused.context["form"].errors

    why = NurturingReason.objects.get(code="timing")
    ops.post(LEADS, apply("set_status", lead, status=status, nurturing_reason=why.pk))
    lead.refresh_from_db()
    assert (lead.status, lead.nurturing_reason) == (status, why)


def test_a_lead_with_a_next_action_has_a_to_do(ops):
    lead = LeadFactory()
    why = NurturingReason.objects.get(code="timing")
    asked = apply("set_status", lead, status=LeadStatus.NURTURING_ACTION, nurturing_reason=why.pk)
    assert ops.post(LEADS, asked).context["form"].errors

    TodoFactory(deal=None, lead=lead)
    ops.post(LEADS, asked)
    lead.refresh_from_db()
    assert lead.status == LeadStatus.NURTURING_ACTION


def test_a_lead_becomes_a_deal(ops):
    lead, field = LeadFactory(name="ハルカ製作所"), UserFactory(field=True)
    ops.post(LEADS, apply("convert", lead, fs_owner=field.pk))

    deal = Deal.objects.get()
    lead.refresh_from_db()
    assert (deal.lead, deal.fs_owner, deal.status) == (lead, field, "appointment")
    assert lead.status == LeadStatus.MEETING_WON


def test_the_status_of_a_lead_cannot_be_typed(ops):
    lead = LeadFactory()
    sent = {"name": "別の名前", "status": "out_of_target", "created_on": lead.created_on, "seen_version": 1}
    ops.post(reverse("admin:leads_lead_change", args=[lead.pk]), sent)

    lead.refresh_from_db()
    assert (lead.name, lead.status) == ("別の名前", LeadStatus.NEW)


def test_logging_a_call_moves_the_clocks_of_its_deal(ops, admin):
    deal = DealFactory()
    ops.post(ADD_ACTIVITY, call(deal=deal.pk, note="来週かけ直す"))

    deal.refresh_from_db()
    assert deal.last_contact_on == deal.last_response_on == timezone.localdate()
    assert Activity.objects.get().owner == admin


@pytest.mark.parametrize("missing", [{"outcome": ""}, {"deal": ""}, {"outcome": "declined"}])
def test_a_call_without_a_result_a_reason_or_a_subject_is_refused(ops, missing):
    response = ops.post(ADD_ACTIVITY, call(deal=DealFactory().pk) | missing)

    assert response.context["adminform"].form.errors
    assert not Activity.objects.exists()


def test_what_was_logged_stays_as_it_was_written(ops):
    activity = ActivityFactory(deal=DealFactory())
    url = reverse("admin:activities_activity_change", args=[activity.pk])

    assert ops.get(url).status_code == 200
    assert ops.post(url, call(note="書き換え")).status_code == 403
