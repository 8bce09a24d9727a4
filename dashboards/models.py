"""The one thing the dashboards keep: what their numbers were at the end of each day."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DailySnapshot(models.Model):
    """One number as it stood at the end of one day; a later change of a limit leaves it alone.

    metric: the name of the report. dimension and key: one group of it ("team", "東"); both empty is the whole, an empty
    key alone a blank. numerator and denominator: of a rate, else None. thresholds: the settings in force when it was
    taken. Taken on a later day it is recomputed from the rows as they stood then, and says so.
    """

    counted_on = models.DateField(_("day"))
    metric = models.CharField(_("figure"), max_length=40)
    dimension = models.CharField(_("split by"), max_length=20, blank=True)
    key = models.CharField(_("group"), max_length=200, blank=True)
    count = models.PositiveIntegerField(_("count"))
    numerator = models.PositiveIntegerField(_("numerator"), null=True, blank=True)
    denominator = models.PositiveIntegerField(_("denominator"), null=True, blank=True)
    thresholds = models.JSONField(_("settings in force"), default=dict)
    taken_at = models.DateTimeField(_("taken"), default=timezone.now)

    class Meta:
        verbose_name = _("daily snapshot")
        verbose_name_plural = _("daily snapshots")
        ordering = ["counted_on", "metric", "dimension", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "dimension", "key", "counted_on"], name="dashboards_a_day_is_counted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.counted_on} {self.metric}: {self.count}"

    @property
    def is_recomputed(self) -> bool:
        """Whether it was taken after its day was over (再計算)."""
        return timezone.localdate(self.taken_at) > self.counted_on
