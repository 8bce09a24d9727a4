"""Answers that are kept for pages of numbers, and what has changed since (ADR 11)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptAnswer(models.Model):
    """What one statement counted. answer: its rows as JSON, which are the sums of those of its portions."""

    digest = models.CharField(_("question"), max_length=64, unique=True)
    counted_on = models.DateField(_("day"))
    answer = models.TextField(_("answer"))
    took = models.FloatField(_("seconds to count all"), default=0)
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        ordering = ["counted_on", "digest"]

    def __str__(self) -> str:
        return f"{self.counted_on} {self.digest[:12]}"


class KeptPortion(models.Model):
    """What the deals or leads of one portion add to an answer; a portion that adds nothing may be missing."""

    kept = models.ForeignKey(
        KeptAnswer, models.CASCADE, related_name="portions", verbose_name=_("kept answer"), db_index=False
    )
    portion = models.BigIntegerField(_("portion"))
    answer = models.TextField(_("answer"))

    class Meta:
        verbose_name = _("portion of an answer")
        verbose_name_plural = _("portions of answers")
        ordering = ["kept", "portion"]
        constraints = [models.UniqueConstraint(fields=["kept", "portion"], name="people_a_portion_once_an_answer")]

    def __str__(self) -> str:
        return f"{self.kept} {self.portion}"


class ChangedPortion(models.Model):
    """Something of this portion has changed since the answers were kept; a trigger of the database adds these.

    They are only ever added, so writers never wait for each other; the refresh takes away those it has seen before it
    counted, and no other.
    """

    portion = models.BigIntegerField(_("portion"))

    class Meta:
        verbose_name = _("changed portion")
        verbose_name_plural = _("changed portions")
        ordering = ["id"]
        indexes = [models.Index(fields=["portion"], name="people_changed_portion")]

    def __str__(self) -> str:
        return str(self.portion)
