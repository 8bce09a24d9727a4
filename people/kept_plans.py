"""Questions whose plan PostgreSQL keeps as long as the connection lives, instead of planning them anew for every page.

Planning took 9 of the 12 ms that the database worked for 本日のコール. Only the values of a question are sent apart;
what never changes in it stands there as a literal, so that partial indexes are still found. Whether one plan serves
all values is for PostgreSQL to decide (plan_cache_mode=auto).
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

import psycopg
from django.db import DataError, NotSupportedError, ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.numeric import Int4, Int8

PLACE = re.compile("%%|%s")
LARGEST_INT4 = 2**31 - 1
MOST_PLANS = 200  # of one connection, the latest used; one of a page of numbers takes about 0.2 MB of the server


class KeptPlan:
    """How PostgreSQL is asked one question of `people.prepared`, once it has shown that it understands it so.

    A value that is sent apart has no type where its place gives it none; a literal always has one. So a question is
    tried outside of transactions, where a refusal breaks nothing; once refused it is asked in full, as on SQLite.
    """

    __slots__ = ("is_proven", "is_refused", "params", "places", "sql", "text")

    def __init__(self, sql: str, params: Sequence[Any], places: Collection[int]) -> None:
        """places: where the values stand among the params; the others never change."""
        self.sql, self.params, self.places = sql, params, sorted(places)
        self.text = ""
        self.is_proven = self.is_refused = False

    def rows(self, connection: BaseDatabaseWrapper, params: Sequence[Any]) -> list[Any] | None:
        """What the database has now. None: it has to be asked in full."""
        if self.is_refused or connection.settings_dict["OPTIONS"].get("prepare_threshold") is None:
            return None  # among them SQLite, which plans in no time
        if not self.is_proven and not connection.get_autocommit():
            return None
        try:
            found = self._asked(connection, params)
        except (DataError, NotSupportedError, ProgrammingError):
            self.is_refused = True  # also where a migration changed a column under a plan
            if connection.get_autocommit():
                return None
            raise
        self.is_proven = True
        return found

    def _asked(self, connection: BaseDatabaseWrapper, params: Sequence[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            self.text = self.text or self._text(cursor.cursor)
            cursor.cursor.connection.prepared_max = MOST_PLANS
            cursor.cursor = _PlanKeeper(cursor.cursor.connection)
            cursor.execute(self.text, [_typed(params[place]) for place in self.places])
            return list(cursor.fetchall())

    def _text(self, cursor: Any) -> str:
        """The statement with its constants as literals; only the values are left open."""
        number = iter(range(len(self.params)))

        def filled(found: re.Match[str]) -> str:
            if found[0] == "%%" or (place := next(number)) in self.places:
                return found[0]
            literal: str = cursor.mogrify("%s", [self.params[place]])
            return literal.replace("%", "%%")

        return PLACE.sub(filled, self.sql)


class _PlanKeeper(psycopg.Cursor[Any]):
    """Sends values apart from the statement, and the statement once per connection."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        return super().execute(query, params, prepare=True)


def _typed(value: Any) -> Any:
    """A whole number as wide as PostgreSQL reads its literal: each width would be a plan of its own."""
    if type(value) is not int:
        return value
    return Int4(value) if abs(value) <= LARGEST_INT4 else Int8(value)
