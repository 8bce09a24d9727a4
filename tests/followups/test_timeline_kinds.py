"""The timelines of deal, lead, company and contact, narrowed to one kind by the address."""

from datetime import timedelta

import pytest
from django.urls import reverse

from activities.actions import complete_todos
from activities.actions.closing import Completion
from deals.models import DealEvent
from leads.actions import LeadMove, move_leads
from leads.states import LeadStatus
from tests.factories import ActivityFactory, ContactFactory, DealFactory, LeadFactory, TodoFactory

pytestmark = pytest.mark.django_db

KINDS = ["calls", "mails", "meetings", "todos", "changes"]


@pytest.fixture
def records(me, today) -> dict[str, str]:
    """Page → address of a deal, a lead, a company and a contact, each with one line of every kind."""
    contact = ContactFactory()
    deal = DealFactory(company=contact.company, contact=contact, status="ongoing")
    lead = LeadFactory(company=None, contact=None)
    for about in ({"deal": deal, "contact": contact}, {"lead": lead}):
        for kind in ({"outcome": "callback"}, {"mail": True}, {"visit": True}, {"kind": "other", "outcome": None}):
            ActivityFactory(**about, **kind, day=today)
        done = TodoFactory(**({"deal": None} | about), assignee=me, original_due_on=today)
        complete_todos([Completion(done.pk)], by=me, as_of=today)
    DealEvent.objects.create(
        deal=deal, kind="status", from_status="contacting", to_status="ongoing", happened_on=today, by=me
    )
    move_leads([LeadMove(lead.pk, LeadStatus.SCHEDULING)], by=me, as_of=today)
    pairs = {"deal": deal, "lead": lead, "company": contact.company, "contact": contact}
    return {name: reverse(f"followups:{name}", args=[record.pk]) for name, record in pairs.items()}


@pytest.mark.parametrize("page", ["deal", "lead", "company", "contact"])
def test_each_kind_stands_alone_and_all_of_them_together(client, records, page):
    lines = {kind: client.get(f"{records[page]}?show={kind}").context["timeline"] for kind in KINDS}
    assert {kind: len(found) for kind, found in lines.items()} == dict.fromkeys(KINDS, 1)
    icons = [found[0].icon for found in lines.values()]
    assert icons[:4] == ["phone", "mail", "user", "check"]
    everything = client.get(records[page]).context["timeline"]
    assert len(everything) == 5  # calls, mails, meetings, changes, and what is of another kind


@pytest.mark.parametrize("page", ["deal", "lead", "company", "contact"])
def test_the_choice_stands_in_the_address_and_is_marked(client, records, page):
    text = client.get(f"{records[page]}?show=mails").content.decode()
    assert '?show=calls#timeline"' in text
    assert '?show=mails#timeline" aria-current="true"' in text


def test_nonsense_is_everything(client, records):
    assert len(client.get(f"{records['deal']}?show=x").context["timeline"]) == 5


def test_a_kind_without_a_line_says_so_and_shows_the_way_back(client, me):
    text = client.get(reverse("followups:deal", args=[DealFactory().pk]) + "?show=mails").content.decode()
    assert "「メール」の記録はまだありません" in text
    assert "すべて表示" in text


def test_more_than_a_hundred_calls_do_not_hide_the_mails(client, me, today):
    deal = DealFactory()
    ActivityFactory(deal=deal, mail=True, day=today - timedelta(days=300))
    for n in range(101):
        ActivityFactory(deal=deal, day=today - timedelta(days=n))
    found = client.get(reverse("followups:deal", args=[deal.pk]) + "?show=mails").context["timeline"]
    assert [entry.icon for entry in found] == ["mail"]


def test_more_lines_stay_with_the_kind(client, me, today):
    deal = DealFactory(company=ContactFactory().company)
    for n in range(21):
        ActivityFactory(deal=deal, day=today - timedelta(days=n))
    url = reverse("followups:company", args=[deal.company_id])
    assert "?show=calls&amp;shown=40#line-20" in client.get(f"{url}?show=calls").content.decode()


def test_an_open_to_do_names_who_has_it_and_when_it_is_due(client, me, today):
    todo = TodoFactory(assignee=me, original_due_on=today, subject="見積の説明")
    (entry,) = client.get(reverse("followups:deal", args=[todo.deal_id]) + "?show=todos").context["timeline"]
    assert (entry.icon, entry.who) == ("check-square", me.name)
    assert "見積の説明" in entry.text
