"""A full export that a page orders: written in the background, fetched by admins alone, deleted after a week."""

import json
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followups.digest import digests
from intake.archive import ordered
from intake.archive.manifest import MANIFEST
from intake.tasks import bring_in, clear_uploads
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("intake:export")


@pytest.fixture(autouse=True)
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(admin=True, name="山口 亮", language="en"))
    return client


def said(client: Client) -> str:
    return str(client.get(PAGE).content.decode())


def test_what_is_ordered_is_written_by_beat_and_holds_everything(admin: Client) -> None:
    DealFactory()
    assert "No export is ready." in said(admin)
    admin.post(PAGE)
    assert "Waits for its turn" in said(admin) and "山口 亮" in said(admin)
    bring_in()

    [export] = ordered.exports()
    assert ordered.under_way() is None and export.name in said(admin)
    answer = admin.get(reverse("intake:export_file", args=[export.name]))
    fetched = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert "attachment" in answer["Content-Disposition"] and len(fetched) == export.size
    with ZipFile(BytesIO(fetched)) as archive:
        assert json.loads(archive.read(MANIFEST))["digests"] == digests()


def test_progress_is_told_file_by_file_until_the_last(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    pages: list[str] = []
    keep = ordered._keep

    def listening(path: Path, facts: dict[str, Any]) -> None:
        keep(path, facts)
        if path.name == ordered.RUNNING:
            told.append((facts["done"], facts["all"]))
            if facts["done"] == 1:
                pages.append(admin.get(PAGE, headers={"HX-Request": "true"}).content.decode())

    monkeypatch.setattr(ordered, "_keep", listening)
    admin.post(PAGE)
    bring_in()

    total = told[0][1]
    assert told == [(done, total) for done in range(total)]
    assert f"1 of {total} files" in pages[0] and "<html" not in pages[0]
    assert admin.get(PAGE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_one_is_under_way_at_a_time(admin: Client) -> None:
    admin.post(PAGE)
    answer = admin.post(PAGE, follow=True)
    assert "under way already" in answer.content.decode()
    assert ordered.write_ordered(timezone.now()) and not ordered.write_ordered(timezone.now())
    assert len(ordered.exports()) == 1


def died(ago: timedelta, of_the_file: timedelta | None = None) -> Path:
    """The writer is killed: what he leaves is as old as that, and the half file of an age of its own."""
    running = (ordered.folder() / ordered.WAITING).rename(ordered.folder() / ordered.RUNNING)
    half = ordered.folder() / "salesfollow-2026-11-22-030000.zip.part"
    half.write_bytes(b"half")
    for path, age in ((running, ago), (half, of_the_file or ago)):
        moment = (timezone.now() - age).timestamp()
        os.utime(path, (moment, moment))
    return half


@pytest.mark.parametrize(("silent_for", "is_taken_up"), [(timedelta(minutes=9), False), (timedelta(minutes=11), True)])
def test_one_whose_writer_died_is_taken_up_again(admin: Client, silent_for: timedelta, is_taken_up: bool) -> None:
    admin.post(PAGE)
    half = died(silent_for)

    assert ordered.write_ordered(timezone.now()) is is_taken_up
    assert (len(ordered.exports()), half.exists()) == (is_taken_up, not is_taken_up)


def test_a_long_table_is_a_sign_of_life_as_long_as_the_file_grows(admin: Client) -> None:
    admin.post(PAGE)
    died(timedelta(minutes=20), of_the_file=timedelta(minutes=1))

    assert not ordered.write_ordered(timezone.now())
    assert "Nothing has moved" not in said(admin)


def test_while_nobody_is_there_to_go_on_the_page_says_so(admin: Client) -> None:
    admin.post(PAGE)
    died(timedelta(minutes=20))

    assert "Nothing has moved for 20 minutes." in said(admin)


def test_one_of_which_its_writers_die_twice_is_given_up_with_the_reason(admin: Client) -> None:
    admin.post(PAGE)
    died(timedelta(minutes=11))
    ordered._take_from_the_dead(timezone.now())
    assert "Waits for its turn" in said(admin) and "山口 亮" in said(admin)
    died(timedelta(minutes=11))

    assert not ordered.write_ordered(timezone.now())
    assert "was ended twice before it was ready. Order it again, or write it on the server" in said(admin)
    assert ordered.under_way() is None and [path.name for path in ordered.folder().iterdir()] == ["failed.json"]


def test_one_that_a_time_limit_ends_says_so_and_what_to_do(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 25 * 60.0])

    def too_long(*_arguments: Any, **_more: Any) -> None:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(ordered, "write_archive", too_long)
        patch.setattr(ordered, "monotonic", lambda: next(clock))
        admin.post(PAGE)
        bring_in()
    assert "broke off after 25 minutes, before it was ready. Order it again, or write it on the server" in said(admin)
    assert ordered.under_way() is None
    admin.post(PAGE)
    assert "broke off" not in said(admin)


def test_an_export_has_the_whole_time_of_a_task_for_itself(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([1, 0])
    monkeypatch.setattr("intake.tasks.work", lambda now: next(counts))
    admin.post(PAGE)
    bring_in()
    assert not ordered.exports()
    bring_in()
    assert len(ordered.exports()) == 1


def test_a_full_disk_is_told_and_the_next_order_forgets_it(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(ordered, "write_archive", full)
        admin.post(PAGE)
        bring_in()
    assert "No space left on device" in said(admin) and ordered.under_way() is None
    admin.post(PAGE)
    assert "No space left on device" not in said(admin)


@pytest.mark.parametrize(("seconds", "stays"), [(-60, True), (60, False)])
def test_it_is_deleted_a_week_later_with_its_checksum(admin: Client, seconds: int, stays: bool) -> None:
    admin.post(PAGE)
    bring_in()
    made = (timezone.now() - ordered.KEPT_FOR - timedelta(seconds=seconds)).timestamp()
    [path] = ordered.folder().glob("*.zip")
    os.utime(path, (made, made))
    clear_uploads()

    assert bool(ordered.exports()) is stays
    assert bool(list(ordered.folder().iterdir())) is stays


@pytest.mark.parametrize("name", ["salesfollow-2026.zip", "waiting.json", "..", "%2e%2e%2fsecret"])
def test_no_other_file_can_be_fetched(admin: Client, name: str) -> None:
    admin.post(PAGE)
    assert admin.get(f"{PAGE}{name}/").status_code == 404


def test_nobody_but_an_admin_orders_or_fetches(admin: Client, client: Client) -> None:
    admin.post(PAGE)
    bring_in()
    [export] = ordered.exports()
    client.force_login(UserFactory(manager=True))
    fetched = reverse("intake:export_file", args=[export.name])
    assert [client.get(PAGE).status_code, client.post(PAGE).status_code, client.get(fetched).status_code] == [403] * 3
