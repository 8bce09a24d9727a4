"""One chunk of rows: which are new, which changed since the last import, and their records written in one transaction.

`unchanged` is judged against the last imported row, never against the record (D28).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from django.db import transaction

from intake.drafts import Change, Draft, Run, Said, merge
from intake.findings import Conflict, Problem, Remark, shown
from intake.models import ImportBatch, ImportRow
from intake.records import kind_of
from intake.report import Report
from intake.rows import Outcome, Rejected, Row, RowReader, Skipped, Values, restored
from intake.undoing.ledger import Step
from people.rows import insert_rows, update_rows


@dataclass(frozen=True, slots=True)
class Last:
    """The last import of an external id."""

    row_id: int
    record_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Work:
    """A row that is new or changed, with its draft; change: of a record that stands already."""

    row: Row
    draft: Draft
    change: Change | None = None


OnWork = Callable[[Sequence[Work]], None]


class ChunkWriter:
    """Takes the chunks of one file in order and keeps the report's figures, which move only once a chunk is written."""

    def __init__(self, run: Run, reader: RowReader, report: Report, on_work: OnWork | None = None) -> None:
        self._run, self._reader, self._report, self._on_work = run, reader, report, on_work
        self._kind = kind_of(run)

    def take(self, outcomes: Sequence[Outcome]) -> list[Rejected]:
        """Judge and write one chunk; gives back the rows that were rejected, in their order."""
        rejected = [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
        rows = [outcome for outcome in outcomes if isinstance(outcome, Row)]
        with nullcontext() if self._run.is_dry else transaction.atomic():
            self._wait_for_others()
            lasts = self._lasts(rows)
            due = [row for row in rows if row.external_id not in lasts or lasts[row.external_id].digest != row.digest]
            work = self._work(due, lasts, rejected) if due else []
            if not self._run.is_dry:
                self._write(work, lasts)
        self._report.rows += len(outcomes)
        self._report.skipped += sum(1 for outcome in outcomes if isinstance(outcome, Skipped))
        self._report.unchanged += len(rows) - len(due)
        self._report.rejected += len(rejected)
        self._tell(work)
        if self._on_work is not None:
            self._on_work(work)
        return sorted(rejected, key=lambda row: row.number)

    def _wait_for_others(self) -> None:
        """Chunks of two imports at once are written one after the other, so the second sees what the first made."""
        if not self._run.is_dry:
            ImportBatch.objects.order_by("pk").select_for_update(no_key=True).first()

    def _lasts(self, rows: Sequence[Row]) -> dict[str, Last]:
        ids = [row.external_id for row in rows]
        known = ImportRow.objects.filter(kind=self._run.plan.kind, external_id__among=ids)
        found = list(known.values_list("external_id", "pk", "record_id", "digest"))
        now = self._kind.standing([record_id for _external_id, _row_id, record_id, _digest in found])
        return {
            external_id: Last(row_id, now.get(record_id, record_id), digest)
            for external_id, row_id, record_id, digest in found
        }

    def _work(self, due: Sequence[Row], lasts: Mapping[str, Last], rejected: list[Rejected]) -> list[Work]:
        """Draft the rows against which nothing speaks; the others join the rejected."""
        rows = [row for row in due if self._is_fit(row, self._kind.object(row.external_id, row.values), rejected)]
        former = self._former([lasts[row.external_id].row_id for row in rows if row.external_id in lasts])
        self._kind.prepare([row.values for row in rows], list(former.values()))
        drafts = [(row, self._kind.draft(row.external_id, row.values)) for row in rows]
        twins = self._kind.twins([draft for row, draft in drafts if row.external_id not in lasts])
        standing = {external_id: last.record_id for external_id, last in lasts.items()} | dict(twins)
        records = self._kind.load({standing[row.external_id] for row in rows if row.external_id in standing})
        work = []
        for row, draft in drafts:
            record = records.get(standing.get(row.external_id, 0))
            values = former.get(row.external_id)
            old = self._kind.draft(row.external_id, values) if values is not None else None
            change = merge(record, draft, old) if record is not None else None
            if change is None or self._is_fit(row, self._kind.object_to(change), rejected):
                work.append(Work(row, draft, change))
        return work

    def _is_fit(self, row: Row, objections: Iterable[Said], rejected: list[Rejected]) -> bool:
        problems = [
            Problem(row.number, self._reader.header_of(said.field), shown(said.value), said.text) for said in objections
        ]
        if problems:
            rejected.append(Rejected(row.number, row.cells, problems))
        return not problems

    def _former(self, row_ids: Sequence[int]) -> dict[str, Values]:
        """What the last import read, as far as the map of today still names it, by external id."""
        found = ImportRow.objects.filter(pk__among=list(row_ids)).values_list("external_id", "values")
        return {external_id: restored(self._run.plan, values) for external_id, values in found}

    def _write(self, work: Sequence[Work], lasts: Mapping[str, Last]) -> None:
        new = [one for one in work if one.change is None]
        changed = [(one, one.change) for one in work if one.change is not None]
        step = Step(self._run.plan.kind, self._run.batch_id or 0)
        again = [lasts[one.row.external_id].row_id for one in work if one.row.external_id in lasts]
        step.open([one.draft for one in new], [change for _one, change in changed], again)
        ids = self._kind.create([one.draft for one in new]) if new else []
        if changed:
            self._kind.change([change for _one, change in changed])
        made = [*zip(new, ids, strict=True), *((one, change.id) for one, change in changed)]
        step.close(ids, self._remember(made, lasts), self._run.noted())

    def _remember(self, made: Sequence[tuple[Work, int]], lasts: Mapping[str, Last]) -> list[tuple[int, int]]:
        """Write the last imported rows; each one's id with that of its record."""
        batch_id = self._run.batch_id
        fresh = [(one.row, record_id) for one, record_id in made if one.row.external_id not in lasts]
        again = [(one.row, record_id) for one, record_id in made if one.row.external_id in lasts]
        added = insert_rows(
            ImportRow,
            ("external_id", "record_id", "digest", "values"),
            [(row.external_id, record_id, row.digest, row.stored) for row, record_id in fresh],
            constants={"kind": self._run.plan.kind.value, "batch_id": batch_id},
            returning=("id", "record_id"),
        )
        update_rows(
            ImportRow,
            ("id", "record_id", "batch_id", "digest", "values"),
            [(lasts[row.external_id].row_id, record_id, batch_id, row.digest, row.stored) for row, record_id in again],
        )
        return [
            *((pk, record_id) for pk, record_id in added),
            *((lasts[row.external_id].row_id, pk) for row, pk in again),
        ]

    def _tell(self, work: Sequence[Work]) -> None:
        for one in work:
            is_new = one.change is None or one.change.is_first
            self._report.created += is_new
            self._report.updated += not is_new
            for said in one.draft.remarks:
                column = self._reader.header_of(said.field)
                self._report.warn(Remark(one.row.number, column, said.code, said.text))
            for kept in one.change.kept if one.change else ():
                column = self._reader.header_of(kept.field)
                self._report.object(
                    Conflict(one.row.number, column, one.row.external_id, kept.field, kept.kept, kept.in_file)
                )
