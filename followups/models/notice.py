"""The outbox: what a person is told, and the ways on which it leaves the product."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from followups.querysets import DeliveryQuerySet, NoticeQuerySet
from followups.states import Channel, DeliveryState, NoticeKind


class Notice(models.Model):
    """What one person is told about one day, once per kind (D.9).

    `content` is frozen when it is written: counts, ids, names and dates, but no sentences, so that everybody reads it
    in his own language. `for_on` is the business date that it speaks of.
    """

    user = models.ForeignKey("people.User", models.CASCADE, related_name="notices", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=8, choices=NoticeKind)
    for_on = models.DateField(_("day"))
    content = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-for_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "for_on"], name="followups_a_day_is_told_once"),
            models.CheckConstraint(name="followups_notice_kind_is_known", condition=Q(kind__in=NoticeKind.values)),
        ]
        indexes = [
            # The bell of every page.
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="followups_notice_unread"),
            models.Index(fields=["user", "-for_on", "-id"], name="followups_notice_list"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()} {self.for_on}"


class Delivery(models.Model):
    """One way on which a notice leaves the product.

    attempts counts the claims, and is the claim's mark: who has claimed a row may settle it only while the number is
    still his. next_try_at: not before this moment; None is at once. While a row is claimed it is the end of the claim.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("notice"))
    channel = models.CharField(_("channel"), max_length=4, choices=Channel)
    state = models.CharField(_("state"), max_length=6, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="followups_a_notice_leaves_once_per_channel"),
            models.CheckConstraint(name="followups_delivery_channel_is_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(
                name="followups_delivery_is_sent_at_a_moment",
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | Q(state__in=[DeliveryState.QUEUED, DeliveryState.FAILED], sent_at__isnull=True),
            ),
        ]
        indexes = [
            # Each minute asks for what waits, which is hardly ever anything.
            models.Index(
                fields=["channel", "id"], condition=Q(state=DeliveryState.QUEUED), name="followups_delivery_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} ({self.get_channel_display()})"


class ReturnWarning(models.Model):
    """Field sales was told that a rule will take this deal; once while the deal stays in its status (D33)."""

    deal = models.ForeignKey("deals.Deal", models.CASCADE, related_name="return_warnings", verbose_name=_("deal"))
    status_entered_on = models.DateField(_("in the status since"))
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="return_warnings", verbose_name=_("notice"))

    class Meta:
        verbose_name = _("warning of a return")
        verbose_name_plural = _("warnings of returns")
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "status_entered_on"], name="followups_a_return_is_announced_once_per_stay"
            )
        ]

    def __str__(self) -> str:
        return f"{self.deal} {self.status_entered_on}"
