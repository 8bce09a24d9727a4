"""The hour at which people are at work: a journey goes alike at whatever hour of whatever day it is tested."""

from collections.abc import Iterator

import pytest

from tests.pages.world import frozen


@pytest.fixture(autouse=True)
def working_hours() -> Iterator[None]:
    """A Thursday, ten o'clock in Tokyo."""
    with frozen():
        yield
