"""The pages of a rep's day against empty pages of the same person: over HTTP, in turn, from the product's own server.

One kept-alive connection, one worker, static files by their hashed names. Statements are counted beside it, in process.
Each page is divided by two that show nothing (benchmarks/urls.py): the bare answer and the layout that all pages share.
"""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlencode

import django

from benchmarks.data import NOW, ROOT

WARM, PAIRS, CALLS = 4, 40, 18  # the calls end before the day of the reader does
PAGES = {
    "today": "/today/",
    "deals": "/deals/",
    "my_deals": "/deals/?mine=1",
    "todos": "/todos/",
    "search_one": f"/search/?q={quote('東')}",
    "search_kana": f"/search/?q={quote('しののめほ')}",
    "search_inside": f"/search/?q={quote('自動車整')}",
    "search_phone": "/search/?q=03-4512",
}
# Leafed on with every request: rows that this process has never drawn.
LEAFED = {"deals_leafed": "/deals/?page={}", "todos_leafed": "/todos/?page={}"}


def main() -> None:
    """Print, for each page or those named, medians in milliseconds, its ratios to the empty pages, and its queries."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    with served() as port:
        reader = Reader(port, _reader())
        wanted = sys.argv[1:] or [*PAGES, *LEAFED, "save"]
        figures = {name: measured(partial(reader.open, PAGES[name]), reader) for name in wanted if name in PAGES}
        figures |= {name: measured(partial(reader.leaf, LEAFED[name]), reader) for name in wanted if name in LEAFED}
        if "save" in wanted:
            figures["save"] = save_and_next(reader)
    for name, queries in statements().items():
        figures.setdefault(name, {})["queries"] = queries
    queries = {"save_queries": figures["save"]["queries"]}
    sys.stdout.write(json.dumps(ratios(figures) | queries | {"pages": figures}))


def ratios(figures: dict[str, dict[str, float]]) -> dict[str, float]:
    """Of each page that was opened, to the layout by its name and to the bare answer as `name_bare`."""
    opened = {name: figure for name, figure in figures.items() if "ratio" in figure}
    return {name: one["ratio"] for name, one in opened.items()} | {
        f"{name}_bare": one["bare_ratio"] for name, one in opened.items()
    }


@contextmanager
def served() -> Iterator[int]:
    """The port of the product's web server, as `ops.run` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [f"{Path(sys.executable).parent}/granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--blocking-threads", "4", "--log-level", "warning"]
    server = subprocess.Popen([*command, "benchmarks.server:application"], cwd=ROOT)
    try:
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _reader() -> Any:
    from benchmarks.customers import READER
    from people.models import User

    return User.objects.get(external_id=READER)


class Reader:
    """One person with a browser that keeps its connection."""

    def __init__(self, port: int, person: Any) -> None:
        from importlib import import_module

        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        self.cookies = {settings.SESSION_COOKIE_NAME: session.session_key}
        self.connection = connected(port)
        self.leafed: dict[str, int] = {}

    def ask(self, method: str, address: str, body: str = "", **headers: str) -> tuple[HTTPResponse, str]:
        """The answer and its text."""
        headers |= {"Host": "localhost", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        self.connection.request(method, address, body.encode() or None, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer, text

    def open(self, address: str) -> str:
        """A page that must be there."""
        answer, text = self.ask("GET", address)
        if answer.status != 200:
            raise AssertionError(f"{address}: {answer.status}")
        return text

    def leaf(self, address: str) -> str:
        """The next page of a list, from the second on."""
        self.leafed[address] = self.leafed.get(address, 1) + 1
        return self.open(address.format(self.leafed[address]))


def connected(port: int) -> HTTPConnection:
    """A connection to the server, once it listens."""
    for _ in range(300):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.connect()
        except ConnectionRefusedError:
            sleep(0.1)
        else:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise AssertionError("The server does not answer.")


def measured(work: Callable[[], object], reader: Reader) -> dict[str, float]:
    """The medians of one page, once it is warm."""
    for _ in range(WARM):
        work(), unshown(reader)
    return medians([(spent(work), *unshown(reader)) for _ in range(PAIRS)])


def unshown(reader: Reader) -> tuple[float, float]:
    """Milliseconds of the layout without content and of the bare answer."""
    return spent(partial(reader.open, "/layout/")), spent(partial(reader.open, "/empty/"))


def medians(taken: list[tuple[float, float, float]]) -> dict[str, float]:
    """Of a page, of the layout and the bare answer beside it, and of its ratios to these two."""
    return {
        "ms": round(median(page for page, _layout, _bare in taken), 2),
        "layout_ms": round(median(layout for _page, layout, _bare in taken), 2),
        "bare_ms": round(median(bare for _page, _layout, bare in taken), 2),
        "ratio": round(median(page / layout for page, layout, _bare in taken), 1),
        "bare_ratio": round(median(page / bare for page, _layout, bare in taken), 1),
    }


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of the wall clock."""
    started = perf_counter()
    work()
    return 1000 * (perf_counter() - started)


def save_and_next(reader: Reader) -> dict[str, float]:
    """Call after call through the reader's day, each form as it was shown, until the next card stands there.

    As in the browser the next card is fetched before the save and the list behind it; both stand beside it as figures of
    their own, next_card_ms and list_refresh_ms, and drawn_anew counts the saves whose answer had to bring the card.
    """
    page, taken, behind, drawn_anew = reader.open("/today/"), [], [], 0
    for number in range(WARM + CALLS):
        page = one_line(page)
        address, form = filled(page, number)
        form["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]  # type: ignore[index]
        card, fetching = fetched_card(reader, page)
        stamp = re.search(r'data-stamp="([^"]*)"', card)[1]  # type: ignore[index]
        without = unshown(reader)
        started = perf_counter()
        answer = saved(reader, address, urlencode(form | {"fetched": stamp}))
        taken.append((1000 * (perf_counter() - started), *without))
        is_card_shown = 'id="call"' not in answer
        drawn_anew += not is_card_shown
        page, refreshing = refreshed(reader, card) if is_card_shown else (answer, 0.0)
        behind.append((fetching, refreshing))
    fetching, refreshing = (median(one) for one in zip(*behind[WARM:], strict=True))
    return medians(taken[WARM:]) | {
        "next_card_ms": round(fetching, 2), "list_refresh_ms": round(refreshing, 2), "drawn_anew": drawn_anew,
    }  # fmt: skip


def one_line(page: str) -> str:
    """The page without its line breaks, as the expressions below read it."""
    return re.sub(r"\s+", " ", page)


def part_of(reader: Reader, address: str, asked: str) -> tuple[str, float]:
    """What the script of the page fetches by itself, and the milliseconds that it took."""
    started = perf_counter()
    answer, text = reader.ask("GET", f"{address}{'&' if '?' in address else '?'}{asked}", **{"HX-Request": "true"})
    if answer.status != 200:
        raise AssertionError(f"{address} {asked}: {answer.status}")
    return one_line(text), 1000 * (perf_counter() - started)


def fetched_card(reader: Reader, page: str) -> tuple[str, float]:
    """The card of the next call, while this one goes on."""
    wanted = re.search(r'data-card="([^"]+)"', page)[1]  # type: ignore[index]
    now = re.search(r'data-todo="(\d+)"', page)[1]  # type: ignore[index]
    return part_of(reader, wanted, f"part=card&after={now}")


def refreshed(reader: Reader, card: str) -> tuple[str, float]:
    """The card with the list as it is now, and who comes next by it."""
    text, spent_ms = part_of(reader, filled(card, 0)[0], "part=list")
    following = r"<span[^>]* data-onward.*?</span>"
    return re.sub(following, lambda _old: re.search(following, text)[0], card), spent_ms  # type: ignore[index]


def saved(reader: Reader, address: str, form: str) -> str:
    """The answer to a call that is saved as the script of the page saves it."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    answer, text = reader.ask("POST", address, form, **headers)
    if answer.headers["HX-Push-Url"] is None:
        raise AssertionError(f"{address}: {answer.status} {text[:300]}")
    return text


def filled(page: str, number: int) -> tuple[str, dict[str, str]]:
    """Where the form of the call goes, and what it says: not connected, again on a day that has room."""
    form = one_line(page)
    address = re.search(r'id="call" method="post" action="([^"]+)"', form)[1]  # type: ignore[index]
    shown = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w[^"]*)"', form))
    again_on = NOW.date().replace(year=2027, month=1 + number // 28, day=1 + number % 28)
    answers = {"outcome": "not_connected", "note": "留守番電話に伝言", "when": f"{again_on}", "next_subject": "再架電"}
    return address, shown | answers


def statements() -> dict[str, int]:
    """How many statements each page sends, those that open and commit a transaction apart."""
    from django.db import connection
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext

    from benchmarks.customers import READER
    from people.models import User

    counts = {}
    with patch("django.utils.timezone.now", lambda: NOW), override_settings(ROOT_URLCONF="benchmarks.urls"):
        client = Client(headers={"host": "localhost"})
        client.force_login(User.objects.get(external_id=READER))
        for name, work in [(name, partial(client.get, page)) for name, page in PAGES.items()] + [
            ("save", partial(client.post, *sent_with_the_next_card(client), headers={"HX-Request": "true"}))
        ]:
            with CaptureQueriesContext(connection) as queries:
                work()
            asked = [query["sql"] or "" for query in queries]  # None: the text of a question whose plan is kept
            counts[name] = sum(not sql.startswith(("BEGIN", "COMMIT")) for sql in asked)
    return counts


def sent_with_the_next_card(client: Any) -> tuple[str, dict[str, str]]:
    """The form of the first call of the day, once the card of the next one is fetched."""
    page = one_line(client.get("/today/").content.decode())
    wanted, first = re.search(r'data-card="([^"]+)"', page)[1], re.search(r'data-todo="(\d+)"', page)[1]  # type: ignore[index]
    card = client.get(wanted, {"part": "card", "after": first}, headers={"HX-Request": "true"})
    address, form = filled(page, 0)
    stamp = re.search(r'data-stamp="([^"]*)"', card.content.decode())[1]  # type: ignore[index]
    return address, form | {"fetched": stamp}


if __name__ == "__main__":
    main()
