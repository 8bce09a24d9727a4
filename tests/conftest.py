"""What every test may ask for: a database as migrated, a live Redis, a PostgreSQL of its own, a real browser."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from psycopg import Error

from people import date_styles, labels
from people.states import DateStyle
from tests import one_at_a_time
from tests.database import Migrated
from tests.services import Absent, chromium, is_everything_required, postgres, redis

ON_POSTGRES = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
PATIENCE = 60  # seconds for whatever a browser does: a busy machine needs them, a test that passes waits no longer
# Said of a request that a newer one replaced, as while somebody types; one that failed is told by another name as well.
REPLACED = ("htmx:sendAbort,", "htmx:afterRequest,")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and not ON_POSTGRES:
        do_without("runs on PostgreSQL only: `make test`, or TEST_DATABASE_URL=postgres://…")


def do_without(reason: object) -> None:
    """Skip the test, or fail it where nothing may be missing."""
    if is_everything_required():
        pytest.fail(f"REQUIRE_ALL=1: {reason}", pytrace=False)
    pytest.skip(str(reason))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        migrated = Migrated.read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: migrated.restore())
        with nullcontext() if ON_POSTGRES else one_at_a_time.taking_turns():
            yield


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What lies here is there for all workers of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(autouse=True)
def own_labels() -> None:
    """Each test begins with the product's own labels, so that no page asks for an admin's and none is left over."""
    labels.keep({})


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Each test begins in Japanese with western dates, whoever read a page in the test before it."""
    translation.deactivate()
    date_styles.choose(DateStyle.WESTERN)


@pytest.fixture(autouse=True)
def own_plans() -> None:
    """A plan that was kept for the empty tables of another test would read the thousands of this one wrongly.

    Outside of tests PostgreSQL looks at tables that have grown, and then plans anew by itself.
    """
    if connection.vendor == "postgresql" and connection.connection is not None:
        with suppress(Error):  # a connection that a test has broken is opened anew
            connection.connection.execute("DISCARD PLANS")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    try:
        with redis.running() as url:
            yield url
    except Absent as reason:
        do_without(reason)


@pytest.fixture
def live_redis_url(redis_server: str) -> Iterator[str]:
    """An empty database on a real Redis, the test's own."""
    try:
        with redis.empty_database(redis_server) as url:
            yield url
    except Absent as reason:
        do_without(reason)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    try:
        with postgres.running() as server:
            yield server.url
    except Absent as reason:
        do_without(reason)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty PostgreSQL database for tests that start processes of their own; nothing is migrated in it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with postgres.empty_database(postgres_server, f"{postgres.DATABASE_NAME}_own_{worker}") as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        program = chromium.path()
    except Absent as reason:
        do_without(reason)
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def open_browser(browser: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """`open_browser(viewport=…)`: a Japanese browser at the live server, closed when the test ends, however it ends.

    The server has answered everything by then: the database is emptied next, and nobody may be at work on it.
    """
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        address = {"base_url": live_server.url, "locale": "ja-JP", "timezone_id": "Asia/Tokyo"}
        opened.append(browser.new_context(**address | options))
        opened[-1].set_default_timeout(PATIENCE * 1000)
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(PATIENCE)


@pytest.fixture
def context(open_browser: Callable[..., BrowserContext]) -> BrowserContext:
    """The browser on a desk."""
    return open_browser(viewport={"width": 1440, "height": 900})


@pytest.fixture
def without_script(open_browser: Callable[..., BrowserContext], context: BrowserContext) -> Callable[[], Page]:
    """`without_script()`: a page on a phone that runs no script, for whoever is signed in by then."""
    phone = {"width": 390, "height": 844}
    return lambda: open_browser(
        java_script_enabled=False, viewport=phone, storage_state=context.storage_state()
    ).new_page()


@pytest.fixture
def console_errors() -> list[str]:
    """What the page's console reported: refused scripts and styles, failed requests. Clear it where one is expected."""
    return []


@pytest.fixture
def page(context: BrowserContext, console_errors: list[str]) -> Iterator[Page]:
    """A page on which an error in the console fails the test; the status of the page itself is the test's business."""

    def listen(message: ConsoleMessage) -> None:
        is_error = message.type == "error" and not message.text.startswith(REPLACED)
        if is_error and message.location["url"] != opened.url:
            console_errors.append(message.text)

    opened = context.new_page()
    opened.on("console", listen)
    opened.on("pageerror", lambda error: console_errors.append(str(error)))
    yield opened
    assert console_errors == []


@pytest.fixture
def sign_in(context: BrowserContext, live_server: Any) -> Callable[[Any], None]:
    """`sign_in(user)`: the browser carries that user's session from here on, without the login form."""

    def carry_session(user: Any) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return carry_session
