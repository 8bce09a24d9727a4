"""What every journey asks of a page on its way: that it can be read, by eye and by a reader of screens."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A page under way has neither root nor body, and its parts come a little later.
IS_COMPLETE = """() => document.readyState === "complete" && document.body !== null
  && document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling") === null"""


def is_readable(page: Page) -> bool:
    """Nothing for axe to complain about, and nothing that runs out of the screen.

    The page may finish loading first. After a press that leads elsewhere, wait for that address before you ask: nobody
    but you knows that the old page is not the one to judge.
    """
    complete(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    return True


def complete(page: Page) -> None:
    """Wait until the page has loaded, its scripts have run and the parts that it fetches by itself are there."""
    page.wait_for_load_state()
    page.wait_for_function(IS_COMPLETE)
