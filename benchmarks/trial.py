"""How long the trial of a rule takes: what the editor asks at each change of a limit."""

import json
import os
import subprocess
import sys
from typing import Any

from benchmarks import data

_TIMED = """
import json, os, sys
from dataclasses import replace
from statistics import median
from time import perf_counter
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
import django
django.setup()
from benchmarks.data import AS_OF
from followups.models import Rule
from followups.rules.spec import RuleSpec
from followups.rules.whatif import whatif
rule = RuleSpec.of(Rule.objects.get(code="R-60"))
seconds, found = [], []
for _ in range(int(sys.argv[1])):
    for days in (30, 45, 60, 90, 120):
        started = perf_counter()
        found.append(len(whatif(replace(rule, value=days), AS_OF).hits))
        seconds.append(perf_counter() - started)
sys.stdout.write(json.dumps({"found": max(found), "median_s": median(seconds), "longest_s": max(seconds)}))
"""


def run(deals: int, repetitions: int) -> dict[str, Any]:
    """Limits from 30 to 120 days tried in turn, after a sweep."""
    template, copy = f"bench_{deals}", "bench_trial"
    data.make_template(template, deals=deals)
    data.copy(template, copy)
    data.manage(copy, "sweep", "--as-of", data.AS_OF.isoformat())
    data.analyse(copy)
    environment = os.environ | {"DATABASE_URL": data.url(copy), "DEBUG": "0", "SECRET_KEY": "benchmark"}
    command = [sys.executable, "-c", _TIMED, str(repetitions)]
    done = subprocess.run(command, cwd=data.ROOT, env=environment, check=True, capture_output=True, text=True)
    data.drop(copy)
    return {"deals": deals, **json.loads(done.stdout)}
