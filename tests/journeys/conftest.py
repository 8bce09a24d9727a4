"""The hour at which people are at work, and the screens that they look at.

A journey goes alike at whatever hour of whatever day it is tested. What it writes, a desk writes on both databases; a
phone shows the same in another look, for which one database is enough.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.pages.world import frozen


@pytest.fixture(autouse=True)
def working_hours() -> Iterator[None]:
    """A Thursday, ten o'clock in Tokyo."""
    with frozen():
        yield


@pytest.fixture(
    params=[
        pytest.param(({"width": 1440, "height": 900}, "light"), id="desk by daylight"),
        pytest.param(({"width": 390, "height": 844}, "dark"), id="phone in the dark", marks=pytest.mark.look),
    ]
)
def screen(request: pytest.FixtureRequest, page: Page) -> Page:
    size, scheme = request.param
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return page
