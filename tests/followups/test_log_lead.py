"""記録する on a lead: the same page as for a deal, with what becomes of the lead."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Todo
from followups.models import Proposal
from leads.models import NoAppointmentReason, NurturingReason
from people.working_days import load_calendar
from tests.factories import CompanyFactory, ContactFactory, DealFactory, LeadFactory, TodoFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(me):
    contact = ContactFactory(name="大野 剛")
    return LeadFactory(owner=me, status="new", company=contact.company, contact=contact)


def url(lead, query=""):
    return reverse("followups:log_call") + f"?lead={lead.pk}{query}"


def typed(**changed):
    moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return {"outcome": "callback", "direction": "outbound", "occurred_at": moment} | changed


def test_a_call_moves_the_lead_closes_its_to_do_and_makes_the_next(client, me, lead, today):
    planned = TodoFactory(deal=None, lead=lead, assignee=me, original_due_on=today)
    day = load_calendar().add(today, 3)
    answer = client.post(
        url(lead),
        typed(
            note="会議中", next_due_on=day.isoformat(), next_subject="再架電", done=planned.pk, contact=lead.contact_id
        ),
    )
    assert answer.url == reverse("followups:lead", args=[lead.pk])
    call = Activity.objects.get()
    assert (call.lead, call.deal, call.company, call.contact) == (lead, None, lead.company, lead.contact)
    planned.refresh_from_db()
    lead.refresh_from_db()
    following = Todo.objects.open().get()
    assert (planned.done_by_activity, lead.status) == (call, "approaching")
    assert (following.lead, following.due_on, following.assignee) == (lead, day, me)


def test_without_a_next_step_it_wants_a_reason(client, lead):
    page = client.post(url(lead), typed(note="残る"))
    assert "next_due_on" in page.context["form"].errors
    assert "残る" in page.content.decode()
    assert client.post(url(lead), typed(no_next_reason="折り返しを待つ")).status_code == 302
    assert Activity.objects.get().no_next_reason == "折り返しを待つ"


def test_a_refusal_asks_both_reasons_and_the_status_may_be_chosen(client, lead):
    page = client.post(url(lead), typed(outcome="declined", no_next_reason="見送り"))
    assert set(page.context["form"].errors) == {"no_appointment_reason", "nurturing_reason"}
    why, cost = NoAppointmentReason.objects.get(code="cost"), NurturingReason.objects.get(code="cost")
    said = typed(outcome="declined", no_next_reason="見送り", no_appointment_reason=why.pk, nurturing_reason=cost.pk)
    client.post(url(lead), said)
    lead.refresh_from_db()
    assert (lead.status, lead.nurturing_reason, lead.no_appointment_reason) == ("nurturing_no_action", cost, why)


def test_no_target_needs_nothing_next(client, lead):
    client.post(url(lead), typed(lead_status="out_of_target", no_target_kind="sales"))
    lead.refresh_from_db()
    assert (lead.status, Todo.objects.exists()) == ("out_of_target", False)


def test_an_appointment_makes_a_deal_of_it(client, lead, today):
    seller, day = UserFactory(field=True), (today + timedelta(days=7)).isoformat()
    client.post(url(lead), typed(outcome="appointment", meeting_on=day, meeting_fs=seller.pk, meeting_way="visit"))
    lead.refresh_from_db()
    assert (lead.status, Proposal.objects.get().deal.lead) == ("meeting_won", lead)


def test_a_mail_asks_for_no_result_and_its_next_to_do_is_the_leads(client, lead, today):
    day = load_calendar().add(today, 5).isoformat()
    page = client.get(url(lead, "&kind=email"))
    assert not {"outcome", "lead_status", "nurturing_reason"} & set(page.context["form"].fields)
    client.post(url(lead, "&kind=email"), typed(next_due_on=day, next_subject="返信の確認"))
    assert (Activity.objects.get().kind, Activity.objects.get().lead) == ("email", lead)
    assert Todo.objects.get().lead == lead


def test_the_lead_page_leads_there_and_the_way_back_is_the_lead(client, lead):
    assert url(lead) in client.get(reverse("followups:lead", args=[lead.pk])).content.decode()
    text = client.get(url(lead)).content.decode()
    assert reverse("followups:lead", args=[lead.pk]) in text
    assert "リードのステータス" in text


def test_a_deal_is_not_asked_what_becomes_of_a_lead(client, me):
    page = client.get(reverse("followups:log_call") + f"?deal={DealFactory().pk}")
    assert "lead_status" not in page.context["form"].fields


def test_a_lead_that_is_gone_is_not_found(client, me):
    assert client.get(reverse("followups:log_call") + "?lead=999").status_code == 404


@pytest.mark.parametrize("words", ["検索太郎", "検索商事"])
def test_what_it_is_about_is_found_by_a_person_or_a_company_among_deals_and_leads(client, me, words):
    company = CompanyFactory(name="検索商事")
    contact = ContactFactory(name="検索太郎", company=company)
    lead = LeadFactory(name="資料請求", company=company, contact=contact)
    deal = DealFactory(name="刷新", company=company, contact=contact)
    LeadFactory(name="別件")
    page = client.get(reverse("followups:log_call"), {"q": words})
    assert [found.pk for found in page.context["deals"]] == [deal.pk]
    assert [found.pk for found in page.context["leads"]] == [lead.pk]
    assert f"?lead={lead.pk}" in page.content.decode()


def test_without_words_no_lead_is_offered_and_unknown_words_find_nothing(client, me):
    LeadFactory(name="別件")
    assert list(client.get(reverse("followups:log_call")).context["leads"]) == []
    found = client.get(reverse("followups:log_call"), {"q": "どこにもない"}).context
    assert (list(found["deals"]), list(found["leads"])) == ([], [])
