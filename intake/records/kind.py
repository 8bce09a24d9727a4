"""What every kind of file does with its rows."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import ClassVar

from django.db import models

from intake.drafts import Change, Draft, Run, Said
from intake.rows import Values
from people.records import Edit, lock


class Kind(ABC):
    """Makes records of rows. A chunk of rows is prepared together, drafted one by one and written together (D36)."""

    model: ClassVar[type[models.Model]]
    related: ClassVar[tuple[str, ...]] = ()  # what a conflict may have to name

    def __init__(self, run: Run) -> None:
        self.run = run

    def object(self, external_id: str, values: Values) -> list[Said]:
        """Why the row cannot become a record, judged before anything is made on sight for it."""
        return []

    def prepare(self, rows: Sequence[Values], former: Sequence[Values]) -> None:
        """Make on sight what the rows name, and read what their drafts and those of the former rows need."""
        return

    @abstractmethod
    def draft(self, external_id: str, values: Values) -> Draft:
        """The row with its links looked up and its gaps filled."""

    @abstractmethod
    def create(self, drafts: Sequence[Draft]) -> list[int]:
        """Write new records; their ids in the order of the drafts."""

    def object_to(self, change: Change) -> list[Said]:
        """Why the record cannot be changed as the row asks; may take columns back that are kept after all."""
        return []

    @abstractmethod
    def change(self, changes: Sequence[Change]) -> None:
        """Write what changed."""

    def load(self, ids: Collection[int]) -> Mapping[int, models.Model]:
        """The records by id, locked until the chunk is written."""
        queryset = self.model._default_manager.all()
        if self.run.is_dry:
            return queryset.select_related(*self.related).in_bulk(ids) if self.related else queryset.in_bulk(ids)
        return lock(queryset, ids, *self.related)

    def standing(self, ids: Collection[int]) -> Mapping[int, int]:
        """Ids of records that were merged since, with the record that stands for each today."""
        return {}

    def twins(self, drafts: Sequence[Draft]) -> Mapping[str, int]:
        """Records that stand here already without an import of their own, by external id: the rows complete them."""
        ids = [draft.columns["external_id"] for draft in drafts if draft.columns.get("external_id")]
        found = self.model._default_manager.filter(external_id__among=ids)
        return dict(found.values_list("external_id", "pk"))


def edits(changes: Sequence[Change], columns: Collection[str] | None = None) -> list[Edit]:
    """The changes as a verb takes them; columns: those that this verb writes, None for all."""
    made = []
    for change in changes:
        kept = {name: value for name, value in change.columns.items() if columns is None or name in columns}
        if kept:
            made.append(Edit(change.id, kept))
    return made


def drop(change: Change, columns: Iterable[str]) -> None:
    """Take columns back: they are kept as they stand, or written by another verb."""
    for name in columns:
        change.columns.pop(name, None)
