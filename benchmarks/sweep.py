"""First sweep against the floor of the same rows, and what a quiet sweep costs afterwards."""

import json
from statistics import median
from typing import Any

from benchmarks import data, sweep_floor

QUIET_NIGHTS = 9


def measured(name: str, sweeps: int = 1) -> list[dict[str, Any]]:
    """So many sweeps in a process of its own."""
    return list(json.loads(data.run(name, ["-m", "benchmarks.measure", str(sweeps)])))


def run(deals: int, repetitions: int) -> dict[str, Any]:
    """Interleaved A/B pairs on fresh copies; medians, and the ratio pair by pair."""
    template, ours, floor = f"bench_{deals}", "bench_ours", "bench_floor"
    data.make_template(template, deals=deals)
    pairs, quiet = [], []
    for _ in range(repetitions):
        data.copy(template, floor)
        floor_seconds, floor_rows = sweep_floor.run(data.url(floor))
        data.copy(template, ours)
        [first] = measured(ours)
        if first["todos"] != floor_rows:
            raise AssertionError(f"the floor made {floor_rows} to-dos, the sweep {first['todos']}")
        data.analyse(ours)
        quiet.append(measured(ours, 1 + QUIET_NIGHTS))
        pairs.append((first, floor_seconds))
    data.drop(ours, floor)
    return {
        "deals": deals,
        "todos": pairs[0][0]["todos"],
        "first_s": median(first["seconds"] for first, _floor in pairs),
        "floor_s": median(floor_s for _first, floor_s in pairs),
        "ratio": median(first["seconds"] / floor_s for first, floor_s in pairs),
        "peak_mb": max(first["peak_mb"] for first, _floor in pairs),
        "quiet_ms": median(_milliseconds(night, "writing") for nights in quiet for night in nights[1:]),
        "quiet_on_new_connection_ms": median(_milliseconds(nights[0], "writing") for nights in quiet),
        "counters_ms": median(_milliseconds(night, "counting") for nights in quiet for night in nights[1:]),
        "quiet_changes": max(night["changes"] for nights in quiet for night in nights),
    }


def _milliseconds(night: dict[str, Any], phase: str) -> float:
    return 1000 * float(night["database"][phase])
