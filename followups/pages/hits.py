"""What a search shows of each record it has found: flat values of a few columns, and the state of its newest deal."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Max
from django.urls import get_script_prefix, reverse

from deals.models import Deal
from deals.states import DealStatus
from followups.lines import Labels
from leads.states import LeadStatus
from people.prepared import prepared

Row = tuple[Any, ...]  # the columns of its kind, and behind them how close it comes
State = tuple[str, str]

COLUMNS: dict[str, tuple[str, ...]] = {
    "companies": ("pk", "name", "kana", "industry"),
    "contacts": ("pk", "name", "kana", "company__name", "title", "do_not_contact_reason"),
    "leads": ("pk", "name", "company__name", "status", "owner__name"),
    "deals": ("pk", "name", "company__name", "status", "fs_owner__name", "is_owner__name"),
}


class Hit(NamedTuple):
    """One record that was found. more: what tells it from its namesakes; status and owner may be ''."""

    icon: str
    url: str
    name: str
    more: tuple[str, ...]
    status: str
    owner: str
    is_barred: bool = False


def hits_of(kind: str, rows: Sequence[Row]) -> list[Hit]:
    """The rows as they are shown; one query more where a row tells of its newest deal."""
    return _HITS[kind](rows)


def _companies(rows: Sequence[Row]) -> list[Hit]:
    states = _states(_newest_of_companies([row[0] for row in rows]))
    return [
        Hit("building", _address("followups:company", pk), name, (kana, industry), *states.get(pk, ("", "")))
        for pk, name, kana, industry, *_closeness in rows
    ]


def _contacts(rows: Sequence[Row]) -> list[Hit]:
    states = _states(_newest_of_contacts([row[0] for row in rows]))
    hits = []
    for pk, name, kana, company, title, barred, *_closeness in rows:
        more, state = (kana, company or "", title), states.get(pk, ("", ""))
        hits.append(Hit("user", _address("followups:contact", pk), name, more, *state, bool(barred)))
    return hits


def _leads(rows: Sequence[Row]) -> list[Hit]:
    labels = Labels(LeadStatus)
    return [
        Hit("flag", _address("followups:lead", pk), name, (company or "",), labels[status], owner or "")
        for pk, name, company, status, owner, *_closeness in rows
    ]


def _deals(rows: Sequence[Row]) -> list[Hit]:
    labels = Labels(DealStatus)
    return [
        Hit("briefcase", _address("followups:deal", pk), name, (company or "",), labels[status], fs or inside or "")
        for pk, name, company, status, fs, inside, *_closeness in rows
    ]


def _states(newest: Iterable[Row]) -> dict[int, State]:
    """Status and owner of the newest deal by the record it belongs to."""
    labels = Labels(DealStatus)
    return {pk: (labels[status], fs or inside or "") for pk, status, fs, inside in newest}


@prepared
def _newest_of_companies(ids: list[int]) -> "models.QuerySet[Any, Any]":
    return _newest("company", ids)


@prepared
def _newest_of_contacts(ids: list[int]) -> "models.QuerySet[Any, Any]":
    return _newest("contact", ids)


def _newest(whose: str, ids: list[int]) -> "models.QuerySet[Any, Any]":
    newest = Deal.objects.filter(**{f"{whose}__in": ids}).order_by().values(whose).annotate(newest=Max("pk"))
    deals = Deal.objects.filter(pk__in=newest.values("newest")).order_by()
    return deals.values_list(f"{whose}_id", "status", "fs_owner__name", "is_owner__name")


def _address(url_name: str, pk: int) -> str:
    return _address_below(get_script_prefix(), url_name, pk)


@lru_cache(maxsize=4096)
def _address_below(_prefix: str, url_name: str, pk: int) -> str:
    return reverse(url_name, args=[pk])


_HITS = {"companies": _companies, "contacts": _contacts, "leads": _leads, "deals": _deals}
