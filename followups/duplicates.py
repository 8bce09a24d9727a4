"""Records that may be the same person: shown before a lead is entered, and on its page (C-30, SC-21)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from deals.models import Deal
from leads.models import Contact, Lead
from people.text import e164, normalised_name

SHOWN = 5  # of each kind; more says no more


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as he was typed."""

    name: str
    company_name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be the same person. about: its company and where it stands; why: what is the same."""

    kind: str
    name: str
    about: str
    why: str
    url: str
    record: Lead | Contact | Deal


def candidates(person: Person, *, except_lead_id: int | None = None) -> list[Candidate]:
    """Leads, contacts and deals with the same e-mail, the same phone, or the same name at the same company.

    Three queries, none where nothing was typed that could be compared.
    """
    if not _same(person):
        return []
    leads = Lead.objects.filter(_same(person)).exclude(pk=except_lead_id or 0).select_related("company")
    contacts = Contact.objects.filter(_same(person)).select_related("company")
    deals = Deal.objects.filter(_same(person, "contact__") | Q(lead__in=leads.order_by())).select_related(
        "company", "contact__company"
    )
    return [
        *(_of_lead(person, lead) for lead in leads.order_by("id")[:SHOWN]),
        *(_of_contact(person, contact) for contact in contacts.order_by("id")[:SHOWN]),
        *(_of_deal(person, deal) for deal in deals.order_by("id").distinct()[:SHOWN]),
    ]


def _same(person: Person, at: str = "") -> Q:
    """The condition on a record, or on the one at the end of `at`."""
    same = Q()
    if person.email.strip():
        same |= Q(**{f"{at}email__iexact": person.email.strip()})
    if _number(person):
        same |= Q(**{f"{at}phone": _number(person)})
    if names := _names(person):
        name, company = names
        same |= Q(**{f"{at}name_key": name, f"{at}company__name_key": company})
    return same


def _number(person: Person) -> str:
    """Only what is a phone number; two people with 内線不明 are not the same."""
    number = e164(person.phone)
    return number if number.startswith("+") else ""


def _names(person: Person) -> tuple[str, str] | None:
    name, company = normalised_name(person.name), normalised_name(person.company_name)
    return (name, company) if name and company else None


def _why(person: Person, record: Lead | Contact) -> str:
    return _(", ").join(_reasons(person, record))


def _reasons(person: Person, record: Lead | Contact) -> Iterator[str]:
    if person.email.strip() and person.email.strip().casefold() == record.email.casefold():
        yield _("The same e-mail")
    if record.phone and record.phone == _number(person):
        yield _("The same phone")
    company = record.company.name_key if record.company else ""
    if _names(person) == (record.name_key, company):
        yield _("The same name at the same company")


def _of_lead(person: Person, lead: Lead) -> Candidate:
    about = [lead.company.name if lead.company else "", str(lead.get_status_display())]
    url = reverse("followups:lead", args=[lead.pk])
    return Candidate(_("Lead"), lead.name, _(", ").join(filter(None, about)), _why(person, lead), url, lead)


def _of_contact(person: Person, contact: Contact) -> Candidate:
    about = [contact.company.name if contact.company else "", contact.title, contact.do_not_contact_reason]
    if contact.company_id:
        url = reverse("followups:company", args=[contact.company_id])
    else:
        url = reverse("leads:contact_edit", args=[contact.pk])
    return Candidate(_("Contact"), contact.name, _(", ").join(filter(None, about)), _why(person, contact), url, contact)


def _of_deal(person: Person, deal: Deal) -> Candidate:
    about = [deal.company.name if deal.company else "", str(deal.get_status_display())]
    why = _why(person, deal.contact) if deal.contact else ""
    url = reverse("followups:deal", args=[deal.pk])
    return Candidate(
        _("Deal"), deal.name, _(", ").join(filter(None, about)), why or _("Made of such a lead"), url, deal
    )
