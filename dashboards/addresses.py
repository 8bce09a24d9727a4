"""Where the rows behind a number are found (SC-30): the whole question stands in the address."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.http import urlencode

from dashboards.reports import Asked

BLANK = "null"  # a blank key in an address, where an empty value means no filter


def records_url(metric: str, asked: Asked, *, part: str = "", **keys: str | None) -> str:
    """The rows of a report under that question. keys narrow it further; None stands for a blank."""
    found = dict(_question(asked)) | {name: BLANK if key is None else key for name, key in keys.items()}
    query = found | ({"part": part} if part else {})
    return f"{reverse('dashboards:records', args=[metric])}?{urlencode(query)}"


def page_url(url_name: str, asked: Asked, **keys: str | int) -> str:
    """A page of numbers under that question; keys say the rest of its address."""
    query: dict[str, str | int] = {**dict(_question(asked)), **keys}
    return f"{reverse(url_name)}?{urlencode(query)}"


def _question(asked: Asked) -> Iterator[tuple[str, str]]:
    yield "as_of", asked.as_of.isoformat()
    if asked.first_on:
        yield "from", asked.first_on.isoformat()
    if asked.last_on:
        yield "to", asked.last_on.isoformat()
    for name, key in asked.where.items():
        yield name, key or BLANK
