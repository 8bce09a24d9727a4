"""The address of a filtered list as it is kept and compared: without the page number and without empty answers."""

from collections.abc import Iterable
from urllib.parse import urlencode

NOT_A_CONDITION = frozenset({"page", "csrfmiddlewaretoken"})


def canonical_query(lists: Iterable[tuple[str, list[str]]]) -> str:
    """One spelling of what a list asks for, in whatever order. lists: as QueryDict.lists() gives them."""
    asked = [(name, value) for name, values in lists for value in values if value and name not in NOT_A_CONDITION]
    return urlencode(sorted(asked))
