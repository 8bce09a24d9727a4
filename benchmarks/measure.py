"""Runs inside one process against one database: where the time of a sweep goes, and how much memory it takes."""

import json
import os
import resource
import sys
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import Any
from unittest.mock import patch

import django


def main() -> None:
    """Sweep as often as the argument says and print, per sweep, what it took: seconds, database seconds of finding and
    writing and of counting, and the peak memory of the process so far in MB.

    The first sweep pays for a new connection, whose server process reads the catalogue first; the others are those of a
    beat or worker that stays up.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    from django.db import connection

    from benchmarks.data import AS_OF
    from followups.rules.sweep import summarise, sweep

    connection.ensure_connection()
    spent: Counter[str]
    phase = ["writing"]

    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent[phase[0]] += perf_counter() - started

    def counting(*args: Any, **kwargs: Any) -> Any:
        phase[0] = "counting"
        try:
            return summarise(*args, **kwargs)
        finally:
            phase[0] = "writing"

    sweeps = []
    for _ in range(int(sys.argv[1])):
        spent = Counter()
        with patch("followups.rules.sweep.summarise", counting), connection.execute_wrapper(timed):
            summary = sweep(as_of=AS_OF)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures = {"seconds": summary["seconds"], "todos": summary["todos_created"], "changes": summary["changes"]}
        sweeps.append(figures | {"database": dict(spent), "peak_mb": round(peak, 1)})
    sys.stdout.write(json.dumps(sweeps))


if __name__ == "__main__":
    main()
