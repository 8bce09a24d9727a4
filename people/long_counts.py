"""How long a long list is: counted once, and again half a minute later.

Counting a hundred thousand rows takes ten times what the page beside the count takes. Up to KEPT_FROM rows are counted
anew for every page; above it one process may be up to KEPT_SECONDS behind. What is kept is known by the question
itself, so a filter, a person or another day has a count of its own.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

KEPT_FROM = 10_000  # rows
KEPT_SECONDS = 30
MOST_QUESTIONS = 1000

_kept: dict[Any, tuple[float, Mapping[str, int]]] = {}


def count_of(rows: "models.QuerySet[Any]") -> int:
    """How many rows there are."""
    return kept_while_long(rows, lambda: {"all": rows.count()})["all"]


def known_count_of(rows: "models.QuerySet[Any]") -> int | None:
    """How many rows there were within the last half minute, if they were many; else None."""
    known = _kept.get(_question(rows, ()))
    return known[1]["all"] if known is not None and monotonic() - known[0] <= KEPT_SECONDS else None


def kept_while_long(
    rows: "models.QuerySet[Any]", count: Callable[[], Mapping[str, int]], *also: object
) -> Mapping[str, int]:
    """The counts of these rows, `all` among them; also: what the counts depend on besides the rows, such as the day."""
    question = _question(rows, also)
    known = _kept.get(question)
    if known is not None and monotonic() - known[0] <= KEPT_SECONDS:
        return known[1]
    counts = count()
    _kept.pop(question, None)
    if counts["all"] >= KEPT_FROM:
        if len(_kept) >= MOST_QUESTIONS:
            _kept.clear()
        _kept[question] = (monotonic(), counts)
    return counts


def _question(rows: "models.QuerySet[Any]", also: tuple[object, ...]) -> Any:
    try:
        asked = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        asked = ("", ())
    return connection.settings_dict["NAME"], asked, also
