"""Undos that a page asks for: first a preview, then the undo itself; both done by beat or a worker, step by step."""

import logging
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from intake.models import ImportBatch, ImportUndo
from intake.states import UndoStatus
from intake.undoing.batches import Undone, preview_import_undo, refuse_unless_undoable, undo_import
from people.models import User
from people.refusal import Refused

SILENCE = timedelta(minutes=2)  # without a sign of life for so long, whoever was at it is dead
TRIES = 3  # without one more step; then something is wrong with it
LISTED = 500  # rows that stay and that the page can list; the steps have all

AT_WORK = (UndoStatus.WAITING, UndoStatus.RUNNING)

logger = logging.getLogger(__name__)


def ask_undo(batch: ImportBatch, *, by: User, as_of: date, is_preview: bool) -> ImportUndo:
    """Have an undo tried or done; one of the same sort that is under way already is given back instead.

    Refused: an import that cannot be taken back.
    """
    refuse_unless_undoable(batch)
    under_way = batch.undos.filter(status__in=AT_WORK, is_preview=is_preview).first()
    return under_way or ImportUndo.objects.create(
        batch=batch, asked_by=by, as_of=as_of, is_preview=is_preview, steps_total=batch.steps.count()
    )


def work_undos(now: datetime) -> int:
    """Do the undos that wait, and those that somebody began and did not live to end; how many."""
    done = 0
    while undo := _claimed(now):
        with translation.override(undo.asked_by.language if undo.asked_by else "ja"):
            _do(undo)
        done += 1
    return done


def _claimed(now: datetime) -> ImportUndo | None:
    """The oldest that nobody is at, made ours; of two who ask at once one gets it."""
    abandoned = Q(status=UndoStatus.RUNNING, beat_at__lt=now - SILENCE)
    free = ImportUndo.objects.filter(Q(status=UndoStatus.WAITING) | abandoned).order_by("pk")
    for pk in free.values_list("pk", flat=True):
        if free.filter(pk=pk).order_by().update(status=UndoStatus.RUNNING, beat_at=Now(), steps_done=0):
            return ImportUndo.objects.select_related("batch", "asked_by").get(pk=pk)
    return None


def _do(undo: ImportUndo) -> None:
    if not _may_try(undo):
        logger.error("undo %s of import %s is given up: it broke off %d times", undo.pk, undo.batch_id, TRIES)
        _finish(undo, UndoStatus.REFUSED, {"refused": _why_given_up(undo)})
        return
    tell, end = partial(_tell, undo.pk), partial(_end, undo)
    try:
        if undo.is_preview:
            end(preview_import_undo(undo.batch, tell=tell, listed=LISTED))
        else:
            undo_import(undo.batch, by=undo.asked_by, as_of=undo.as_of, tell=tell, end=end, listed=LISTED)
    except Refused as refused:
        logger.warning("undo %s of import %s refused: %s", undo.pk, undo.batch_id, refused)
        _finish(undo, UndoStatus.REFUSED, {"refused": str(refused)})


def _may_try(undo: ImportUndo) -> bool:
    """Count the tries since the last step that was taken back (a preview takes back none); whether one more is due."""
    done, before = undo.batch.steps.filter(undone__has_key="removed").count(), undo.summary
    tries = before.get("tries", 0) + 1 if before.get("done", done) == done else 1
    ImportUndo.objects.filter(pk=undo.pk).update(summary={"tries": tries, "done": done})
    return tries <= TRIES


def _why_given_up(undo: ImportUndo) -> str:
    if undo.is_preview:
        return _(
            "Looking up what can be taken back broke off three times. Nothing was changed. See the log of the server."
        )
    return _(
        "The undo broke off three times at the same place. What was taken back before it stays so. Have the cause "
        "looked up in the log of the server, then take the import back again: it goes on where it stopped."
    )


def _tell(pk: int) -> None:
    """One more step is done."""
    ImportUndo.objects.filter(pk=pk).update(steps_done=F("steps_done") + 1, beat_at=Now())


def _end(undo: ImportUndo, undone: Undone) -> None:
    _finish(undo, UndoStatus.DONE, undone.as_json())


def _finish(undo: ImportUndo, status: UndoStatus, summary: dict[str, object]) -> None:
    ImportUndo.objects.filter(pk=undo.pk).update(status=status, summary=summary, finished_at=Now())
