"""How rows of any kind are shown: their columns, their order, and what is loaded with them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from dashboards.reports.dimensions import Label

CHUNK = 2000  # rows of a file that are held in memory at a time


@dataclass(frozen=True, slots=True)
class Column:
    """One property of a row. form says how the page shows it: text, day, moment or number."""

    label: Label
    value: Callable[[Any], object]
    form: str = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with the form in which the page shows it."""

    value: object
    form: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """How the rows of one model are shown. kind names the template's way of drawing them."""

    kind: str
    columns: Sequence[Column]
    order: Sequence[str]
    related: Sequence[str] = ()
    prefetched: Sequence[Any] = ()

    def loaded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in their order with everything the columns read; the number of queries does not grow with them."""
        return rows.select_related(*self.related).prefetch_related(*self.prefetched).order_by(*self.order)

    def header(self) -> list[Label]:
        return [column.label for column in self.columns]

    def cells(self, rows: Iterable[Model]) -> Iterator[list[Cell]]:
        """The rows of a page, column by column."""
        for row in rows:
            yield [Cell(column.value(row), column.form) for column in self.columns]

    def file_rows(self, rows: QuerySet[Any]) -> Iterator[list[object]]:
        """The values of all rows, loaded piece by piece."""
        for row in self.loaded(rows).iterator(chunk_size=CHUNK):
            yield [column.value(row) for column in self.columns]


def at(path: str) -> Callable[[Any], object]:
    """Reads deal.company.name of a row; None where a link is missing. A method at the end is called."""

    def read(row: Any) -> object:
        for name in path.split("."):
            row = getattr(row, name)
            if row is None:
                return None
        return row() if callable(row) else row

    return read
