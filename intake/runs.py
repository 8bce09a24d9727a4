"""Imports that a page asks for: done by beat or a worker, chunk by chunk, and taken up again after a kill."""

import logging
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from intake.batches import Passage, finish, folder
from intake.drafts import Run
from intake.files import Table, inspect
from intake.findings import ImportRefused
from intake.forecast import Forecast
from intake.mapping import checked_map
from intake.maps import ImportMap, map_of
from intake.models import ImportBatch, UploadedFile
from intake.rejects import RejectsFile
from intake.report import Report
from intake.rows import Rejected, RowReader
from intake.states import AT_WORK, BatchStatus
from intake.uploads import path_of, refuse_unless_there
from people.models import User

SILENCE = timedelta(minutes=2)  # without a sign of life for so long, whoever did the import is dead
TRIES = 3  # at one chunk; then something is wrong with it
LISTED = 200  # warnings and conflicts that the page can list
NAMED = 100  # rejected rows that the page can show; the rejects file has all

logger = logging.getLogger(__name__)


def ask(upload: UploadedFile, *, by: User, as_of: date, is_dry_run: bool) -> ImportBatch:
    """Have the file imported, or tried, by its map as it is now. Raises ImportRefused where the map does not hold."""
    checked_map(upload)
    refuse_unless_there(upload)
    return ImportBatch.objects.create(
        kind=upload.kind, file_name=upload.name, file_sha256=upload.reading.get("sha256", ""), upload=upload,
        status=BatchStatus.WAITING, started_by=by, is_dry_run=is_dry_run, plan=upload.plan, as_of=as_of,
        rows_total=upload.reading["rows"],
    )  # fmt: skip


def cancel(batch: ImportBatch) -> None:
    """Stop after the chunk at hand; what is in stays in. A waiting one is over at once."""
    ImportBatch.objects.filter(pk=batch.pk, status__in=AT_WORK).update(is_cancel_wanted=True)
    over = ImportBatch.objects.filter(pk=batch.pk, status=BatchStatus.WAITING)
    over.update(status=BatchStatus.CANCELLED, finished_at=Now())


def work(now: datetime) -> int:
    """Do the imports that wait, and those that somebody began and did not live to end; how many.

    One of the command line that broke off is not gone on with: it is said to be over.
    """
    _give_up_commands(now)
    done = 0
    while batch := _claimed(now):
        _bring_in(batch)
        done += 1
    return done


def _claimed(now: datetime) -> ImportBatch | None:
    """The oldest import that nobody is at, made ours; of two who ask at once one gets it."""
    abandoned = Q(status=BatchStatus.RUNNING, beat_at__lt=now - SILENCE)
    free = ImportBatch.objects.filter(Q(status=BatchStatus.WAITING) | abandoned, upload__isnull=False).order_by("pk")
    for pk in free.values_list("pk", flat=True):
        mine = free.filter(pk=pk).order_by()
        if mine.update(status=BatchStatus.RUNNING, beat_at=Now()):
            return ImportBatch.objects.select_related("upload", "started_by").get(pk=pk)
    return None


def _give_up_commands(now: datetime) -> None:
    silent = ImportBatch.objects.filter(upload=None, status=BatchStatus.RUNNING, beat_at__lt=now - SILENCE)
    for batch in silent:
        _refuse(batch, _("The import broke off. The rows before it are in; the same command goes on with the rest."))


def _bring_in(batch: ImportBatch) -> None:
    assert batch.upload is not None
    with translation.override(batch.started_by.language if batch.started_by else "ja"):
        tries = batch.progress.get("tries", 0) + 1
        if tries > TRIES:
            _refuse(batch, _why_given_up(batch))
            return
        batch.progress["tries"] = tries
        batch.save(update_fields=["progress"])
        try:
            _pass_through(batch, map_of(batch.file_name, batch.plan))
        except ImportRefused as refusal:
            _refuse(batch, refusal.text)


def _why_given_up(batch: ImportBatch) -> str:
    if batch.is_dry_run:
        return _("The dry run broke off three times. Nothing was written. Split the file and try out the parts.")
    return _("The import broke off three times at the same place. The rows before it are in.")


def _refuse(batch: ImportBatch, text: str) -> None:
    logger.warning("import %s refused: %s", batch.pk, text)
    ImportBatch.objects.filter(pk=batch.pk).update(
        summary=batch.summary | {"refused": text}, status=BatchStatus.REFUSED, finished_at=Now()
    )


def _pass_through(batch: ImportBatch, plan: ImportMap) -> None:
    assert batch.upload is not None and batch.as_of is not None
    table = inspect(path_of(batch.upload), plan.encoding, plan.delimiter, plan.header_row)
    ImportBatch.objects.filter(pk=batch.pk).update(file_sha256=table.sha256, rows_total=table.rows)
    run = Run(plan, batch.as_of, batch.is_dry_run, batch.pk)
    journey = Journey(batch, table, run)
    passage = Passage(
        table, run, RowReader(plan, table.header), journey.report, journey.rejects,
        keep=journey.keep, on_work=journey.forecast.take if journey.forecast else None,
    )  # fmt: skip
    for _rejected in passage.chunks():
        if journey.is_to_stop():
            finish(batch, journey.report, BatchStatus.CANCELLED, **journey.told())
            return
    finish(batch, journey.report, **journey.told())


@dataclass
class Journey:
    """Where one import is: its figures, its rejects file and its forecast, kept with every chunk."""

    batch: ImportBatch
    table: Table
    run: Run
    report: Report = field(init=False)
    rejects: RejectsFile = field(init=False)
    forecast: Forecast | None = field(init=False)
    named: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        batch, kept = self.batch, {} if self.batch.is_dry_run else self.batch.progress
        self.report = Report(self.run.plan.kind.value, self.run.plan.name, batch.is_dry_run, batch.pk, listed=LISTED)
        self.report.take_up(kept.get("report", {}))
        self.rejects = RejectsFile(folder(), self.table, batch.pk)
        self.rejects.go_back(kept.get("rejects_size", 0))
        self.named = kept.get("named", [])
        self.forecast = Forecast(self.run) if batch.is_dry_run else None

    def keep(self, rejected: list[Rejected]) -> None:
        """Write down where the import is, in the transaction of the chunk."""
        for row in rejected[: max(NAMED - len(self.named), 0)]:
            for problem in row.problems[:1]:
                self.named.append(asdict(problem))
        progress = {"report": self.report.kept(), "rejects_size": self.rejects.size, "named": self.named}
        if self.batch.is_dry_run:  # after a kill it begins from the start, so rows done give it no further tries
            progress["tries"] = self.batch.progress["tries"]
        ImportBatch.objects.filter(pk=self.batch.pk).update(
            rows_done=self.report.rows, beat_at=Now(), progress=progress
        )

    def is_to_stop(self) -> bool:
        """Whether somebody has cancelled it meanwhile."""
        return ImportBatch.objects.filter(pk=self.batch.pk, is_cancel_wanted=True).exists()

    def told(self) -> dict[str, Any]:
        """What the result page shows beyond the figures."""
        told = {"counts": dict(self.report.counts), "named": self.named}
        return told | ({"forecast": self.forecast.as_json()} if self.forecast is not None else {})
