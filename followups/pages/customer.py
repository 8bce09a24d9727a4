"""What the pages of a company and of a contact show, each by a constant number of queries (SC-25)."""

from datetime import date
from typing import Any

from activities.states import CallOutcome
from deals.models import Deal
from followups.lines import DealLine
from followups.lists import deal_rows
from followups.pages.alike import alike_companies, alike_contacts
from followups.rights import pages_open_to
from followups.timeline import Belongings, merged_timeline, touches_of
from followups.timeline_kinds import Shown
from leads.fiscal_year import months_of
from leads.models import Company, Contact, Lead, Merge
from leads.states import MergeKind
from people.models import User

STEP = 20  # lines of the timeline that are added by one press
MOST = 500
REFUSALS = 5


def company_page(company: Company, reader: User, as_of: date, shown: int, show: Shown) -> dict[str, Any]:
    """People, deals, leads, one timeline of all of them, refusals so far, the year, and records that look the same."""
    deals, contacts = list(deal_rows(company.deals.order_by("-id"))), list(company.contacts.all())
    leads = list(_leads(company.leads))
    whose = Belongings(_ids(deals), _ids(leads), _ids(contacts), company.pk)
    return _common(reader, as_of, deals, leads, whose, shown, show) | {
        "company": company,
        "contacts": contacts,
        "months": months_of(company),
        "alike": alike_companies(company),
        "merges": _merges(MergeKind.COMPANY, company.pk),
    }


def contact_page(contact: Contact, reader: User, as_of: date, shown: int, show: Shown) -> dict[str, Any]:
    """The person's deals, leads and timeline, when he may be contacted, and records that look the same."""
    deals, leads = list(deal_rows(contact.deals.order_by("-id"))), list(_leads(contact.leads))
    guesses = contact.availability.select_related("noted_by").filter(ends_on__gte=as_of).order_by("starts_on", "id")
    whose = Belongings(_ids(deals), _ids(leads), [contact.pk])
    return _common(reader, as_of, deals, leads, whose, shown, show) | {
        "contact": contact,
        "availability": list(guesses),
        "consent_events": list(contact.consent_events.select_related("by")),
        "alike": alike_contacts(contact),
        "merges": _merges(MergeKind.CONTACT, contact.pk),
    }


def _common(
    reader: User, as_of: date, deals: list[Deal], leads: list[Lead], whose: Belongings, shown: int, show: Shown
) -> dict[str, Any]:
    shown = min(max(shown, STEP), MOST)
    lines = merged_timeline(whose, shown, show)
    return {
        "as_of": as_of,
        "deals": [DealLine.of(deal) for deal in deals],
        "leads": leads,
        "timeline": lines[:shown],
        "show": show,
        "kinds_shown": Shown,
        "next_shown": shown + STEP if len(lines) > shown and shown < MOST else 0,
        "refusals": list(touches_of(whose).filter(outcome=CallOutcome.DECLINED)[:REFUSALS]),
        "rights": pages_open_to(reader),
    }


def _leads(leads: Any) -> Any:
    return leads.select_related("owner", "nurturing_reason").order_by("-created_on", "-id")


def _merges(kind: MergeKind, kept_id: int) -> list[Merge]:
    return list(Merge.objects.filter(kind=kind, kept_id=kept_id).select_related("by"))


def _ids(records: Any) -> list[int]:
    return [record.pk for record in records]
