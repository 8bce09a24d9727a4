"""Runs that the page asks for: done by beat or a worker, with progress, stopped at will until they begin to write."""

import logging
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from followups.models import SweepRun
from followups.rules.sweep import Cancelled, sweep
from followups.states import RunStatus
from people.models import User

SILENCE = timedelta(minutes=10)  # without a sign of life for so long, whoever did the run is dead
LONGEST = timedelta(hours=3)  # a run of the morning or the command line gives no sign; none lasts so long
PATIENCE = timedelta(seconds=10)  # after it the page offers to do the run itself: beat does not seem to be there

logger = logging.getLogger(__name__)


def ask(*, by: User, as_of: date) -> SweepRun:
    """Have the rules run as of that day; where a run that was asked for waits or is at work already, that one."""
    return SweepRun.objects.asked_for().first() or SweepRun.objects.create(
        as_of=as_of, started_by=by, status=RunStatus.WAITING
    )


def cancel(run: SweepRun) -> bool:
    """Whether it will write nothing: one that waits is over at once, one that counts stops before its first change."""
    waiting = SweepRun.objects.filter(pk=run.pk, status=RunStatus.WAITING)
    if waiting.update(status=RunStatus.CANCELLED, finished_at=Now()):
        return True
    counting = SweepRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING, beat_at__isnull=False, writing_at=None)
    return bool(counting.update(is_cancel_wanted=True))


def is_stuck(run: SweepRun, now: datetime) -> bool:
    """Whether nobody has picked it up in time."""
    return run.status == RunStatus.WAITING and now - run.started_at > PATIENCE


def is_silent(run: SweepRun, now: datetime) -> bool:
    """Whether whoever does it must have died."""
    return run.status == RunStatus.RUNNING and run.beat_at is not None and run.beat_at < now - SILENCE


def give_up_silent(now: datetime) -> None:
    """Mark the runs as failed whose doer has died; what they wrote stands."""
    silent = Q(beat_at__lt=now - SILENCE) | Q(beat_at=None, started_at__lt=now - LONGEST)
    dead = SweepRun.objects.filter(silent, status=RunStatus.RUNNING)
    dead.update(status=RunStatus.FAILED, finished_at=Now())


def work(now: datetime) -> int:
    """Do the runs that wait, after those whose doer has died are marked as failed. How many."""
    give_up_silent(now)
    done = 0
    for run in SweepRun.objects.filter(status=RunStatus.WAITING).order_by("pk"):
        done += do(run)
    return done


def do(run: SweepRun) -> bool:
    """Do this run now; False where somebody else has it or it is over."""
    mine = SweepRun.objects.filter(pk=run.pk, status=RunStatus.WAITING)
    if not mine.update(status=RunStatus.RUNNING, beat_at=Now()):
        return False
    run.refresh_from_db()
    try:
        sweep(as_of=run.as_of, progress=lambda done, total: _tell(run, done, total), run=run)
    except Cancelled:
        SweepRun.objects.filter(pk=run.pk).update(status=RunStatus.CANCELLED, finished_at=Now())
    except Exception:
        SweepRun.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, finished_at=Now())
        logger.exception("run %s broke off", run.pk)
    return True


def _tell(run: SweepRun, done: int, total: int) -> None:
    own = SweepRun.objects.filter(pk=run.pk)
    if not done:
        uncancelled = own.filter(is_cancel_wanted=False)
        if not uncancelled.update(writing_at=Now(), steps_total=total, beat_at=Now()):
            raise Cancelled
        return
    own.update(steps_done=done, beat_at=Now())
