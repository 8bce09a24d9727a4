"""本日の要確認 against an empty page of the same person, in one process, in turn."""

import json
import os
import sys
from statistics import median
from time import perf_counter

import django

CHECK = "/dashboards/today/?as_of=2026-10-01"


def main() -> None:
    """Print medians in milliseconds and their ratio, pair by pair."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    from django.test import Client, override_settings

    from people.models import RoleGrant, User
    from people.states import Role

    user = User.objects.create_user("manager@example.co.jp", None, name="manager")
    RoleGrant.objects.create(user=user, role=Role.IS_MANAGER)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)

    def spent(address: str) -> float:
        started = perf_counter()
        response = client.get(address)
        if response.status_code != 200:
            raise AssertionError(f"{address}: {response.status_code}")
        return 1000 * (perf_counter() - started)

    with override_settings(ROOT_URLCONF="benchmarks.urls"):
        for _ in range(3):
            spent(CHECK), spent("/empty/")
        pairs = [(spent(CHECK), spent("/empty/")) for _ in range(30)]
    figures = {
        "check_ms": round(median(page for page, _empty in pairs), 2),
        "empty_ms": round(median(empty for _page, empty in pairs), 2),
        "ratio": round(median(page / empty for page, empty in pairs), 1),
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
