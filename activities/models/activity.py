"""One call, mail, visit or meeting."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.querysets import ActivityQuerySet
from activities.states import ActivityKind, CallOutcome, Direction
from people.labels import Labelled


class Activity(Labelled, models.Model):
    """A touch of a customer by anybody. Without subject it is 未紐付け; with a deal it moves that deal's clocks (D24).

    is_bulk: a newsletter, moves no clock and counts in no volume. is_void: undone within ten seconds, in no metric
    (D25). is_completed False: booked for a future day, moves no clock. occurred_on is occurred_at in Asia/Tokyo.
    bantc: the answers known after it, and under "replaced" those that it replaced.
    """

    external_id = models.CharField(_("external id"), max_length=190, null=True, blank=True, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=ActivityKind)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction, default=Direction.OUTBOUND)
    outcome = models.CharField(  # noqa: DJ001 - NULL is "no result recorded", allowed to imports only (D24)
        _("result"), max_length=20, choices=CallOutcome, null=True, blank=True
    )
    occurred_at = models.DateTimeField(_("when"))
    occurred_on = models.DateField(_("day"), editable=False)
    owner = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("person")
    )
    deal = models.ForeignKey(
        "deals.Deal", models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("deal")
    )
    lead = models.ForeignKey(
        "leads.Lead", models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("lead")
    )
    contact = models.ForeignKey(
        "leads.Contact", models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("contact")
    )
    company = models.ForeignKey(
        "leads.Company", models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("company")
    )
    no_appointment_reason = models.ForeignKey(
        "leads.NoAppointmentReason", models.PROTECT, null=True, blank=True, related_name="activities",
        verbose_name=_("no-appointment reason"),
    )  # fmt: skip
    no_next_reason = models.CharField(_("why there is no next to-do"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    bantc = models.JSONField(_("BANTC as known then"), default=dict, blank=True)
    duration_s = models.PositiveIntegerField(_("duration (seconds)"), null=True, blank=True)
    is_bulk = models.BooleanField(_("bulk mail"), default=False)
    is_completed = models.BooleanField(_("completed"), default=True)
    is_imported = models.BooleanField(_("imported"), default=False, editable=False)
    is_void = models.BooleanField(_("undone"), default=False)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.CheckConstraint(name="activities_kind_is_known", condition=Q(kind__in=ActivityKind.values)),
            models.CheckConstraint(name="activities_direction_is_known", condition=Q(direction__in=Direction.values)),
            models.CheckConstraint(
                name="activities_outcome_is_known",
                condition=Q(outcome__isnull=True) | Q(outcome__in=CallOutcome.values),
            ),
            models.CheckConstraint(
                name="activities_completed_call_has_a_result_unless_imported",
                condition=~Q(kind=ActivityKind.CALL)
                | Q(outcome__isnull=False)
                | Q(is_imported=True)
                | Q(is_completed=False),
                violation_error_message=_("Choose the result of the call."),
            ),
            models.CheckConstraint(
                name="activities_only_a_call_has_a_call_result",
                condition=Q(outcome__isnull=True) | Q(kind=ActivityKind.CALL),
            ),
        ]
        indexes = [
            models.Index(fields=["deal", "-occurred_on"], name="activities_deal_newest"),  # clocks, touches since a day
            models.Index(fields=["occurred_on", "owner"], name="activities_day_owner"),  # report calls
            models.Index(
                fields=["outcome", "occurred_on"],
                condition=Q(outcome__isnull=False),
                name="activities_outcome_day",
            ),  # appointments of a period
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_on}"

    def save(self, **kwargs: object) -> None:
        self.occurred_on = timezone.localdate(self.occurred_at)
        super().save(**kwargs)  # type: ignore[arg-type]
