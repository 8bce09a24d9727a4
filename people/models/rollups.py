"""Which days a rollup has counted, and which of them are out of step with their rows (ADR 8)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RollupSpan(models.Model):
    """The days that a rollup has counted; others are read from their rows. No span: nothing was counted."""

    rollup = models.CharField(_("rollup"), max_length=20, unique=True)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("rollup")
        verbose_name_plural = _("rollups")
        ordering = ["rollup"]
        constraints = [
            models.CheckConstraint(name="people_a_rollup_ends_after_it_begins", condition=Q(last_on__gte=F("first_on")))
        ]

    def __str__(self) -> str:
        return f"{self.rollup} {self.first_on}–{self.last_on}"


class RollupMark(models.Model):
    """Days whose rows have changed since a rollup counted them; until it counts them again, pages read the rows.

    Whoever changes such a row adds a mark in the same transaction. Marks are only ever added, so writers never wait for
    each other; the refresh takes away those it has seen before it counted, and no other.
    """

    rollup = models.CharField(_("rollup"), max_length=20)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("rollup mark")
        verbose_name_plural = _("rollup marks")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="people_a_mark_ends_after_it_begins", condition=Q(last_on__gte=F("first_on")))
        ]

    def __str__(self) -> str:
        return f"{self.rollup} {self.first_on}–{self.last_on}"
