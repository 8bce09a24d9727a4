"""One search over companies, persons, leads and deals (SC-26); how each is found stands in leads/search.py.

Persons, leads and deals are also found through the companies and persons that the answer lists: who types a company
wants its people and its deals too. They stand behind those found by their own words. One query per kind, which orders
the ids of what was found and loads the few rows that are shown, and one more where a row tells of its newest deal.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Max, Prefetch, Q
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _

from deals.models import Deal
from leads.models import Company, Contact, Lead
from leads.search import SHORTEST_INSIDE, Closeness, Typed, closeness, matching, typed
from people.models import User
from people.prepared import prepared
from people.text import query_key

SHOWN = 8  # of each kind
GUESSED_BY = 2  # characters of a text that finds nothing

AnyQuerySet = models.QuerySet[Any]
MODELS: dict[str, type[models.Model]] = {"companies": Company, "contacts": Contact, "leads": Lead, "deals": Deal}


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found. more: what tells it from its namesakes; status and owner may be ''."""

    icon: str
    url: str
    name: str
    more: Sequence[str]
    status: str
    owner: str
    is_barred: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, the closest first. has_more: the page of the kind lists the rest."""

    kind: str
    label: str
    hits: list[Hit]
    has_more: bool


def search(text: str) -> list[Group]:
    """The closest records of each kind, the kind with the closest first; kinds without any are left out.

    Nothing for a text without a letter.
    """
    if not query_key(text):
        return []
    companies = _nearest("companies", text)
    contacts = _nearest("contacts", text, _ids(companies))
    leads = _nearest("leads", text, _ids(companies), _ids(contacts))
    deals = _nearest("deals", text, _ids(companies), _ids(contacts))
    found = {"companies": companies, "contacts": contacts, "leads": leads, "deals": deals}
    by_closeness = sorted(((kind, rows) for kind, rows in found.items() if rows), key=lambda pair: pair[1][0].closeness)
    return [_group(kind, rows) for kind, rows in by_closeness]


def guesses(text: str) -> list[Group]:
    """Companies and persons that begin like a text that finds nothing: another reading, a slip of the fingers."""
    start = query_key(text)[:GUESSED_BY]
    if len(query_key(text)) < SHORTEST_INSIDE:
        return []
    found = {kind: _nearest(kind, start) for kind in ("companies", "contacts")}
    return [_group(kind, rows) for kind, rows in found.items() if rows]


def all_of(kind: str, text: str) -> AnyQuerySet:
    """Everything of one kind that is found, the closest first, for a list in pages."""
    if not query_key(text):
        return MODELS[kind]._default_manager.none()
    companies = Company.objects.filter(matching(text)).values("pk")
    contacts = Contact.objects.filter(_condition("contacts", text, companies)).values("pk")
    found: AnyQuerySet = MODELS[kind]._default_manager.filter(_condition(kind, text, companies, contacts))
    return _loaded(kind, _in_order(found, closeness(text)))


def hits_of(kind: str, rows: Sequence[Any]) -> list[Hit]:
    """The rows as they are shown."""
    return [HITS[kind](row) for row in rows]


def label_of(kind: str) -> str:
    """The kind in the reader's language."""
    return {"companies": _("Companies"), "contacts": _("Contacts"), "leads": _("Leads"), "deals": _("Deals")}[kind]


def _condition(kind: str, text: str, companies: Any = (), contacts: Any = ()) -> Q:
    """Found by its own words, or belonging to these companies and contacts."""
    if kind == "companies":
        return matching(text)
    condition = matching(text) | Q(company__in=companies)
    return condition if kind == "contacts" else condition | Q(contact__in=contacts)


def _nearest(kind: str, text: str, companies: Sequence[int] = (), contacts: Sequence[int] = ()) -> list[Any]:
    """The closest rows, one more than are shown; what a row shows is loaded for these alone."""
    asked = typed(text)
    rows = _NEAREST[kind](asked.is_short, *asked, list(companies), list(contacts))
    if kind in ("companies", "contacts"):
        _add_newest_deals(kind, rows)
    return rows


def _question(kind: str) -> prepared:
    """What `_nearest` asks of one kind."""

    def question(is_short: bool, *told: Any) -> AnyQuerySet:
        asked, (companies, contacts), manager = Typed(*told[:-2]), told[-2:], MODELS[kind]._default_manager
        found: Any = asked.condition(is_short=is_short)
        if kind != "companies":
            found = Q(found) | Q(company__in=companies)
        if kind in ("leads", "deals"):
            found |= Q(contact__in=contacts)
        ids = _in_order(manager.filter(found), Closeness(asked)).values("pk")[: SHOWN + 1]
        return _with_names(kind, _in_order(manager.filter(pk__in=ids), Closeness(asked)))

    return prepared(question)


def _in_order(found: AnyQuerySet, near: Closeness) -> AnyQuerySet:
    ordered: AnyQuerySet = found.annotate(closeness=near).order_by("closeness", Length("name"), "pk")
    return ordered


def _loaded(kind: str, rows: AnyQuerySet) -> AnyQuerySet:
    """With everything that a hit shows."""
    named = _with_names(kind, rows)
    return named.prefetch_related(_newest_deal()) if kind in ("companies", "contacts") else named


def _with_names(kind: str, rows: AnyQuerySet) -> AnyQuerySet:
    if kind == "companies":
        return rows.only("name", "kana", "industry")
    if kind == "contacts":
        return rows.select_related("company").only("name", "kana", "title", "do_not_contact_reason", "company__name")
    owners = ("owner",) if kind == "leads" else ("fs_owner", "is_owner")
    names = [f"{record}__name" for record in ("company", *owners)]
    return rows.select_related("company", *owners).only("name", "status", *names)


def _ids(rows: Sequence[Any]) -> list[int]:
    return [row.pk for row in rows[:SHOWN]]


def _group(kind: str, rows: Sequence[Any]) -> Group:
    return Group(kind, label_of(kind), hits_of(kind, rows[:SHOWN]), has_more=len(rows) > SHOWN)


def _newest_deal() -> "Prefetch[str]":
    return Prefetch("deals", _deals_shown().order_by("-pk")[:1], to_attr="newest_deals")


def _deals_shown() -> AnyQuerySet:
    deals = Deal.objects.select_related("fs_owner", "is_owner")
    return deals.only("company", "contact", "status", "fs_owner__name", "is_owner__name")


def _add_newest_deals(kind: str, rows: Sequence[Any]) -> None:
    """`_newest_deal` for the few rows of an answer, by one query."""
    of_companies = kind == "companies"
    newest = _newest_of_companies if of_companies else _newest_of_contacts
    found = {deal.company_id if of_companies else deal.contact_id: deal for deal in newest([row.pk for row in rows])}
    for row in rows:
        row.newest_deals = [found[row.pk]] if row.pk in found else []


@prepared
def _newest_of_companies(ids: list[int]) -> AnyQuerySet:
    newest = Deal.objects.filter(company__in=ids).order_by().values("company").annotate(newest=Max("pk"))
    return _deals_shown().filter(pk__in=newest.values("newest"))


@prepared
def _newest_of_contacts(ids: list[int]) -> AnyQuerySet:
    newest = Deal.objects.filter(contact__in=ids).order_by().values("contact").annotate(newest=Max("pk"))
    return _deals_shown().filter(pk__in=newest.values("newest"))


def _state(deals: Sequence[Deal]) -> tuple[str, str]:
    """Status and owner of the newest deal."""
    return (str(deals[0].get_status_display()), _name(deals[0].fs_owner or deals[0].is_owner)) if deals else ("", "")


def _name(user: User | None) -> str:
    return user.name if user else ""


def _company_hit(company: Any) -> Hit:
    url = reverse("followups:company", args=[company.pk])
    return Hit("building", url, company.name, [company.kana, company.industry], *_state(company.newest_deals))


def _contact_hit(contact: Any) -> Hit:
    url = reverse("followups:contact", args=[contact.pk])
    more = [contact.kana, _text(contact.company), contact.title]
    return Hit("user", url, contact.name, more, *_state(contact.newest_deals), bool(contact.do_not_contact_reason))


def _lead_hit(lead: Lead) -> Hit:
    url = reverse("followups:lead", args=[lead.pk])
    return Hit("flag", url, lead.name, [_text(lead.company)], str(lead.get_status_display()), _name(lead.owner))


def _deal_hit(deal: Deal) -> Hit:
    url = reverse("followups:deal", args=[deal.pk])
    return Hit("briefcase", url, deal.name, [_text(deal.company)], *_state([deal]))


def _text(record: models.Model | None) -> str:
    return str(record) if record else ""


HITS: dict[str, Callable[[Any], Hit]] = {
    "companies": _company_hit,
    "contacts": _contact_hit,
    "leads": _lead_hit,
    "deals": _deal_hit,
}
_NEAREST = {kind: _question(kind) for kind in MODELS}
