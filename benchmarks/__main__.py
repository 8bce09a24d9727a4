"""`make bench`: the speed ratios of the product, each within one run. Needs a PostgreSQL (BENCH_DATABASE_URL)."""

import argparse
import json
import os
import tempfile
from typing import Any

from benchmarks import data, intake, sweep, trial, undo
from benchmarks.page import PAGES

# ratio or figure → its bound
BOUNDS = {
    "sweep": {"ratio": 2.0, "quiet_ms": 15.0, "counters_ms": 60.0, "peak_mb": 150.0},
    "undo": {"ratio": 3.0},
    "trial": {"median_s": 1.0, "lead_times_median_s": 1.0},
    "import": {"ratio": 3.0},
    "meanwhile": {"today": 2.0, "deals": 2.0, "check": 2.0, "peak_mb": 200.0},
    "page": dict.fromkeys(PAGES, 15.0),
    "log": {"ratio": 1.15},
    "day": {
        "save": 6.0, "save_queries": 12, "today": 8.0, "deals": 6.0, "my_deals": 6.0, "todos": 6.0,
        "deals_leafed": 6.0, "todos_leafed": 6.0,
        "search_one": 5.0, "search_kana": 5.0, "search_inside": 5.0, "search_phone": 5.0,
    },
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--deals", type=int, nargs="*", default=[10_000, 100_000], help="sizes to measure")
    parser.add_argument("--rows", type=int, default=100_000, help="activities to import, by import and meanwhile")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--only", choices=sorted(BOUNDS), action="append")
    asked = parser.parse_args()
    for name in asked.only or sorted(BOUNDS):
        for deals in asked.deals:
            tell(name, deals, measure(name, deals, asked))


def measure(name: str, deals: int, asked: argparse.Namespace) -> dict[str, Any]:
    """One benchmark at one size."""
    if name == "sweep":
        return sweep.run(deals, asked.repetitions)
    if name == "trial":
        return trial.run(deals, asked.repetitions)
    if name == "undo":
        return undo.run(deals, asked.repetitions)
    if name == "import":
        return intake.run(deals, asked.rows, asked.repetitions)
    if name == "meanwhile":
        return meanwhile(deals, asked.rows)
    return {"day": day, "log": log, "page": page}[name](deals)


def page(deals: int) -> dict[str, Any]:
    """The pages of numbers after a sweep."""
    template, copy = f"bench_{deals}", "bench_page"
    data.make_template(template, deals=deals)
    data.copy(template, copy)
    data.manage(copy, "sweep", "--as-of", data.AS_OF.isoformat())
    data.manage(copy, "rebuild_rollups", "--changed")
    data.analyse(copy)
    data.manage(copy, "keep_answers", "--as-of", data.AS_OF.isoformat())
    return asked_of_server(copy, "benchmarks.page")


def log(deals: int) -> dict[str, Any]:
    """Logging a call, and what the counts and answers that are kept add to it."""
    data.make_template(f"bench_{deals}", deals=deals)
    data.copy(f"bench_{deals}", "bench_log")
    data.analyse("bench_log")
    return asked_of_server("bench_log", "benchmarks.log")


def day(deals: int) -> dict[str, Any]:
    """The pages of one person's working day, among as many companies as there are deals."""
    return asked_of_server(day_copy(deals, "bench_day"), "benchmarks.day")


def meanwhile(deals: int, rows: int) -> dict[str, Any]:
    """Pages of the day while so many activities come in."""
    return asked_of_server(day_copy(deals, "bench_meanwhile"), "benchmarks.meanwhile", str(rows))


def day_copy(deals: int, copy: str) -> str:
    """A fresh copy of the database of a working day."""
    template = f"bench_day_{deals}"
    data.make_template(f"bench_{deals}", deals=deals)
    data.make_day_template(f"bench_{deals}", template)
    data.copy(template, copy)
    data.analyse(copy)
    return copy


def asked_of_server(copy: str, module: str, *arguments: str) -> dict[str, Any]:
    """What the module measures in a process that has the settings of a server; the database goes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        data.run(copy, ["manage.py", "collectstatic", "-v0", "--noinput"], VAR_DIR=folder)
        printed = data.run(copy, ["-m", module, *arguments], VAR_DIR=folder)
    data.drop(copy)
    return dict(json.loads(printed))


def tell(name: str, deals: int, figures: dict[str, Any]) -> None:
    """One line per benchmark, and one per bound."""
    load = os.getloadavg()[0]
    print(f"{name} at {deals:,} deals (load {load:.1f}): {json.dumps(figures)}", flush=True)
    for figure, bound in BOUNDS[name].items():
        kept = "ok  " if figures[figure] <= bound else "OVER"
        beside = f" ({figures[bare]:.1f} ÷ the bare answer)" if (bare := f"{figure}_bare") in figures else ""
        print(f"  {kept} {figure} {figures[figure]:.1f}, bound {bound:g}{beside}", flush=True)


if __name__ == "__main__":
    main()
