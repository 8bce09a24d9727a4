"""Appointments won per day, counted beforehand: which call won one depends on other calls and on follow-ups."""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from deals.states import ChangeTrigger, CycleKind


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
            models.UniqueConstraint(fields=["won_on", "channel", "source"], name="followups_a_channel_once_a_day"),
            models.UniqueConstraint(
                fields=["won_on", "channel"], condition=Q(source__isnull=True),
                name="followups_an_unknown_source_once_a_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.won_on} {self.channel}: {self.rows}"


class CohortDay(models.Model):
    """How many follow-ups of one sort began on one day, and after how many days their deals lived again (M-01b).

    is_chain: a stagnant or lost cycle with all that it was converted into, else a cycle by itself. kind, reason and
    change_trigger are those of the (first) cycle. waited None: the deals have not lived again.
    """

    began_on = models.DateField(_("day"))
    is_chain = models.BooleanField(_("with its conversions"))
    kind = models.CharField(_("kind"), max_length=8, choices=CycleKind)
    reason = models.ForeignKey(
        "deals.LostReason", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("lost reason"),
        db_index=False,
    )  # fmt: skip
    change_trigger = models.CharField(_("change trigger"), max_length=12, choices=ChangeTrigger, blank=True)
    waited = models.PositiveIntegerField(_("days until re-opened"), null=True, blank=True)
    rows = models.PositiveIntegerField(_("count"))

    class Meta:
        verbose_name = _("follow-ups of a day")
        verbose_name_plural = _("follow-ups of days")
        ordering = ["began_on", "is_chain", "kind", "reason", "change_trigger", "waited"]
        constraints = [
            models.UniqueConstraint(  # two that have no reason, or have not lived again, are the same sort too
                "began_on", "is_chain", "kind", Coalesce("reason", Value(0)), "change_trigger",
                Coalesce("waited", Value(-1)), name="followups_a_cohort_once_a_day",
            )
        ]  # fmt: skip
        indexes = [
            # With the count, so that a page reads no row.
            models.Index(
                fields=["is_chain", "began_on", "kind", "reason", "change_trigger", "waited"], include=["rows"],
                name="followups_cohorts",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.began_on} {self.kind}: {self.rows}"
