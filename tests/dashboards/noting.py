"""What is noted as changed by a statement, and statements past the product's verbs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from deals.models import DealLoss
from people.models import ChangedPortion
from tests.factories import TODAY, DealFactory
from tests.kept import changed


def loss(**fields: Any) -> DealLoss:
    """A loss with its deal."""
    made = DealFactory(lost=True)
    return DealLoss.objects.create(deal=made, lost_on=TODAY, reason=made.lost_reason, in_scope=True, **fields)


def sql(statement: str, row: Any, *params: Any) -> None:
    """A statement on the table of the row."""
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=row._meta.db_table), params)


def noted(verb: Callable[[], object]) -> set[int]:
    """What the verb alone notes as changed."""
    ChangedPortion.objects.all().delete()
    verb()
    return changed()


def insert(row: Any) -> None:
    """One statement."""
    type(row).objects.bulk_create([row])


def delete(row: Any) -> None:
    """Past the verbs, that keep a history."""
    sql("DELETE FROM {table} WHERE id = %s", row, row.pk)


@contextmanager
def unwatched(table: str) -> Iterator[None]:
    """Nobody notes what is written into the table inside."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} ENABLE TRIGGER USER")
