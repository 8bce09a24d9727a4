"""What the result of a call starts, and appointments that field sales still has to accept."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from activities.states import CallOutcome
from followups.querysets import ProposalQuerySet
from followups.states import MeetingWay, NextUnit, ProposalStatus
from leads.states import LeadStatus


class OutcomeEffect(models.Model):
    """One row of the table of D.6: what a call result suggests. Each is a default that the caller sees and may change.

    lead_status empty: the lead stays as it is. next_unit `none`: no to-do is suggested, and the caller says why.
    asks_reason: always true of a talk without appointment (S3-23).
    """

    outcome = models.CharField(_("call result"), max_length=20, choices=CallOutcome, primary_key=True)
    lead_status = models.CharField(_("lead becomes"), max_length=20, choices=LeadStatus, blank=True)
    next_value = models.PositiveSmallIntegerField(_("next to-do after"), default=1, validators=[MaxValueValidator(365)])
    next_unit = models.CharField(_("unit"), max_length=12, choices=NextUnit)
    asks_reason = models.BooleanField(_("asks for the no-appointment reason"), default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("effect of a call result")
        verbose_name_plural = _("effects of call results")
        constraints = [
            models.CheckConstraint(
                name="followups_effect_outcome_is_known", condition=Q(outcome__in=CallOutcome.values)
            ),
            models.CheckConstraint(
                name="followups_effect_lead_status_is_known",
                condition=Q(lead_status="") | Q(lead_status__in=LeadStatus.values),
            ),
            models.CheckConstraint(
                name="followups_effect_next_step_is_known",
                condition=Q(next_unit__in=NextUnit.values, next_value__lte=365),
            ),
            models.CheckConstraint(
                name="followups_effect_declined_asks_why",
                condition=~Q(outcome=CallOutcome.DECLINED) | Q(asks_reason=True),
                violation_error_message=_("A talk without appointment always says why."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class Proposal(models.Model):
    """An appointment that inside sales won for a deal: field sales accepts or declines it (D9).

    call: the call that won it. Until it is decided the deal stays as it is; with it accepted a followed deal is
    re-opened. At most one is pending per deal.
    """

    deal = models.ForeignKey("deals.Deal", models.PROTECT, related_name="proposals", verbose_name=_("deal"))
    fs = models.ForeignKey("people.User", models.PROTECT, related_name="proposals", verbose_name=_("field sales"))
    call = models.ForeignKey(
        "activities.Activity", models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("call")
    )
    meeting_on = models.DateField(_("day of the meeting"))
    meeting_time = models.TimeField(_("time of the meeting"), null=True, blank=True)
    way = models.CharField(_("way"), max_length=11, choices=MeetingWay, default=MeetingWay.VISIT)
    note = models.CharField(_("note"), max_length=400, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=ProposalStatus, default=ProposalStatus.PENDING)
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decline_reason = models.CharField(_("why declined"), max_length=400, blank=True)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed appointment")
        verbose_name_plural = _("proposed appointments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="followups_proposal_is_pending_or_has_a_day",
                condition=Q(status=ProposalStatus.PENDING, decided_on__isnull=True)
                | (Q(status__in=[s for s in ProposalStatus.values if s != "pending"]) & Q(decided_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="followups_declined_proposal_says_why",
                condition=~Q(status=ProposalStatus.DECLINED) | ~Q(decline_reason=""),
                violation_error_message=_("Say why you decline."),
            ),
            models.CheckConstraint(name="followups_proposal_way_is_known", condition=Q(way__in=MeetingWay.values)),
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(status=ProposalStatus.PENDING),
                name="followups_one_pending_proposal_per_deal",
            ),
        ]
        indexes = [
            # 自分の商談: what waits for this person.
            models.Index(fields=["fs"], condition=Q(status=ProposalStatus.PENDING), name="followups_proposal_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.deal} {self.meeting_on}"
