"""The camera: the product served on the fixed morning, Chromium in front of it, small PNG files behind it."""

import base64
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import get_resolver
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from people.models import User
from tests.pages.world import frozen
from tests.screens import scene
from tests.screens.pages import SCREENS, Screen, looks_of
from tests.services import chromium

DESK, PHONE = (1440, 900), (390, 844)
TALLEST = 1300  # pixels; what is longer shows how it begins
PALETTE = Path(__file__).with_name("palette.js").read_text()


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


def take(names: list[str], folder: Path) -> int:
    """Take the pictures of these screens, or of all; how many were taken."""
    chosen = [screen for screen in SCREENS if not names or screen.name in names]
    folder.mkdir(exist_ok=True)
    with frozen(scene.MORNING):
        found = scene.build()
        with served() as address, opened() as browser:
            return sum(photograph(browser, address, screen, found, folder) for screen in chosen)


@contextmanager
def served() -> Iterator[str]:
    """The product as in production, so that errors look as they do there, with the buttons of the demo."""
    settings.ROOT_URLCONF, settings.DEMO = "tests.screens.urls", True
    get_resolver().url_patterns  # noqa: B018  # read while DEBUG still offers the styleguide
    settings.DEBUG = False
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def opened() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium.path(), args=chromium.FLAGS)


def photograph(browser: Browser, address: str, screen: Screen, found: scene.Scene, folder: Path) -> int:
    """Take the picture on a desk by daylight; a main page on a phone and in the dark too."""
    looks = looks_of(screen)
    for look in looks:
        size = PHONE if "phone" in look else DESK
        context = browser.new_context(
            base_url=address, locale="ja-JP", timezone_id="Asia/Tokyo", reduced_motion="reduce",
            color_scheme="dark" if "dark" in look else "light", viewport={"width": size[0], "height": size[1]},
        )  # fmt: skip
        sign_in(context, address, screen.who)
        page = context.new_page()
        page.goto(screen.where(found), wait_until="networkidle")
        if screen.act:
            screen.act(page)
            page.wait_for_load_state("networkidle")
        (folder / f"{screen.name}{look}.png").write_bytes(small(context, shot(page, size)))
        context.close()
    return len(looks)


def sign_in(context: BrowserContext, address: str, who: str) -> None:
    if who:
        client = Client()
        client.force_login(User.objects.get(email=who))
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def shot(page: Page, size: tuple[int, int]) -> bytes:
    """The page in a window as high as it is, within bounds: bars that stick stand at its edges, not in its middle."""
    height = min(max(size[1], page.evaluate("document.documentElement.scrollHeight")), TALLEST)
    page.set_viewport_size({"width": size[0], "height": height})
    page.evaluate("document.fonts.ready")
    return page.screenshot()


def small(context: BrowserContext, png: bytes) -> bytes:
    """The same picture in at most 256 colours; Chromium counts them, so that no image library is needed."""
    page = context.new_page()
    answer = page.evaluate(PALETTE, base64.b64encode(png).decode())
    page.close()
    colours, pixels = base64.b64decode(answer["colours"]), base64.b64decode(answer["pixels"])
    width, height = answer["width"], answer["height"]
    rows = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
