"""How long the trial of a rule takes: what the editor asks at each change of a limit."""

import json
import os
import subprocess
import sys
from typing import Any

import psycopg

from benchmarks import data

# Eighteen products, one deal in ten without any; a product takes a week longer to win than the one before.
_PRODUCTS = """
INSERT INTO deals_product (name, name_key) SELECT '製品' || g, '製品' || g FROM generate_series(1, 20) g;
UPDATE deals_deal SET product_id = 1 + id % 20 WHERE id % 10 > 0;
UPDATE deals_deal SET created_on = created_on - 7 * (id % 20)::int WHERE status = 'won';
"""
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
    with psycopg.connect(data.url(copy), autocommit=True) as database:
        database.execute(_PRODUCTS)
    data.manage(copy, "sweep", "--as-of", data.AS_OF.isoformat())
    data.analyse(copy)
    environment = os.environ | {"DATABASE_URL": data.url(copy), "DEBUG": "0", "SECRET_KEY": "benchmark"}
    command = [sys.executable, "-c", _TIMED, str(repetitions)]
    done = subprocess.run(command, cwd=data.ROOT, env=environment, check=True, capture_output=True, text=True)
    data.drop(copy)
    return {"deals": deals, **json.loads(done.stdout)}
