"""Where the rows behind a number are found (SC-30): the whole question stands in the address.

A page holds hundreds of addresses that differ in a key or two: what they share is put together once.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.http import urlencode

from dashboards.reports import Asked

BLANK = "null"  # a blank key in an address, where an empty value means no filter
KEPT = 4096  # addresses and questions known to one process
Keys = tuple[tuple[str, str | int], ...]


def records_url(metric: str, asked: Asked, *, part: str = "", **keys: str | None) -> str:
    """The rows of a report under that question. keys narrow it further; None stands for a blank."""
    more = {name: BLANK if key is None else key for name, key in keys.items()} | ({"part": part} if part else {})
    return _address(_path("dashboards:records", (metric,), _place()), asked, more)


def page_url(url_name: str, asked: Asked, **keys: str | int) -> str:
    """A page of numbers under that question; keys say the rest of its address."""
    return _address(_path(url_name, (), _place()), asked, keys)


def _address(path: str, asked: Asked, more: Mapping[str, str | int]) -> str:
    where = {name: more.get(name, key or BLANK) for name, key in asked.where.items()}
    rest = urlencode({name: key for name, key in more.items() if name not in where})
    question = _question(asked.as_of, asked.first_on, asked.last_on, tuple(where.items()))
    return f"{path}?{question}&{rest}" if rest else f"{path}?{question}"


@lru_cache(maxsize=KEPT)
def _question(
    as_of: date, first_on: date | None, last_on: date | None, where: tuple[tuple[str, str | int], ...]
) -> str:
    days = {"as_of": as_of, "from": first_on, "to": last_on}
    return urlencode({name: day.isoformat() for name, day in days.items() if day} | dict(where))


def _place() -> tuple[object, str]:
    return get_urlconf(), get_script_prefix()


@lru_cache(maxsize=KEPT)
def _path(url_name: str, arguments: tuple[str, ...], _place: tuple[object, str]) -> str:
    return reverse(url_name, args=arguments)
