"""Import of a file: chunks of whole rows, each atomic, so a kill leaves whole chunks and a rerun completes them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import reset_queries, transaction
from django.db.models.functions import Now

from intake.chunks import ChunkWriter, OnWork
from intake.drafts import Run
from intake.files import Table, inspect, rows_of
from intake.maps import ImportMap
from intake.models import ImportBatch
from intake.rejects import RejectsFile
from intake.report import Report
from intake.rows import Rejected, RowReader
from intake.states import BatchStatus

CHUNK = 2_000  # rows in one transaction: a few seconds at most

Item = TypeVar("Item")
Progress = Callable[[int, int], None]  # rows done, rows in the file
OnRejected = Callable[[Rejected], None]


def import_file(
    path: Path,
    plan: ImportMap,
    *,
    as_of: date,
    is_dry_run: bool = False,
    progress: Progress | None = None,
    on_rejected: OnRejected | None = None,
) -> Report:
    """Bring in a file as its map says. Raises ImportRefused, with nothing written, where the file as a whole is unfit.

    as_of: today, for rows without any date and for the verbs. A dry run writes nothing and reports the same.
    """
    table = inspect(path, plan.encoding, plan.delimiter, plan.header_row)
    reader = RowReader(plan, table.header)
    batch = None if is_dry_run else _begin(plan, table)
    report = Report(plan.kind.value, plan.name, is_dry_run, batch.pk if batch else None)
    rejects = RejectsFile(folder(), table, batch.pk) if batch else None
    passage = Passage(table, Run(plan, as_of, is_dry_run, report.batch), reader, report, rejects)
    for rejected in passage.chunks():
        if on_rejected is not None:
            for row in rejected:
                on_rejected(row)
        if batch:
            ImportBatch.objects.filter(pk=batch.pk).update(beat_at=Now(), rows_done=report.rows)
        if progress:
            progress(report.rows, table.rows)
    if batch:
        finish(batch, report)
    return report


class Passage:
    """The rows of one file on their way in, chunk by chunk.

    keep: written in the transaction of each chunk, with the chunk's rejected rows: where the passage is. on_work: told
    of the rows of each chunk that are new or changed.
    """

    def __init__(
        self, table: Table, run: Run, reader: RowReader, report: Report, rejects: RejectsFile | None,
        *, keep: Callable[[list[Rejected]], None] | None = None, on_work: OnWork | None = None,
    ) -> None:  # fmt: skip
        self._table, self._run, self._reader, self._report = table, run, reader, report
        self._rejects, self._keep = rejects, keep
        self._writer = ChunkWriter(run, reader, report, on_work)

    def chunks(self) -> Iterator[list[Rejected]]:
        """Bring in one chunk after the other; each gives its rejected rows once it is written.

        Rows that the report counts already, from a passage that was broken off, are read but not brought in again.
        """
        rows = rows_of(self._table)
        for number, cells in islice(rows, self._report.rows):
            self._reader.outcome(number, cells)
        for chunk in _chunks(rows, CHUNK):
            outcomes = [self._reader.outcome(number, cells) for number, cells in chunk]
            with nullcontext() if self._run.is_dry else transaction.atomic():
                rejected = self._writer.take(outcomes)
                if self._rejects is not None:
                    self._rejects.add(rejected)
                    self._report.rejects_file = str(self._rejects.path) if self._rejects.is_begun else None
                if self._keep is not None:
                    self._keep(rejected)
            if settings.DEBUG:
                reset_queries()  # Django keeps the text of every statement then
            yield rejected


def folder() -> Path:
    """Where rejects files are kept."""
    return Path(settings.VAR_DIR) / "imports"


def _begin(plan: ImportMap, table: Table) -> ImportBatch:
    return ImportBatch.objects.create(
        kind=plan.kind, file_name=table.path.name[:255], file_sha256=table.sha256, rows_total=table.rows, beat_at=Now()
    )


def finish(batch: ImportBatch, report: Report, status: BatchStatus = BatchStatus.DONE, **more: Any) -> None:
    """The import is over; what it did stands in its summary, with what more a page shows: all at once, so that none
    can be over without its summary."""
    done = ImportBatch.objects.filter(pk=batch.pk)
    done.update(status=status, finished_at=Now(), rows_done=report.rows, summary=report.as_json() | more)


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
