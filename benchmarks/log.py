"""What keeping the volume per day costs: the same calls logged with the mark of their day and without it, in turn."""

import json
import os
import sys
from contextlib import nullcontext
from statistics import median
from time import perf_counter
from unittest.mock import patch

import django

from benchmarks.data import AS_OF, NOW

WARM, PAIRS = 20, 300


def main() -> None:
    """Print the medians in milliseconds and the median of the pairs' ratios."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    from deals.models import Deal

    deals = iter(Deal.objects.open().order_by("id").values_list("pk", "fs_owner")[: 2 * (WARM + PAIRS)])
    pairs = [(logged(*next(deals)), logged(*next(deals), is_kept=False)) for _ in range(WARM + PAIRS)][WARM:]
    figures = {
        "ratio": round(median(kept / bare for kept, bare in pairs), 3),
        "kept_ms": round(median(kept for kept, _bare in pairs), 2),
        "bare_ms": round(median(bare for _kept, bare in pairs), 2),
    }
    sys.stdout.write(json.dumps(figures))


def logged(deal_id: int, owner_id: int, *, is_kept: bool = True) -> float:
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
