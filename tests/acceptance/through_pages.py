"""`python -m tests.acceptance.through_pages ADDRESS …`: what a manager reads on each page, and what stands behind it.

Prints one JSON object: address → {"status", "numbers": {address of the rows: what the link says}}; for an address of
records instead {"status", "page", "csv", "json"}, how many rows each of the three has. Nothing is written.
"""

import csv
import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
django.setup()

from django.db import transaction  # noqa: E402 - needs Django
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from people.models import RoleGrant, User  # noqa: E402
from people.states import Role  # noqa: E402
from tests.dashboards.page_links import links_of  # noqa: E402


def main(addresses: list[str]) -> None:
    setup_test_environment()
    with transaction.atomic():
        reader = User.objects.create(name="閲覧", email="reader@example.com")
        RoleGrant.objects.create(user=reader, role=Role.VIEWER)
        client = Client()
        client.force_login(reader)
        found = {address: _read(client, address) for address in addresses}
        transaction.set_rollback(True)
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


def _read(client: Client, address: str) -> dict[str, Any]:
    if address.startswith("/records/"):
        return _rows(client, address)
    page = client.get(address)
    return {"status": page.status_code, "numbers": {link.url: link.says for link in links_of(page)}}


def _rows(client: Client, address: str) -> dict[str, Any]:
    base, _mark, query = address.partition("/?")
    page = client.get(address)
    file = b"".join(client.get(f"{base}.csv?{query}").streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    return {
        "status": page.status_code,
        "page": page.context["page"].paginator.count,
        "csv": len(list(csv.reader(file.splitlines(keepends=True)))) - 1,
        "json": client.get(f"{base}.json?{query}").json()["total"],
    }


if __name__ == "__main__":
    main(sys.argv[1:])
