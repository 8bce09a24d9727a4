"""Exemptions: the recorded reason why a deal is left alone for a while."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from followups.querysets import RuleExemptionQuerySet


class RuleExemption(models.Model):
    """A deal left out of the rules, or an open cycle left without a to-do, until expires_on included (D13, S2-35).

    rule_code empty: every rule. cycle set: the exemption stands in for the cycle's to-do in the proof bar.
    """

    deal = models.ForeignKey("deals.Deal", models.PROTECT, related_name="exemptions", verbose_name=_("deal"))
    cycle = models.ForeignKey(
        "deals.FollowUpCycle", models.PROTECT, null=True, blank=True, related_name="exemptions", verbose_name=_("cycle")
    )
    rule_code = models.CharField(_("rule"), max_length=20, blank=True)
    reason = models.CharField(_("reason"), max_length=400)
    starts_on = models.DateField(_("first day"))
    expires_on = models.DateField(_("last day"))
    revoked_on = models.DateField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = RuleExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="followups_exemption_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the deal is exempted."),
            ),
            models.CheckConstraint(
                name="followups_exemption_ends_after_it_starts", condition=Q(expires_on__gte=F("starts_on"))
            ),
        ]
        indexes = [models.Index(fields=["expires_on", "deal"], name="followups_exemption_expiry")]  # the sweep

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.expires_on}"
