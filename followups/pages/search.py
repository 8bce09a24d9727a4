"""One search over companies, persons, leads and deals (SC-26); how each is found stands in leads/search.py.

Persons, leads and deals are also found through the companies and persons that the answer lists: who types a company
wants its people and its deals too. They stand behind those found by their own words. One query per kind, which orders
the ids of what was found and loads the few rows that are shown, and one more where a row tells of its newest deal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from deals.models import Deal
from followups.pages.hits import COLUMNS, Hit, Row, hits_of
from leads.models import Company, Contact, Lead
from leads.search import SHORTEST_INSIDE, Closeness, Typed, closeness, matching, typed
from people.prepared import prepared
from people.text import query_key

SHOWN = 8  # of each kind
CLOSENESS = -1  # its place in a row
GUESSED_BY = 2  # characters of a text that finds nothing

AnyQuerySet = models.QuerySet[Any]
MODELS: dict[str, type[models.Model]] = {"companies": Company, "contacts": Contact, "leads": Lead, "deals": Deal}


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
    by_closeness = sorted(
        ((kind, rows) for kind, rows in found.items() if rows), key=lambda pair: pair[1][0][CLOSENESS]
    )
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
    return _in_order(found, closeness(text)).values_list(*COLUMNS[kind])


def label_of(kind: str) -> str:
    """The kind in the reader's language."""
    return {"companies": _("Companies"), "contacts": _("Contacts"), "leads": _("Leads"), "deals": _("Deals")}[kind]


def _condition(kind: str, text: str, companies: Any = (), contacts: Any = ()) -> Q:
    """Found by its own words, or belonging to these companies and contacts."""
    if kind == "companies":
        return matching(text)
    condition = matching(text) | Q(company__in=companies)
    return condition if kind == "contacts" else condition | Q(contact__in=contacts)


def _nearest(kind: str, text: str, companies: Sequence[int] = (), contacts: Sequence[int] = ()) -> list[Row]:
    """The closest rows, one more than are shown; what a row shows is loaded for these alone."""
    asked = typed(text)
    return _NEAREST[kind](asked.is_short, *asked, list(companies), list(contacts))


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
        return _in_order(manager.filter(pk__in=ids), Closeness(asked)).values_list(*COLUMNS[kind], "closeness")

    return prepared(question)


def _in_order(found: AnyQuerySet, near: Closeness) -> AnyQuerySet:
    ordered: AnyQuerySet = found.annotate(closeness=near).order_by("closeness", Length("name"), "pk")
    return ordered


def _ids(rows: Sequence[Row]) -> list[int]:
    return [row[0] for row in rows[:SHOWN]]


def _group(kind: str, rows: Sequence[Row]) -> Group:
    return Group(kind, label_of(kind), hits_of(kind, rows[:SHOWN]), has_more=len(rows) > SHOWN)


_NEAREST = {kind: _question(kind) for kind in MODELS}
