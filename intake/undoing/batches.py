"""Undo of a whole import: its steps, newest first, each in a transaction of its own (ADR 9).

Each step is locked and remembers that it was taken back, so a kill leaves whole steps, a second undo goes on where the
first was broken off, and of two at once each step is done by one.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from intake.models import ImportBatch, ImportStep
from intake.states import AT_WORK, BatchStatus, StaysBecause
from intake.undoing.columns import model_of
from intake.undoing.standing import Passed
from intake.undoing.taking_back import Outcome, Return
from people.models import User
from people.refusal import refuse

Tell = Callable[[], object]


@dataclass
class Undone:
    """What an undo did, or would do: rows removed by table, rows restored, and each row that stays, with its reason.

    listed: how many of those that stay are kept to be listed, None: all; stays counts all, by reason.
    """

    batch: int
    removed: Counter[str] = field(default_factory=Counter)
    restored: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)
    stays: Counter[str] = field(default_factory=Counter)
    digest: int = 0
    listed: int | None = None

    def add(self, outcome: dict[str, Any]) -> None:
        """One more step, as the step keeps it."""
        self.removed.update(outcome["removed"])
        self.restored += outcome["restored"]
        self.digest = (self.digest + int(outcome["digest"], 16)) % 2**256
        for label, pk, name, reason, columns in outcome["kept"]:
            self.stays[reason] += 1
            if self.listed is None or len(self.kept) < self.listed:
                kind = {"table": label, "id": pk, "name": name, "reason": reason}
                text = str(StaysBecause(reason).label)
                self.kept.append(kind | ({"columns": columns} if columns else {}) | {"text": text})

    def as_json(self) -> dict[str, Any]:
        """The form of `manage.py undo_import --json`. digest: 64 hexadecimal digits over what the removed rows held."""
        return {
            "batch": self.batch, "removed": dict(self.removed), "restored": self.restored,
            "kept": self.kept, "stays": dict(self.stays), "digest": f"{self.digest:064x}",
        }  # fmt: skip


End = Callable[[Undone], object]


def preview_import_undo(batch: ImportBatch, *, tell: Tell | None = None, listed: int | None = None) -> Undone:
    """What an undo of the import would do now; writes nothing. tell: called after each step."""
    refuse_unless_undoable(batch)
    undone, passed = Undone(batch.pk, listed=listed), Passed()
    for step in _steps(batch):
        undone.add(step.undone or Return(step, passed).imagine().as_json())
        if tell:
            tell()
    return undone


def undo_import(
    batch: ImportBatch, *, by: User | None, as_of: date, tell: Tell | None = None, end: End | None = None,
    listed: int | None = None,
) -> Undone:  # fmt: skip
    """Take back what the import did and nobody has touched since. Its rows can come in again.

    tell: called after each step. end: called with the result in the transaction in which the import becomes undone.
    Refused: an import that is still at work, was undone, or is from before steps were kept.
    """
    refuse_unless_undoable(batch)
    undone = Undone(batch.pk, listed=listed)
    for step in _steps(batch):
        undone.add(_take_back(step.pk, by, as_of))
        if tell:
            tell()
    with transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.UNDONE)
        if end:
            end(undone)
    return undone


def refuse_unless_undoable(batch: ImportBatch) -> None:
    """Say why the import cannot be taken back, where it cannot."""
    batch.refresh_from_db()
    if why := why_not_undoable(batch):
        refuse(why)


def why_not_undoable(batch: ImportBatch) -> str:
    """Why the import cannot be taken back; "" where it can."""
    if batch.is_dry_run:
        return _("A dry run has written nothing.")
    if batch.status == BatchStatus.UNDONE:
        return _("This import has been taken back already.")
    if ImportBatch.objects.filter(upload__isnull=False, is_dry_run=False, status__in=AT_WORK).exists():
        return _("An import is at work. Wait until it has ended.")
    if not batch.steps.exists():
        return _("This import has changed nothing, or was made by a version that kept no record for taking it back.")
    return ""


def _steps(batch: ImportBatch) -> Iterator[ImportStep]:
    """Newest first, one at a time: each holds the ids of up to two thousand rows."""
    for pk in batch.steps.order_by("-pk").values_list("pk", flat=True):
        yield ImportStep.objects.select_related("batch").get(pk=pk)


@transaction.atomic
def _take_back(step_id: int, by: User | None, as_of: date) -> dict[str, Any]:
    """Do one step, unless somebody has; what came of it."""
    ImportBatch.objects.order_by("pk").select_for_update(no_key=True).first()  # as every chunk of an import does
    step = _claimed(step_id)
    if step.undone is not None:
        return dict(step.undone)
    _lock_records(step)
    outcome: Outcome = Return(step).do(by=by, as_of=as_of)
    step.undone = outcome.as_json()
    step.save(update_fields=["undone"])
    return step.undone


def _claimed(step_id: int) -> ImportStep:
    """The step, ours until the transaction ends."""
    steps = ImportStep.objects.select_related("batch").select_for_update(of=("self",))
    return steps.get(pk=step_id)


def _lock_records(step: ImportStep) -> None:
    """Whoever works on one of the records at this moment is waited for, and waits."""
    labels = step.made.keys() | {label for label, _pk, _pairs in step.changed}
    for label in sorted(labels, key=lambda label: (label != "deals.deal", label)):  # as every verb does: deals first
        ids = {*map(int, step.made.get(label, {})), *(pk for name, pk, _pairs in step.changed if name == label)}
        rows = model_of(label)._base_manager.filter(pk__among=sorted(ids)).order_by("pk")
        list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
