"""The daily double check of the whole: who has looked, when, and what was to be seen (S0-31)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from followups.querysets import LeakCheckQuerySet
from followups.states import RunState


class LeakCheck(models.Model):
    """One signature under one day's 本日の要確認; team empty: the whole company.

    counts: what stood on the page, by code (`followups.leak_counts`). run_state: what the light of the rules said, for
    zero leaks without a run prove nothing. Signed later than on the day itself, signed_at says so.
    """

    checked_on = models.DateField(_("day checked"))
    team = models.ForeignKey(
        "people.Team", models.PROTECT, null=True, blank=True, related_name="leak_checks", verbose_name=_("team")
    )
    signed_by = models.ForeignKey("people.User", models.PROTECT, related_name="leak_checks", verbose_name=_("by"))
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)
    counts = models.JSONField(_("counts seen"), default=dict)
    run_state = models.CharField(_("rules"), max_length=8, choices=RunState)

    objects = LeakCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("leak check")
        verbose_name_plural = _("leak checks")
        ordering = ["-checked_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["checked_on", "team"], name="followups_a_team_is_checked_once_a_day"),
            models.UniqueConstraint(
                fields=["checked_on"],
                condition=Q(team__isnull=True),
                name="followups_a_company_is_checked_once_a_day",
            ),
            models.CheckConstraint(name="followups_check_has_a_run_state", condition=Q(run_state__in=RunState.values)),
        ]

    def __str__(self) -> str:
        return f"{self.checked_on}: {self.signed_by}"
