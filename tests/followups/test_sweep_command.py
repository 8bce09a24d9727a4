"""`manage.py sweep`: the contract of its JSON, its exit codes, and the task that beat starts."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from followups.models import SweepRun
from followups.tasks import sweep as sweep_task
from tests.followups.scenes import ago, live_deal, rules_in_auto
from tests.followups.test_sweep import POISON

pytestmark = pytest.mark.django_db

KEYS = [
    "run", "dry_run", "as_of", "rules", "covered", "cycles_open", "todos_created", "todos_closed", "assigned",
    "levelled", "levelled_until", "later", "unassigned", "uncovered", "unruled", "changes", "errors", "problems",
    "seconds",
]  # fmt: skip


def run(*arguments: str) -> dict[str, object]:
    out = StringIO()
    call_command("sweep", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_it_prints_the_keys_of_the_contract_in_their_order() -> None:
    printed = run("--as-of", "2025-07-31")

    assert list(printed) == KEYS
    assert (printed["as_of"], printed["dry_run"]) == ("2025-07-31", False)
    assert SweepRun.objects.get().summary == printed


def test_a_dry_run_has_no_run() -> None:
    assert run("--as-of", "2025-07-31", "--dry-run")["run"] is None
    assert not SweepRun.objects.exists()


def test_a_wrong_date_runs_nothing_and_exits_with_two() -> None:
    with pytest.raises(CommandError) as refused:
        call_command("sweep", "--as-of", "31.7.2025")

    assert refused.value.returncode == 2


def test_a_row_set_aside_exits_with_one() -> None:
    rules_in_auto()
    poison = live_deal(last_contact_on=ago(90))
    with connection.cursor() as cursor:
        cursor.execute(POISON[connection.vendor].format(deal=poison.pk))

    with pytest.raises(SystemExit) as ended:
        call_command("sweep", "--as-of", "2025-07-31", stdout=StringIO(), stderr=StringIO())

    assert ended.value.code == 1


def test_the_task_of_beat_runs_the_same_sweep() -> None:
    rules_in_auto()
    live_deal(last_contact_on=ago(400))

    sweep_task.delay()

    assert SweepRun.objects.get().summary["rules"]["R-60"]["opened"] == 1
