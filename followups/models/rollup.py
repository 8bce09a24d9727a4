"""Appointments won per day, counted beforehand: which call won one depends on other calls and on follow-ups."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentDay(models.Model):
    """How many appointments were won on one day from one source through one channel (M-09, M-10).

    source None: unknown. channel: `new`, or the kind of the follow-up that the deal was in.
    """

    won_on = models.DateField(_("day"))
    source = models.ForeignKey(
        "leads.LeadSource", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("lead source"),
        db_index=False,
    )  # fmt: skip
    channel = models.CharField(_("channel"), max_length=8)
    rows = models.PositiveIntegerField(_("count"))

    class Meta:
        verbose_name = _("appointments of a day")
        verbose_name_plural = _("appointments of days")
        ordering = ["won_on", "channel", "source"]
        constraints = [
            models.UniqueConstraint(fields=["won_on", "channel", "source"], name="followups_a_channel_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.won_on} {self.channel}: {self.rows}"
