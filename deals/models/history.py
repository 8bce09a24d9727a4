"""What happened to a deal: rows are only ever added; the database refuses to change or delete them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deals.states import DealEventKind, HandOverDirection


class DealEvent(models.Model):
    """One thing that happened to a deal. `cause` names who made it: 'user', 'import:3', 'sweep:7', 'activity:12'."""

    deal = models.ForeignKey("deals.Deal", models.PROTECT, related_name="events", verbose_name=_("deal"))
    kind = models.CharField(_("kind"), max_length=16, choices=DealEventKind)
    from_status = models.CharField(_("former status"), max_length=16, blank=True)
    to_status = models.CharField(_("new status"), max_length=16, blank=True)
    happened_on = models.DateField(_("on"))
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    cause = models.CharField(_("cause"), max_length=40, default="user")
    cycle = models.ForeignKey(
        "deals.FollowUpCycle",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,  # an undone run deletes its cycles; what happened stays told (D19)
        verbose_name=_("follow-up cycle"),
    )
    detail = models.CharField(_("detail"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("deal event")
        verbose_name_plural = _("deal events")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="deals_event_kind_is_known", condition=Q(kind__in=DealEventKind.values)),
            models.CheckConstraint(
                name="deals_status_event_says_to_what",
                condition=~Q(kind__in=[DealEventKind.STATUS, DealEventKind.CREATED]) | ~Q(to_status=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.get_kind_display()}"


class HandOver(models.Model):
    """One pass of a deal between people, both ways (S2-02, S2-29)."""

    deal = models.ForeignKey("deals.Deal", models.PROTECT, related_name="hand_overs", verbose_name=_("deal"))
    direction = models.CharField(_("direction"), max_length=8, choices=HandOverDirection)
    from_user = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handed over by")
    )
    to_user = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handed over to")
    )
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    rule_code = models.CharField(_("rule"), max_length=20, blank=True)
    rule_version = models.PositiveIntegerField(_("rule version"), null=True, blank=True)
    bantc_count = models.PositiveSmallIntegerField(_("BANTC known"), default=0)
    handed_on = models.DateField(_("on"))
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="deals_hand_over_direction_is_known", condition=Q(direction__in=HandOverDirection.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.get_direction_display()}"
