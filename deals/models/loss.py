"""Losses, kept for the figures after the deal lives again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DealLoss(models.Model):
    """One loss of a deal. The deal forgets its reason when it is re-opened (D9); this row does not (S0-17, S0-50).

    Day, reason, in_scope and competitor follow a correction of the loss; fs_owner is who had the deal when it was lost.
    cycle: the follow-up of the loss, None where its reason is not followed up.
    """

    deal = models.ForeignKey("deals.Deal", models.PROTECT, related_name="losses", verbose_name=_("deal"))
    lost_on = models.DateField(_("lost on"))
    reason = models.ForeignKey("deals.LostReason", models.PROTECT, related_name="losses", verbose_name=_("lost reason"))
    in_scope = models.BooleanField(_("followed up after the loss"))
    competitor = models.CharField(_("competitor"), max_length=200, blank=True)
    fs_owner = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("FS owner")
    )
    cycle = models.ForeignKey(
        "deals.FollowUpCycle",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="losses",
        verbose_name=_("follow-up cycle"),
    )

    class Meta:
        verbose_name = _("loss")
        verbose_name_plural = _("losses")
        ordering = ["-lost_on", "-id"]
        indexes = [models.Index(fields=["lost_on"], name="deals_loss_day")]  # report lost_reasons

    def __str__(self) -> str:
        return f"{self.deal} {self.lost_on}"
