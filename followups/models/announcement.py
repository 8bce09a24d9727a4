"""周知: what was published about a rule, from when on, and who has confirmed that he read it (S2-34)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from followups.models.rule import Rule
from followups.querysets import AnnouncementQuerySet


class Announcement(models.Model):
    """A version of a rule made public. before and after: every setting by its name.

    published_by None: it was changed from the command line.

    changes: the settings that differ, which a sweep as of effective_on or later puts in force (enacted_on). refusal:
    why that could not be done. figures: what the trial had shown to whoever published it.
    """

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="announcements", verbose_name=_("rule"))
    version = models.PositiveIntegerField(_("version"))
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    changes = models.JSONField(_("changes"))
    effective_on = models.DateField(_("in force from"))
    applies_to_existing = models.BooleanField(_("for deals that are over the limit already"), default=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    figures = models.JSONField(_("figures"), default=dict)
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    published_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    enacted_on = models.DateField(_("put in force"), null=True, blank=True)
    refusal = models.CharField(_("why it was not put in force"), max_length=400, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule"],
                condition=Q(enacted_on__isnull=True, refusal=""),
                name="followups_one_announcement_of_a_rule_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} v{self.version}"


class Receipt(models.Model):
    """「確認しました」 of one person."""

    announcement = models.ForeignKey(
        Announcement, models.PROTECT, related_name="receipts", verbose_name=_("announcement")
    )
    user = models.ForeignKey("people.User", models.PROTECT, related_name="receipts", verbose_name=_("person"))
    confirmed_at = models.DateTimeField(_("confirmed"), default=timezone.now)

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["announcement", "user"], name="followups_confirmed_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.announcement}"
