"""Import of a file: chunks of whole rows, each atomic, so a kill leaves whole chunks and a rerun completes them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import reset_queries
from django.db.models.functions import Now

from intake.chunks import ChunkWriter
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
    table = inspect(path, plan.encoding, plan.delimiter)
    reader = RowReader(plan, table.header)
    batch = None if is_dry_run else _begin(plan, table)
    report = Report(plan.kind.value, plan.name, is_dry_run, batch.pk if batch else None)
    rejects = RejectsFile(folder(), table, batch.pk) if batch else None
    writer = ChunkWriter(Run(plan, as_of, is_dry_run, report.batch), reader, report)
    for chunk in _chunks(rows_of(table), CHUNK):
        rejected = writer.take([reader.outcome(number, cells) for number, cells in chunk])
        _report_rejected(rejected, report, rejects, on_rejected)
        if settings.DEBUG:
            reset_queries()  # Django keeps the text of every statement then
        if progress:
            progress(report.rows, table.rows)
    if batch:
        _finish(batch, report)
    return report


def folder() -> Path:
    """Where rejects files are kept."""
    return Path(settings.VAR_DIR) / "imports"


def _begin(plan: ImportMap, table: Table) -> ImportBatch:
    return ImportBatch.objects.create(kind=plan.kind, file_name=table.path.name[:255], file_sha256=table.sha256)


def _finish(batch: ImportBatch, report: Report) -> None:
    done = ImportBatch.objects.filter(pk=batch.pk)
    done.update(status=BatchStatus.DONE, finished_at=Now(), summary=report.as_json())


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _report_rejected(
    rejected: list[Rejected], report: Report, rejects: RejectsFile | None, on_rejected: OnRejected | None
) -> None:
    if rejects is not None:
        rejects.add(rejected)
        report.rejects_file = str(rejects.path) if rejects.is_begun else None
    if on_rejected is not None:
        for row in rejected:
            on_rejected(row)
