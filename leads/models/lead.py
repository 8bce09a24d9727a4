"""Leads and what happened to them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models.customer import Company, Contact
from leads.models.picklists import LeadSource, NoAppointmentReason, NurturingReason, Picklist
from leads.querysets import LeadQuerySet
from leads.states import NURTURING_STATUSES, SETTLED_STATUSES, LeadEventKind, LeadStatus
from people.labels import Labelled
from people.text import e164, normalised_name, phone_key, search_key, word_starts


class Lead(Labelled, models.Model):
    """An inquiry or a name before there is a deal."""

    external_id = models.CharField(_("external id"), max_length=190, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(_("normalised name"), max_length=200, editable=False, db_index=True)
    search_key = models.TextField(_("search key"), editable=False, blank=True)
    starts_key = models.TextField(_("starts of words"), editable=False, blank=True, default="", db_default="")
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("company")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("contact")
    )
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    source = models.ForeignKey(
        LeadSource, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("lead source")
    )
    status = models.CharField(_("lead status"), max_length=20, choices=LeadStatus, default=LeadStatus.NEW)
    source_status = models.CharField(_("status in the source system"), max_length=120, blank=True)
    nurturing_reason = models.ForeignKey(
        NurturingReason, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("nurturing reason")
    )
    no_appointment_reason = models.ForeignKey(
        NoAppointmentReason, models.PROTECT, null=True, blank=True, related_name="leads",
        verbose_name=_("no-appointment reason"),
    )  # fmt: skip
    owner = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("owner")
    )
    created_on = models.DateField(_("created on"), db_index=True)
    status_entered_on = models.DateField(_("in this status since"))
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-created_on", "-id"]
        constraints = [
            models.CheckConstraint(name="leads_lead_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="leads_lead_status_is_known", condition=Q(status__in=LeadStatus.values)),
            models.CheckConstraint(
                name="leads_nurtured_lead_says_why",
                condition=~Q(status__in=NURTURING_STATUSES) | Q(nurturing_reason__isnull=False),
                violation_error_message=_("Choose a nurturing reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.set_keys()
        super().save(**kwargs)  # type: ignore[arg-type]

    @property
    def is_settled(self) -> bool:
        """Whether it is over, won or out of target."""
        return self.status in SETTLED_STATUSES

    def set_keys(self) -> None:
        """Derive the keys for matching and searching; bulk writers call it themselves."""
        self.name_key = normalised_name(self.name)
        self.phone = e164(self.phone)
        self.search_key = search_key(self.name, phone_key(self.phone), self.email)
        self.starts_key = word_starts(self.name)


def _picked(model: type[Picklist], name: Any) -> Any:
    """A value of a pull-down that an event names; nobody asks for the events of a value, so it has no index."""
    return models.ForeignKey(
        model, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=name
    )


class LeadEvent(models.Model):
    """What happened to a lead; rows are only ever added (the database refuses the rest).

    The reasons are those that the lead had after it, the former ones those before; events of older versions have none.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="events", verbose_name=_("lead"))
    kind = models.CharField(_("kind"), max_length=10, choices=LeadEventKind)
    from_status = models.CharField(_("former status"), max_length=20, blank=True)
    to_status = models.CharField(_("new status"), max_length=20, blank=True)
    happened_on = models.DateField(_("on"))
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    cause = models.CharField(_("cause"), max_length=40, default="user")
    note = models.CharField(_("note"), max_length=400, blank=True)
    former_nurturing_reason = _picked(NurturingReason, _("former nurturing reason"))
    nurturing_reason = _picked(NurturingReason, _("nurturing reason"))
    former_no_appointment_reason = _picked(NoAppointmentReason, _("former no-appointment reason"))
    no_appointment_reason = _picked(NoAppointmentReason, _("no-appointment reason"))

    class Meta:
        verbose_name = _("lead event")
        verbose_name_plural = _("lead events")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="leads_event_kind_is_known", condition=Q(kind__in=LeadEventKind.values))
        ]

    def __str__(self) -> str:
        return f"{self.lead}: {self.get_kind_display()}"
