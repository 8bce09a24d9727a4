"""The volume of work per day, counted beforehand: twelve months of calls are a third of all activities."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.states import ActivityKind, CallOutcome, Direction


class DayVolume(models.Model):
    """How many calls and mails of one sort there were on one day; outcome "" stands for none (M-11, M-12)."""

    done_on = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=12, choices=ActivityKind)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    outcome = models.CharField(_("result"), max_length=20, choices=CallOutcome, blank=True)
    rows = models.PositiveIntegerField(_("count"))

    class Meta:
        verbose_name = _("volume of a day")
        verbose_name_plural = _("volumes of days")
        ordering = ["done_on", "kind", "direction", "outcome"]
        constraints = [
            models.UniqueConstraint(
                fields=["done_on", "kind", "direction", "outcome"], name="activities_a_sort_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.done_on} {self.kind} {self.direction} {self.outcome}: {self.rows}"


class PersonDay(models.Model):
    """What one person did on one day (M-13), in the counts of DAY_COUNTS; owner None is work that is nobody's."""

    done_on = models.DateField(_("day"))
    owner = models.ForeignKey(
        "people.User", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person"), db_index=False
    )
    volume = models.PositiveIntegerField(_("calls and mails"))
    calls = models.PositiveIntegerField(_("calls with a result"))
    connected = models.PositiveIntegerField(_("answered"))
    appointments = models.PositiveIntegerField(_("appointments"))

    class Meta:
        verbose_name = _("day of a person")
        verbose_name_plural = _("days of people")
        ordering = ["done_on", "owner"]
        constraints = [
            models.UniqueConstraint(fields=["done_on", "owner"], name="activities_a_person_once_a_day"),
            models.UniqueConstraint(
                fields=["done_on"], condition=Q(owner__isnull=True), name="activities_nobody_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done_on} {self.owner}: {self.volume}"
