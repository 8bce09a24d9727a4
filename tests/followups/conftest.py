"""Who looks at the pages, and when."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from people.models import User
from tests.factories import UserFactory
from tests.pages.world import frozen


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def at_once() -> Iterator[None]:
    """No time passes: a call may be taken back for ten seconds, and a busy machine needs as long for two pages."""
    with frozen(timezone.now()):
        yield


@pytest.fixture
def me(client: Client) -> User:
    """A person of inside sales, logged in."""
    user = UserFactory(inside=True, name="佐藤 美咲")
    client.force_login(user)
    return user
