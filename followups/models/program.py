"""When the company began to follow up, and what the rate was before (M-01c)."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class FollowUpProgram(models.Model):
    """The start of a follow-up program; the newest that has begun is in force.

    manual_baseline: the re-opportunity rate before the start in percent, for companies whose records do not reach back
    so far; None where there is none. It is used only where no cohort before the start is known.
    """

    started_on = models.DateField(_("program start"), unique=True)
    manual_baseline = models.DecimalField(
        _("rate before the start (%)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("follow-up program")
        verbose_name_plural = _("follow-up programs")
        ordering = ["-started_on"]
        constraints = [
            models.CheckConstraint(
                name="followups_program_baseline_is_a_percentage",
                condition=Q(manual_baseline__isnull=True) | Q(manual_baseline__range=(0, 100)),
                violation_error_message=_("The rate is a number from 0 to 100."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_on:%Y-%m-%d}"

    @classmethod
    def in_force(cls, as_of: date) -> "FollowUpProgram | None":
        """The newest that began by the day; None where none has."""
        return cls.objects.filter(started_on__lte=as_of).first()
