"""How a typed text finds customers, leads and deals, the same on both databases.

Two keys stand in every row, derived from it whenever it is written (`set_keys`):

- `search_key`: name, reading, phone as dialled (0312345678) and e-mail, folded (people/text.py: kana, width, corporate
  form, spaces and signs do not matter), a space between them.
- `starts_key`: the first one and two characters of every word of name and reading.

From three characters on, a row is found where its search key **contains** the text: PostgreSQL answers from a trigram
index, SQLite reads the table. A text of one or two characters holds no trigram, so it is looked for among the **starts
of words**, whole: PostgreSQL answers from a GIN index over the array of these words, which needs no extension and no
locale that knows Japanese. Both conditions mean the same on SQLite, and the order uses no collation, so neither answers
nor their order depend on the database. A phone number is found from three of its digits on.

Closest first: a name, reading, phone or mail that is the text, then one that begins with it, then one that holds it;
among equals the shorter name, then the older record.
"""

from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, IntegerField, Q
from django.db.models.sql.compiler import SQLCompiler

from people.text import query_key

LIKE = {"postgresql": "LIKE %s", "sqlite": "LIKE %s ESCAPE '\\'"}
PLACE = {"postgresql": "STRPOS", "sqlite": "INSTR"}  # where one text stands in another
SHORTEST_INSIDE = 3  # characters, what a trigram needs


def matching(text: str, where: str = "") -> Q:
    """The condition that a row is found by the text; none for ''. where: the way to the row, such as "company__"."""
    key = query_key(text)
    if not key:
        return Q()
    if len(key) < SHORTEST_INSIDE:
        return Q(**{f"{where}starts_key__has_word": key})
    return Q(**{f"{where}search_key__contains": key})


class Typed(NamedTuple):
    """A text as it is compared: its key, the key as a whole part and as the beginning of one.

    found_by: what rows are looked up by, the key itself where it is short, else a pattern.
    """

    key: str
    whole: str
    begins: str
    found_by: str

    @property
    def is_short(self) -> bool:
        """Whether it is looked for among the starts of words."""
        return len(self.key) < SHORTEST_INSIDE

    def condition(self, *, is_short: bool) -> "Q | Inside":
        """That a row is found by the text, as `matching` says it; looks at none of the values, for `prepared`."""
        return Q(starts_key__has_word=self.found_by) if is_short else Inside(self.found_by)


def typed(text: str) -> Typed:
    """The text as somebody typed it, made ready to be compared."""
    key = query_key(text)
    found_by = key if len(key) < SHORTEST_INSIDE else f"%{connection.ops.prep_for_like_query(key)}%"
    return Typed(key, f" {key} ", f" {key}", found_by)


class Inside(Func):
    """Whether the search key fits a pattern."""

    output_field = BooleanField()

    def __init__(self, pattern: str) -> None:
        super().__init__(F("search_key"))
        self.pattern = pattern

    def as_sql(  # type: ignore[override]  # nothing of the template of Func is used
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_kwargs: Any
    ) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} {LIKE[connection.vendor]}", [*params, self.pattern]


class Closeness(Func):
    """0 where one part of the search key is the text, 1 where one begins with it, 2 where it holds it, 3 elsewhere.

    Written as SQL: the same from conditions of Django takes longer to compose than to answer. A place in a text is
    found in half the time of a pattern, and thousands of rows are looked at to find the closest nine.
    """

    output_field = IntegerField()

    def __init__(self, typed: Typed) -> None:
        super().__init__(F("search_key"))
        self.typed = typed

    def as_sql(  # type: ignore[override]  # nothing of the template of Func is used
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_kwargs: Any
    ) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        place = PLACE[connection.vendor]
        steps = (
            (f"' ' || {column} || ' '", self.typed.whole),
            (f"' ' || {column}", self.typed.begins),
            (column, self.typed.key),
        )
        cases = " ".join(f"WHEN {place}({text}, %s) > 0 THEN {step}" for step, (text, _part) in enumerate(steps))
        assert not params
        return f"CASE {cases} ELSE 3 END", [part for _text, part in steps]


def closeness(text: str) -> Closeness:
    """How near the text comes to a row's search key."""
    return Closeness(typed(text))
