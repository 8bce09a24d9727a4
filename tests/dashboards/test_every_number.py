"""Every number on every page of numbers opens its records: tile = list = CSV = JSON.

The pages are found in the address book and their numbers on the pages, so one that is added later is counted unasked.
"""

import csv
import re
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import Team, User
from people.states import Role
from tests import demo
from tests.dashboards.page_links import Link, links_of
from tests.pages.addresses import PATTERNS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = timezone.make_aware(datetime.combine(demo.DAY, time(9, 42)))
NOT_NUMBERS = {"definitions", "activity_panels", "sign"}  # words, and what is only written to
PAGES = sorted(
    name for name, takes_a_record in PATTERNS.items()
    if name.startswith("dashboards:") and not takes_a_record and name.partition(":")[2] not in NOT_NUMBERS
)  # fmt: skip
WHOLE = re.compile(r"(?:^|: )([\d,]+)(?:件|名|社|日|回)?(?: \(.*\))?$")
SHARE = re.compile(r"(?:^|: )([\d,]+\.\d)%(?: .*)?$")
FRACTION = re.compile(r"^([\d,]+)/([\d,]+)$")


@pytest.fixture(scope="module")
def reader(django_db_setup: None, django_db_blocker: Any, run_folder: Path) -> Iterator[Client]:
    """A manager in the demo company on a Friday morning."""
    with django_db_blocker.unblock(), demo.company(run_folder), mock.patch.object(timezone, "now", lambda: NOW):
        client = Client()
        client.force_login(User.objects.with_role(Role.IS_MANAGER).get())
        yield client


def differences(reader: Client, link: Link) -> list[str]:
    """Where list, CSV and JSON say something else than the link does; nothing where it names no number."""
    claimed = WHOLE.search(link.says) or FRACTION.search(link.says)
    share = SHARE.search(link.says)
    if not claimed and not share:
        return []
    page = reader.get(link.url)
    if page.status_code != 200:
        return [f"{link.says}: {link.url} answers {page.status_code}"]
    if share:
        shown = page.context["rate"]
        percent = shown and shown.percent
        return [] if percent == float(share[1].replace(",", "")) else [f"{link.says}: {link.url} says {percent}%"]
    assert claimed is not None
    base, _, query = link.url.partition("/?")
    file = b"".join(reader.get(f"{base}.csv?{query}").streaming_content).decode("utf-8-sig")
    counts = {
        "list": page.context["page"].paginator.count,
        "csv": len(list(csv.reader(file.splitlines(keepends=True)))) - 1,
        "json": reader.get(f"{base}.json?{query}").json()["total"],
    }
    due = int(claimed[1].replace(",", ""))
    return [f"{link.says}: {link.url} {what} has {count}" for what, count in counts.items() if count != due]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("narrowed", [False, True], ids=["all", "one team"])
def test_every_number_opens_as_many_records_as_it_says(reader, name, narrowed):
    team = Team.objects.order_by("id").values_list("name", flat=True)[0]
    page = reader.get(reverse(name), {"team": team} if narrowed else {})
    assert page.status_code == 200
    found = {(link.url, link.says): link for link in links_of(page)}
    counted = [link for link in found.values() if WHOLE.search(link.says) or SHARE.search(link.says)]
    assert counted, f"{name} shows no number that opens its records"
    assert [fault for link in counted for fault in differences(reader, link)] == []


def test_a_link_that_says_another_number_is_found(reader):
    assert differences(reader, Link(f"/records/coverage/?as_of={demo.DAY}", "全件: 1")) != []
    assert differences(reader, Link(f"/records/untouched/?as_of={demo.DAY}", "未着手率: 99.9%")) != []
