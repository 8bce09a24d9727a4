"""How long the trial of a rule takes: what the editor asks at each change of a limit."""

import json
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
from followups.rules.limits import with_own_limits
row = Rule.objects.get(code="R-60")
spec = RuleSpec.of(row)
def lead_times(days):
    row.value, row.limit_from = days, "lead_time"
    return RuleSpec.of(with_own_limits(row, AS_OF))
def own(days):
    return replace(spec, value=days)
said = {}
for mode, rule_of in (("", own), ("lead_times_", lead_times)):
    seconds, found = [], []
    for _ in range(int(sys.argv[1])):
        for days in (30, 45, 60, 90, 120):
            started = perf_counter()
            tried = whatif(rule_of(days), AS_OF)
            seconds.append(perf_counter() - started)
            found.append(len(tried.hits))
    said |= {mode + "found": max(found), mode + "median_s": median(seconds), mode + "longest_s": max(seconds)}
said["lead_times_products"] = len(tried.by_product)
sys.stdout.write(json.dumps(said))
"""


def run(deals: int, repetitions: int) -> dict[str, Any]:
    """Limits from 30 to 120 days tried in turn, after a sweep: for all deals alike, then by the lead times of products."""
    template, copy = f"bench_{deals}", "bench_trial"
    data.make_template(template, deals=deals)
    data.copy(template, copy)
    data.manage(copy, "sweep", "--as-of", data.AS_OF.isoformat())
    data.analyse(copy)
    timed = json.loads(data.run(copy, ["-c", _TIMED, str(repetitions)]))
    data.drop(copy)
    return {"deals": deals, **timed}
