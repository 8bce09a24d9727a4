"""The pages of a rep's day against an empty page of the same person, in one process, in turn."""

import json
import os
import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch

import django

NOW = datetime(2026, 10, 1, 10, 0, tzinfo=timezone(timedelta(hours=9)))
PAIRS, CALLS = 30, 15
PAGES = {
    "today": "/today/",
    "deals": "/deals/",
    "my_deals": "/deals/?mine=1",
    "todos": "/todos/",
    "search_one": "/search/?q=東",
    "search_kana": "/search/?q=しののめほ",
    "search_inside": "/search/?q=自動車整",
    "search_phone": "/search/?q=03-4512",
}


def main() -> None:
    """Print, for each page, medians in milliseconds, its ratio to the empty page pair by pair, and its queries."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    from django.test import Client, override_settings

    from benchmarks.customers import READER
    from people.models import User

    with patch("django.utils.timezone.now", lambda: NOW), override_settings(ROOT_URLCONF="benchmarks.urls"):
        reader = User.objects.get(external_id=READER)
        client = Client(headers={"host": "localhost"})
        client.force_login(reader)
        figures = {name: measured(partial(read, client, page), client) for name, page in PAGES.items()}
        figures |= save_and_next(client)
    ratios = {name: figure["ratio"] for name, figure in figures.items()}
    sys.stdout.write(json.dumps(ratios | {"save_queries": figures["save"]["queries"], "pages": figures}))


def measured(work: Callable[[], None], client: Any) -> dict[str, float]:
    """The medians of one page, after three runs to warm up."""
    empty = partial(read, client, "/empty/")
    for _ in range(3):
        work(), empty()
    pairs = [(spent(work), spent(empty)) for _ in range(PAIRS)]
    return medians(pairs) | {"queries": queries_of(work)}


def medians(pairs: list[tuple[float, float]]) -> dict[str, float]:
    """Of a page and the empty page beside it, and of their ratio."""
    return {
        "ms": round(median(page for page, _empty in pairs), 2),
        "empty_ms": round(median(empty for _page, empty in pairs), 2),
        "ratio": round(median(page / empty for page, empty in pairs), 1),
    }


def save_and_next(client: Any) -> dict[str, dict[str, float]]:
    """Call after call through the reader's day, each form as it was shown: the save, and the next card after it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    here, saves, cards, counts = "/today/", [], [], []
    for number in range(CALLS):
        form = re.sub(r"\s+", " ", client.get(here).content.decode())
        address = re.search(r'id="call" method="post" action="([^"]+)"', form)[1]
        shown = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w[^"]*)"', form))
        room_on = NOW.date() + timedelta(days=100 + number)
        answers = {
            "outcome": "not_connected",
            "note": "留守番電話に伝言",
            "when": f"{room_on}",
            "next_subject": "再架電",
        }
        before = spent(partial(read, client, "/empty/"))
        started = perf_counter()
        with CaptureQueriesContext(connection) as queries:
            here = client.post(address, shown | answers)["Location"]
        saves.append((1000 * (perf_counter() - started), before))
        counts.append(len(queries))
        cards.append((spent(partial(read, client, here)), before))
    return {"save": medians(saves) | {"queries": min(counts)}, "card": medians(cards)}


def read(client: Any, address: str) -> None:
    """Open a page that must be there."""
    response = client.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address}: {response.status_code}")


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of the wall clock."""
    started = perf_counter()
    work()
    return 1000 * (perf_counter() - started)


def queries_of(work: Callable[[], object]) -> int:
    """How many statements it sends, those that open and close transactions included."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


if __name__ == "__main__":
    main()
