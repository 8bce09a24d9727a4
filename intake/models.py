"""What came in: every import, and the last row seen of each external id."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.states import BatchStatus, RecordKind


class ImportBatch(models.Model):
    """One import of one file. `summary` is what `manage.py import_records --json` printed."""

    kind = models.CharField(_("kind"), max_length=12, choices=RecordKind)
    file_name = models.CharField(_("file"), max_length=255)
    file_sha256 = models.CharField(_("file SHA-256"), max_length=64)
    status = models.CharField(_("status"), max_length=8, choices=BatchStatus, default=BatchStatus.RUNNING)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    started_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    summary = models.JSONField(_("summary"), default=dict, blank=True)

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
