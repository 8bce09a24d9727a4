"""What came in: every import, and the last row seen of each external id."""

from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.states import BatchStatus, RecordKind, UndoStatus


class UploadedFile(models.Model):
    """One table that somebody has uploaded: a text file, a sheet, or one file of a zip, with how it is to be read.

    stored: where it lies, below VAR_DIR/imports/files. reading: what was found in it (intake/reading). plan: the map as
    MAP.toml would say it, as far as it is settled. parcel: what came in one upload has the same.
    """

    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    parcel = models.CharField(_("parcel"), max_length=32)
    name = models.CharField(_("file"), max_length=255)
    stored = models.CharField(_("stored as"), max_length=255)
    kind = models.CharField(_("kind"), max_length=12, choices=RecordKind)
    reading = models.JSONField(_("reading"), default=dict)
    plan = models.JSONField(_("map"), default=dict)

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="intake_upload_kind_is_known", condition=Q(kind__in=RecordKind.values))
        ]

    def __str__(self) -> str:
        return self.name


class SavedMap(models.Model):
    """A map that is kept under a name, for the next file of the same shape."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=RecordKind)
    plan = models.JSONField(_("map"), default=dict)
    saved_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", verbose_name=_("saved by"))
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("saved map")
        verbose_name_plural = _("saved maps")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="intake_saved_map_kind_is_known", condition=Q(kind__in=RecordKind.values))
        ]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One import of one file. `summary` is what `manage.py import_records --json` printed.

    Those that a page asked for have an upload; a worker or beat does them chunk by chunk, and `progress` keeps where it
    is, written with each chunk. plan: the map as it was when the import was asked for. as_of: the day it counts from.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=RecordKind)
    file_name = models.CharField(_("file"), max_length=255)
    file_sha256 = models.CharField(_("file SHA-256"), max_length=64)
    status = models.CharField(_("status"), max_length=12, choices=BatchStatus, default=BatchStatus.RUNNING)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    started_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    upload = models.ForeignKey(
        UploadedFile, models.PROTECT, null=True, blank=True, related_name="batches", verbose_name=_("uploaded file")
    )
    is_dry_run = models.BooleanField(_("dry run"), default=False, db_default=False)
    plan = models.JSONField(_("map"), default=dict, db_default=Value({}, models.JSONField()), blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    rows_total = models.PositiveIntegerField(_("rows in the file"), default=0, db_default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0, db_default=0)
    progress = models.JSONField(_("progress"), default=dict, db_default=Value({}, models.JSONField()), blank=True)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    is_cancel_wanted = models.BooleanField(_("to be cancelled"), default=False, db_default=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="intake_batch_kind_is_known", condition=Q(kind__in=RecordKind.values)),
            models.CheckConstraint(name="intake_batch_status_is_known", condition=Q(status__in=BatchStatus.values)),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.file_name}"


class ImportRow(models.Model):
    """The last imported row of one external id: the yardstick for `unchanged` and for conflicts (D28).

    `values` holds the fields as read from the file, before references were looked up. `record_id` is the id in the
    table of the kind.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=RecordKind)
    external_id = models.CharField(_("external id"), max_length=190)
    record_id = models.BigIntegerField(_("record"))
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="rows", verbose_name=_("import"))
    digest = models.CharField(_("digest"), max_length=32)
    values = models.JSONField(_("values"), default=dict)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [
            models.UniqueConstraint(fields=["kind", "external_id"], name="intake_an_external_id_has_one_last_row")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.external_id}"


class ImportStep(models.Model):
    """What one chunk of an import did to the tables (ADR 9), by table, with the ids of the rows.

    made: table → id → signature. changed: [table, id, {column: [before, after]}]. gone: [table, id, what it held].
    rows: [imported row, record, the imported row as it was before, null where there was none]. undone: what came of
    taking it back, null before.
    """

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="steps", verbose_name=_("import"))
    made = models.JSONField(_("rows made"), default=dict)
    changed = models.JSONField(_("rows changed"), default=list)
    gone = models.JSONField(_("rows gone"), default=list)
    rows = models.JSONField(_("imported rows"), default=list)
    undone = models.JSONField(_("result of the undo"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of an import")
        verbose_name_plural = _("steps of an import")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.pk}"


class ImportUndo(models.Model):
    """Somebody asked what an undo of an import would take back (is_preview), or had it taken back.

    Both are done by a worker or beat, step by step. summary: what was, or would be, removed, restored and kept.
    """

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="undos", verbose_name=_("import"))
    is_preview = models.BooleanField(_("preview"), default=True)
    asked_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("requested by")
    )
    asked_at = models.DateTimeField(_("requested"), default=timezone.now)
    as_of = models.DateField(_("as of"))
    status = models.CharField(_("status"), max_length=8, choices=UndoStatus, default=UndoStatus.WAITING)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    steps_total = models.PositiveIntegerField(_("steps in all"), default=0)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)

    class Meta:
        verbose_name = _("undo of an import")
        verbose_name_plural = _("undos of imports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="intake_undo_status_is_known", condition=Q(status__in=UndoStatus.values))
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.get_status_display()}"
