"""Uploaded files are deleted a month later; what was read of them and imported stays."""

import os
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from intake.models import UploadedFile
from intake.uploads import clear, is_there, path_of
from leads.models import Company
from tests.factories import UserFactory
from tests.intake.page_desk import PageDesk

pytestmark = pytest.mark.django_db
FILE = ("会社.csv", "会社ID,会社名\nC1,青葉\n".encode())


@pytest.fixture
def desk(client: Client) -> PageDesk:
    client.force_login(UserFactory(admin=True, language="en"))
    return PageDesk(client)


def aged(upload: UploadedFile, days: int, seconds: int = 0) -> None:
    moment = timezone.now() - timedelta(days=days, seconds=seconds)
    UploadedFile.objects.filter(pk=upload.pk).update(uploaded_at=moment)
    os.utime(path_of(upload).parent, (moment.timestamp(), moment.timestamp()))


@pytest.mark.parametrize(("seconds", "stays"), [(-60, True), (60, False)])
def test_a_file_is_kept_for_thirty_days(desk: PageDesk, seconds: int, stays: bool) -> None:
    [upload] = desk.upload(FILE)
    aged(upload, 30, seconds)
    clear(timezone.now())
    assert is_there(upload) is stays


def test_the_file_of_an_import_that_waits_stays(desk: PageDesk) -> None:
    [upload] = desk.upload(FILE)
    aged(upload, 40)
    upload.batches.create(kind="companies", file_name="x", status="waiting")
    assert clear(timezone.now()) == 0 and is_there(upload)


def test_what_came_in_stays_and_the_page_says_what_to_do(desk: PageDesk) -> None:
    desk.import_(FILE)
    upload = UploadedFile.objects.get()
    aged(upload, 40)
    assert clear(timezone.now()) == 1
    assert Company.objects.count() == 1
    assert desk.try_out(upload) is None
    assert "deleted 30 days after its upload" in desk.said()
