"""Who looks at the pages, and when."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from people.models import User
from tests.factories import UserFactory


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def me(client: Client) -> User:
    """A person of inside sales, logged in."""
    user = UserFactory(inside=True, name="佐藤 美咲")
    client.force_login(user)
    return user
