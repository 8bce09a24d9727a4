"""The world and its visitors, built once for the tests of a file."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import transaction

from followups.digest import digests
from intake.archive import ordered
from tests.pages import world as worlds
from tests.pages.visitors import Visitors


@pytest.fixture(scope="module")
def visitors(django_db_setup: None, django_db_blocker: Any) -> Iterator[Visitors]:
    """One world for all pages: what a page does in it is undone after each question."""
    logging.disable(logging.ERROR)
    unneeded = mock.patch("django.test.client.store_rendered_templates")  # of every part of every page: half the time
    kept = mock.patch("intake.uploads.is_there", return_value=True)  # the upload of the world is a row without its file
    with django_db_blocker.unblock(), worlds.frozen(), unneeded, kept, transaction.atomic():
        made = Visitors(worlds.build(), digests())
        for user in made.world.roles.values():
            made.log_in(user)
        yield made
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def orders(tmp_path: Path) -> Iterator[None]:
    """A full export that a page orders is a file, which no rollback takes back."""
    with mock.patch.object(ordered, "folder", lambda: tmp_path):
        yield
