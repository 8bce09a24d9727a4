"""What an undo costs beside the run that it takes back."""

import json
from statistics import median
from typing import Any

from benchmarks import data

_TIMED = """
import json, os, sys
from time import perf_counter
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
import django
django.setup()
from benchmarks.data import AS_OF
from followups.models import SweepRun
from followups.rules import sweep, undo_sweep
started = perf_counter()
if sys.argv[1] == "sweep":
    said = {"changes": sweep(as_of=AS_OF)["changes"]}
else:
    said = {"kept": len(undo_sweep(SweepRun.objects.latest("pk").pk, by=None, as_of=AS_OF).kept)}
sys.stdout.write(json.dumps(said | {"seconds": perf_counter() - started}))
"""


def timed(name: str, verb: str) -> dict[str, Any]:
    """One sweep, or the undo of the newest, in a process of its own."""
    return dict(json.loads(data.run(name, ["-c", _TIMED, verb])))


def run(deals: int, repetitions: int) -> dict[str, Any]:
    """A first sweep and at once, without statistics of the rows that it wrote, its undo on a copy; medians."""
    template, copy = f"bench_{deals}", "bench_undo"
    data.make_template(template, deals=deals)
    pairs = []
    for _ in range(repetitions):
        data.copy(template, copy)
        swept = timed(copy, "sweep")
        pairs.append((swept, timed(copy, "undo")))
    data.drop(copy)
    return {
        "deals": deals,
        "changes": pairs[0][0]["changes"],
        "kept": max(undone["kept"] for _swept, undone in pairs),
        "sweep_s": median(swept["seconds"] for swept, _undone in pairs),
        "undo_s": median(undone["seconds"] for _swept, undone in pairs),
        "ratio": median(undone["seconds"] / swept["seconds"] for swept, undone in pairs),
    }
