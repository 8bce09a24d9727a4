"""Who or what a text of the file names: an external id, else an exact normalised name (D27).

Each index is read once per file and only when it is asked for. Several bearers of one name: the first imported.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count
from typing import NamedTuple

from django.db import models

from deals.models import Deal, LostReason, Product
from leads.merged import merged_names
from leads.models import Company, Contact, Lead, LeadSource, NurturingReason
from leads.states import MergeKind
from people.models import RoleGrant, Team, User
from people.states import Role
from people.text import normalised_name

Named = tuple[int, str | None, str]  # id, external id, normalised name


class Found(NamedTuple):
    """The record a text names. is_ambiguous: others bear the same name."""

    id: int
    is_ambiguous: bool = False


@dataclass
class Index:
    """External ids and normalised names of one table. `read` yields the rows in the order of their ids."""

    read: Callable[[], Iterable[Named]]
    _places: Iterator[int] = field(default_factory=lambda: count(-1, -1))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {external_id: row_id for row_id, external_id, _name in self.read() if external_id}

    @cached_property
    def _names(self) -> dict[str, list[int]]:
        """The ids that bear a name; read only when a text is no external id."""
        names: dict[str, list[int]] = {}
        for row_id, _external_id, name in self.read():
            bearers = names.setdefault(name, [])
            if row_id not in bearers:
                bearers.append(row_id)
        return names

    def find(self, text: str) -> Found | None:
        """The record of this external id, else the first of this name; None: nothing fits."""
        row_id = self._ids.get(text)
        if row_id is not None:
            return Found(row_id)
        bearers = self._names.get(normalised_name(text))
        return Found(bearers[0], len(bearers) > 1) if bearers else None

    def has_id(self, text: str) -> bool:
        """Whether a record bears this external id."""
        return text in self._ids

    def add(self, row_id: int, external_id: str | None, name: str) -> None:
        """A record made meanwhile."""
        if external_id:
            self._ids[external_id] = row_id
        bearers = self._names.setdefault(normalised_name(name), [])
        if row_id not in bearers:
            bearers.append(row_id)

    def add_placeholder(self, name: str) -> None:
        """A record that a dry run would have made; its id is negative and never written."""
        self.add(next(self._places), None, name)

    def missing(self, texts: Iterable[str | None]) -> list[str]:
        """The texts that name nothing yet, each name once, in the order given."""
        unknown: dict[str, str] = {}
        for text in dict.fromkeys(texts):
            if text and self.find(text) is None:
                unknown.setdefault(normalised_name(text), text)
        return list(unknown.values())


def _of(model: type[models.Model], *columns: str) -> Callable[[], Iterator[Named]]:
    """Reads id, external id and normalised name; a table without external ids names one column only."""

    def read() -> Iterator[Named]:
        rows = model._default_manager.order_by("pk").values_list("pk", *columns).iterator()
        return ((row[0], row[1], row[2]) if len(row) == 3 else (row[0], None, row[1]) for row in rows)

    return read


def _customers(model: type[Company] | type[Contact], kind: MergeKind) -> Callable[[], Iterator[Named]]:
    """Reads them, then what they were called before they were merged."""
    standing = _of(model, "external_id", "name_key")
    return lambda: chain(standing(), merged_names(kind))


def _deals() -> Iterator[Named]:
    rows = Deal.objects.order_by("pk").values_list("pk", "external_id", "name").iterator()
    return ((row_id, external_id, normalised_name(name)) for row_id, external_id, name in rows)


def _picklist(model: type[LostReason] | type[NurturingReason]) -> Callable[[], Iterator[Named]]:
    """Reasons by their code, else by their label in either language."""

    def read() -> Iterator[Named]:
        for row_id, code, *labels in model._default_manager.values_list("pk", "code", "label_ja", "label_en"):
            for label in dict.fromkeys(normalised_name(label) for label in labels if label):
                yield row_id, code, label

    return read


@dataclass
class References:
    """All that the cells of one file may name."""

    users: Index = field(default_factory=lambda: Index(_of(User, "external_id", "name_key")))
    teams: Index = field(default_factory=lambda: Index(_of(Team, "name_key")))
    sources: Index = field(default_factory=lambda: Index(_of(LeadSource, "name_key")))
    products: Index = field(default_factory=lambda: Index(_of(Product, "name_key")))
    companies: Index = field(default_factory=lambda: Index(_customers(Company, MergeKind.COMPANY)))
    contacts: Index = field(default_factory=lambda: Index(_customers(Contact, MergeKind.CONTACT)))
    leads: Index = field(default_factory=lambda: Index(_of(Lead, "external_id", "name_key")))
    deals: Index = field(default_factory=lambda: Index(_deals))
    lost_reasons: Index = field(default_factory=lambda: Index(_picklist(LostReason)))
    nurturing_reasons: Index = field(default_factory=lambda: Index(_picklist(NurturingReason)))

    @cached_property
    def grants(self) -> set[tuple[int, Role]]:
        """The roles held."""
        return {(user_id, Role(role)) for user_id, role in RoleGrant.objects.values_list("user_id", "role")}

    @cached_property
    def leavers(self) -> set[int]:
        """People who do not work here any more."""
        return set(User.objects.filter(is_active=False).values_list("pk", flat=True))

    @cached_property
    def reasons(self) -> dict[int, LostReason]:
        """The lost reasons as they stand when the import begins (D5)."""
        return LostReason.objects.in_bulk()
