"""apply(plan): write a plan in small atomic batches, each change in the ledger; a row that fails is set aside."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from time import perf_counter
from typing import Any, TypeVar

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from followups.alarms import tell_of_breakdown, tell_of_problems
from followups.models import Rule, SweepRun
from followups.rules.covering import Covering, write_coverings
from followups.rules.handing import Handing, write_handings
from followups.rules.opening import Opening, write_openings
from followups.rules.plan import Plan, plan
from followups.rules.scheduled import put_in_force
from followups.rules.step import Ledger, Step
from followups.rules.suggesting import write_suggestions
from followups.rules.summary import Problem, Summary, summarise
from followups.states import RunStatus
from people.models import User

BATCH = 1000  # deals per transaction: a kill loses at most this much work, and no deal is ever half moved
ATTEMPTS = 5  # a deadlock victim or a busy database is tried again

AnyStep = TypeVar("AnyStep", bound=Step)
Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """Somebody has stopped the run before it wrote anything."""


@dataclass(slots=True)
class Applied:
    """What was really done: another sweep or a colleague may have been faster."""

    openings: list[Opening] = field(default_factory=list)
    coverings: list[Covering] = field(default_factory=list)
    handings: list[Handing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def sweep(
    *, as_of: date, by: User | None = None, dry_run: bool = False, progress: Progress | None = None,
    run: SweepRun | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Run all rules and the cover step as of that day and say what was done, in the form of `manage.py sweep --json`.

    One run makes up for all missed ones (D12). A dry run writes nothing, not even the watermark (D18). Errors of the
    database as a whole raise; the run is then marked failed and the batches done so far stand. The admins are told of
    a run that broke off or set rows aside.

    progress: told before the first change is written and after each batch; what it raises before the first one ends the
    run with nothing written. run: the row that waits for this run; without one it is made.
    """
    started = perf_counter()
    if dry_run:
        made = plan(as_of)
        applied = Applied(made.openings, made.coverings, made.handings)
        return summarise(made, applied, run=None, seconds=perf_counter() - started).as_json()
    try:
        summary = _run(as_of, run or SweepRun(as_of=as_of, started_by=by), progress, started)
    except Cancelled:
        raise
    except Exception as error:
        tell_of_breakdown(as_of, error)
        raise
    if summary["problems"]:
        tell_of_problems(as_of, summary)
    return summary


def _run(as_of: date, run: SweepRun, progress: Progress | None, started: float) -> dict[str, Any]:
    put_in_force(as_of)
    made = plan(as_of)
    if run.pk is None:
        run.save()
    if progress:
        progress(0, made.size)
    try:
        write_suggestions(made.suggestions, run)
        applied = apply(made, run, progress)
        summary = summarise(made, applied, run=run.pk, seconds=perf_counter() - started)
        _finish(run, made, summary)
    except Exception:  # a worker's time limit too: whatever ends it, its page says that it broke off
        SweepRun.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, finished_at=Now())
        raise
    return summary.as_json()


def apply(made: Plan, run: SweepRun, progress: Progress | None = None) -> Applied:
    """Write the plan, batch by batch."""
    ledger = Ledger(run, made.as_of)
    applied = Applied()
    done = 0
    for written, size in _batches(made, ledger, applied):
        done += size
        if progress and written is not None:
            progress(done, made.size)
    return applied


def _batches(made: Plan, ledger: Ledger, applied: Applied) -> Iterator[tuple[int, int]]:
    openings = sorted(made.openings, key=lambda o: (o.rule.code, o.order))
    for _rule, group in groupby(openings, key=lambda o: o.rule.code):
        yield from _write_all(list(group), write_openings, applied.openings, ledger, applied.problems)
    coverings = sorted(made.coverings, key=lambda c: c.order)
    yield from _write_all(coverings, write_coverings, applied.coverings, ledger, applied.problems)
    handings = sorted(made.handings, key=lambda h: h.order)
    yield from _write_all(handings, write_handings, applied.handings, ledger, applied.problems)


def _write_all(
    steps: Sequence[AnyStep],
    write: Callable[[Sequence[AnyStep], Ledger], list[AnyStep]],
    done: list[AnyStep],
    ledger: Ledger,
    problems: list[Problem],
) -> Iterator[tuple[int, int]]:
    for start in range(0, len(steps), BATCH):
        batch = steps[start : start + BATCH]
        written = _write(batch, write, ledger, problems)
        done.extend(written)
        yield len(written), len(batch)


def _write(
    batch: Sequence[AnyStep],
    write: Callable[[Sequence[AnyStep], Ledger], list[AnyStep]],
    ledger: Ledger,
    problems: list[Problem],
) -> list[AnyStep]:
    """One transaction; when a row breaks it, halve until the row stands alone, name it and go on with the others."""
    try:
        return _attempt(batch, write, ledger)
    except OperationalError:
        raise
    except (DatabaseError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        if len(batch) == 1:
            problems.append(Problem(batch[0].deal_id, batch[0].rule_label, str(error).strip().splitlines()[0]))
            return []
    half = len(batch) // 2
    return [*_write(batch[:half], write, ledger, problems), *_write(batch[half:], write, ledger, problems)]


def _attempt(
    batch: Sequence[AnyStep], write: Callable[[Sequence[AnyStep], Ledger], list[AnyStep]], ledger: Ledger
) -> list[AnyStep]:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return write(batch, ledger)
        except OperationalError:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _finish(run: SweepRun, made: Plan, summary: Summary) -> None:
    with transaction.atomic():
        acted = Rule.objects.filter(code__in=[rule.code for rule in made.acting])
        # An earlier as_of never lowers the watermark (D12).
        acted.filter(Q(swept_until__isnull=True) | Q(swept_until__lt=made.as_of)).update(swept_until=made.as_of)
        SweepRun.objects.filter(pk=run.pk).update(status=RunStatus.DONE, finished_at=Now(), summary=summary.as_json())
