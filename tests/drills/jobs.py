"""What the workers of a crew do. The product runs as it is, unless a job says which of its guards it takes off."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from importlib import import_module
from io import StringIO
from multiprocessing.synchronize import Barrier
from typing import Any
from unittest.mock import patch

import psycopg
from django.core.management import call_command
from django.db import connection, models, transaction

from activities.models import Todo
from deals.actions import edit_deals
from deals.models import Deal, FollowUpCycle
from followups.actions import create_deals
from followups.digest import digests, total
from followups.models import SweepRun
from followups.rules import covering, handing, opening
from followups.rules import sweep as run_sweep
from followups.states import RunStatus
from people.records import Edit
from people.refusal import Conflict
from people.rows import update_rows
from tests.drills import ledger, stage
from tests.drills.steps import autocommit, before_step, die

SWEEP = import_module("followups.rules.sweep")  # the package has a function of the same name
meeting: Barrier | None = None  # of the workers of one job, set by the crew


def found() -> None:
    stage.found()


def stage_night(*, as_of: str, size: int) -> int:
    return stage.stage(date.fromisoformat(as_of), size)


def sweep(
    *,
    as_of: str,
    batch: int = 1000,
    die_at: int = 0,
    cut_at: int = 0,
    is_atomic: bool = True,
    is_guarded: bool = True,
    meets: bool = False,
) -> dict[str, Any]:
    """One ordinary sweep, or one without its transactions or guards, or with death or a cut wire at the n-th step.

    meets: all workers have made their plan before the first of them writes.
    """
    with ExitStack() as stack:
        stack.enter_context(patch.object(SWEEP, "BATCH", batch))
        if meets:
            stack.enter_context(everybody_has_planned())
        if not is_guarded:
            stack.enter_context(nothing_claimed())
        if not is_atomic:
            stack.enter_context(autocommit())
        if die_at:
            stack.enter_context(before_step(die_at, die))
        if cut_at:
            stack.enter_context(before_step(cut_at, cut_the_wire))
        return run_sweep(as_of=date.fromisoformat(as_of))


def look(*, as_of: str) -> dict[str, list[str]]:
    """What is wrong in the tables now."""
    return {"contradictions": ledger.contradictions(), "left_undone": ledger.left_undone(date.fromisoformat(as_of))}


def mend(*, as_of: str) -> dict[str, list[str]]:
    """The ordinary run after a crash, and what is wrong then."""
    run_sweep(as_of=date.fromisoformat(as_of))
    return look(as_of=as_of)


def digest() -> str:
    return total(digests())


def digest_after_command(*, as_of: str) -> str:
    """What the tables would hold after `manage.py sweep`; it is taken back."""
    with transaction.atomic():
        call_command("sweep", as_of=date.fromisoformat(as_of), json=True, stdout=StringIO())
        held = digest()
        transaction.set_rollback(True)
    return held


def count_finished_sweeps() -> int:
    return SweepRun.objects.filter(status=RunStatus.DONE).count()


def open_a_deal() -> None:
    """One live deal whose amount stands at nothing."""
    create_deals([Deal(name="deal", created_on=date(2025, 7, 31), amount=0)], by=None, as_of=date(2025, 7, 31))


def raise_the_amount(*, rounds: int, by_save: bool = False) -> int:
    """Add one yen again and again, as a form does that shows the deal and saves it later; how often it was refused.

    In each round all workers have the same deal on their screens before the first of them saves. by_save: as Django
    saves, without asking for the version.
    """
    refused = 0
    for _ in range(rounds):
        shown = Deal.objects.get()
        assert meeting is not None
        meeting.wait()
        while not _add_one(shown, by_save=by_save):
            refused += 1
            shown = Deal.objects.get()
    return refused


def _add_one(shown: Deal, *, by_save: bool) -> bool:
    amount = (shown.amount or 0) + 1
    if by_save:
        shown.amount = amount
        shown.save()
        return True
    with suppress(Conflict):
        edit_deals([Edit(shown.pk, {"amount": amount}, shown.version)])
        return True
    return False


def amount() -> int:
    return int(Deal.objects.get().amount or 0)


def count_doubles() -> int:
    return ledger.doubles()


def drop_constraints() -> None:
    """Take the unique constraints of the episode off this database."""
    named = {
        FollowUpCycle: ("deals_cycles_of_a_deal_are_numbered", "deals_a_deal_has_one_open_cycle"),
        Todo: ("activities_a_cycle_takes_each_step_once", "activities_one_open_rule_made_todo_per_cycle"),
    }
    with connection.schema_editor() as editor:
        for model, names in named.items():
            for constraint in model._meta.constraints:
                if constraint.name in names:
                    editor.remove_constraint(model, constraint)


@contextmanager
def everybody_has_planned() -> Iterator[None]:
    write = SWEEP.apply

    def meet_and_write(*plan: Any) -> Any:
        assert meeting is not None
        meeting.wait()
        return write(*plan)

    with patch.object(SWEEP, "apply", meet_and_write):
        yield


@contextmanager
def nothing_claimed() -> Iterator[None]:
    """A batch writes what it planned without asking again: no lock, no condition in the UPDATE."""

    def claim_all(_rule: Any, batch: Any, _as_of: date) -> set[int]:
        return {step.deal_id for step in batch}

    def without_guard(model: type[models.Model], columns: Any, rows: Any, *, guard: str = "", **rest: Any) -> list[int]:
        return update_rows(model, columns, rows, **rest)

    with (
        patch.object(opening, "_claim", claim_all),
        patch.object(covering, "update_rows", without_guard),
        patch.object(handing, "update_rows", without_guard),
    ):
        yield


def cut_the_wire() -> None:
    """PostgreSQL ends our connection, as it does when it is restarted."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
