"""What keeping counts costs: calls logged with the marks of their day and deal and without them, block by block."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from statistics import median
from time import perf_counter
from unittest.mock import patch

import django

from benchmarks.data import AS_OF, NOW

BLOCKS, WARM, CALLS = 20, 10, 25  # the first calls of a block are not counted: their plans are made anew


def main() -> None:
    """Print the medians in milliseconds and the median of the ratios of neighbouring blocks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    from deals.models import Deal

    rows = Deal.objects.open().order_by("id").values_list("pk", "fs_owner")[: 2 * (1 + BLOCKS) * (WARM + CALLS)]
    deals = iter(rows)
    pairs = [(block(deals), block(deals, is_kept=False)) for _ in range(1 + BLOCKS)][1:]
    figures = {
        "ratio": round(median(kept / bare for kept, bare in pairs), 3),
        "kept_ms": round(median(kept for kept, _bare in pairs), 2),
        "bare_ms": round(median(bare for _kept, bare in pairs), 2),
    }
    sys.stdout.write(json.dumps(figures))


def block(deals: Iterator[tuple[int, int]], *, is_kept: bool = True) -> float:
    """The median in milliseconds of so many calls."""
    watch(is_kept=is_kept)
    return median([logged(*next(deals), is_kept=is_kept) for _ in range(WARM + CALLS)][WARM:])


def watch(*, is_kept: bool) -> None:
    """Let the triggers write down what changes, or not."""
    from django.db import connection

    from dashboards.triggers import PORTIONS

    with connection.cursor() as cursor:
        for table in PORTIONS:
            for verb in ("insert", "update", "delete"):
                state = "ENABLE" if is_kept else "DISABLE"
                cursor.execute(f"ALTER TABLE {table} {state} TRIGGER {table}_portions_{verb}")


def logged(deal_id: int, owner_id: int, *, is_kept: bool) -> float:
    """Milliseconds of one call that did not get through, from its verb to its commit."""
    from activities.actions import log_call
    from activities.models import Activity
    from people.models import User

    owner = User.objects.get(pk=owner_id)
    call = Activity(deal_id=deal_id, outcome="not_connected", occurred_at=NOW)
    without = patch("activities.actions.recording.touch_volume", lambda activities, held: None)
    with nullcontext() if is_kept else without:
        started = perf_counter()
        log_call(call, by=owner, as_of=AS_OF)
        return 1000 * (perf_counter() - started)


if __name__ == "__main__":
    main()
