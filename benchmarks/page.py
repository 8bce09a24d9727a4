"""The manager's pages against empty pages of the same person: over HTTP, in turn, from the product's own server."""

import json
import os
import sys
from functools import partial

import django

from benchmarks.data import AS_OF
from benchmarks.day import Reader, measured, ratios, served

PAGES = {
    "check": "today/", "due": "due/", "todo_status": "todos/", "reopportunity": "reopportunity/",
    "activity": "activity/", "stock_flow": "stock-flow/", "capacity": "capacity/", "pipeline": "pipeline/",
    "lost_reasons": "lost-reasons/", "habits": "habits/", "period_end": "period-end/",
}  # fmt: skip


def main() -> None:
    """Print, for each page or those named, medians in milliseconds and its ratios to the empty pages, pair by pair."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    from people.models import RoleGrant, User
    from people.states import Role

    manager = User.objects.create_user("manager@example.co.jp", None, name="manager")
    RoleGrant.objects.create(user=manager, role=Role.IS_MANAGER)
    with served() as port:
        reader = Reader(port, manager)
        figures = {
            name: measured(partial(reader.open, f"/dashboards/{PAGES[name]}?as_of={AS_OF}"), reader)
            for name in sys.argv[1:] or PAGES
        }
    sys.stdout.write(json.dumps(ratios(figures) | {"pages": figures}))


if __name__ == "__main__":
    main()
