"""Lines of a list are known again by the ids of their records."""

from collections.abc import Iterable
from typing import Any


def ids(rows: Iterable[Any]) -> list[int]:
    """In their order."""
    return [row.pk for row in rows]
