"""What every journey asks of a page on its way: that it can be read, by eye and by a reader of screens."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def is_readable(page: Page) -> bool:
    """Nothing for axe to complain about, and nothing that runs out of the screen; first the page may finish loading."""
    page.wait_for_load_state()
    page.wait_for_function("document.documentElement && document.body")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    return True
