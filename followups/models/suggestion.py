"""What a rule in suggest would do, until it is accepted, objected to, or its time has come (D34)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.models.sweep import SweepRun


class Suggestion(models.Model):
    """One deal that a rule in suggest found, for as long as its clock runs from the same day.

    The first sweep as of applies_on acts on it, an accepted one the next sweep. An objection is an exemption. What was
    done is told by the ledger, so a suggestion is never closed: it stands while the rule still finds the deal.
    """

    deal = models.ForeignKey("deals.Deal", models.PROTECT, related_name="suggestions", verbose_name=_("deal"))
    rule_code = models.CharField(_("rule"), max_length=20)
    rule_version = models.PositiveIntegerField(_("rule version"))
    clock_from_on = models.DateField(_("the clock runs from"))
    suggested_on = models.DateField(_("suggested"))
    applies_on = models.DateField(_("is done on"))
    run = models.ForeignKey(SweepRun, models.PROTECT, related_name="suggestions", verbose_name=_("run"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["applies_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "rule_code", "clock_from_on"], name="followups_suggested_once")
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.rule_code}"
