"""Companies, the people in them, and leads: what comes before a deal."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leads.querysets import CompanyQuerySet, ContactQuerySet, LeadQuerySet, PicklistQuerySet
from leads.states import NURTURING_STATUSES, Availability, LeadEventKind, LeadStatus
from people.text import e164, kana_key, normalised_name, search_key


class Picklist(models.Model):
    """A value of a pull-down: the code is fixed, the labels and the definition are the admin's."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    label_ja = models.CharField(_("label (Japanese)"), max_length=80)
    label_en = models.CharField(_("label (English)"), max_length=80, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("offered"), default=True)

    objects = PicklistQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language; Japanese where no English was written."""
        return self.label_en if self.label_en and get_language() == "en" else self.label_ja


class NurturingReason(Picklist):
    """Why a lead is nurtured and not closed (S3-22)."""

    class Meta(Picklist.Meta):
        verbose_name = _("nurturing reason")
        verbose_name_plural = _("nurturing reasons")


class NoAppointmentReason(Picklist):
    """Why a valid conversation gave no appointment (S3-23)."""

    class Meta(Picklist.Meta):
        verbose_name = _("no-appointment reason")
        verbose_name_plural = _("no-appointment reasons")


class LeadSource(models.Model):
    """The channel a lead came from; made on sight by an import (D27). A missing source is no source, not 'unknown'."""

    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(_("normalised name"), max_length=120, unique=True, editable=False)

    class Meta:
        verbose_name = _("lead source")
        verbose_name_plural = _("lead sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.name_key = normalised_name(self.name)
        super().save(**kwargs)  # type: ignore[arg-type]


class Company(models.Model):
    """A customer or prospect."""

    external_id = models.CharField(_("external id"), max_length=190, null=True, blank=True, unique=True)
    name = models.CharField(_("company name"), max_length=200)
    name_key = models.CharField(_("normalised name"), max_length=200, editable=False, db_index=True)
    kana = models.CharField(_("kana"), max_length=200, blank=True)
    kana_key = models.CharField(_("sort key"), max_length=200, blank=True, editable=False, db_index=True)
    search_key = models.CharField(_("search key"), max_length=420, editable=False, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    fiscal_start_month = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"), default=4, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    slack_months = models.JSONField(_("slack months"), default=list, blank=True)
    peak_months = models.JSONField(_("peak months"), default=list, blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["kana_key", "name", "id"]
        constraints = [
            models.CheckConstraint(
                name="leads_company_has_a_name",
                condition=~Q(name=""),
                violation_error_message=_("Enter a company name."),
            ),
            models.CheckConstraint(
                name="leads_company_fiscal_year_starts_in_a_month", condition=Q(fiscal_start_month__range=(1, 12))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.set_keys()
        super().save(**kwargs)  # type: ignore[arg-type]

    def set_keys(self) -> None:
        """Derive the keys for matching, sorting and searching; bulk writers call it themselves."""
        self.name_key = normalised_name(self.name)
        self.kana_key = kana_key(self.kana)
        self.search_key = search_key(self.name, self.kana)
        self.phone = e164(self.phone)


class Contact(models.Model):
    """A person at a customer. E-mail addresses may be shared; two people with one address stay two (data README)."""

    external_id = models.CharField(_("external id"), max_length=190, null=True, blank=True, unique=True)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("company")
    )
    name = models.CharField(_("name"), max_length=150)
    name_key = models.CharField(_("normalised name"), max_length=150, editable=False, db_index=True)
    kana = models.CharField(_("kana"), max_length=150, blank=True)
    kana_key = models.CharField(_("sort key"), max_length=150, blank=True, editable=False)
    search_key = models.CharField(_("search key"), max_length=320, editable=False, blank=True)
    title = models.CharField(_("job title"), max_length=120, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    do_not_contact_reason = models.CharField(_("do not contact: reason"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["kana_key", "name", "id"]
        constraints = [
            models.CheckConstraint(
                name="leads_contact_has_a_name", condition=~Q(name=""), violation_error_message=_("Enter a name.")
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.set_keys()
        super().save(**kwargs)  # type: ignore[arg-type]

    def set_keys(self) -> None:
        """Derive the keys for matching, sorting and searching; bulk writers call it themselves."""
        self.name_key = normalised_name(self.name)
        self.kana_key = kana_key(self.kana)
        self.search_key = search_key(self.name, self.kana)
        self.phone = e164(self.phone)


class AvailabilityGuess(models.Model):
    """What we believe about a contact's days in a period (S4-14); both ends included."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="availability", verbose_name=_("contact"))
    guess = models.CharField(_("guess"), max_length=16, choices=Availability)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    noted_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", verbose_name=_("noted by"))

    class Meta:
        verbose_name = _("availability guess")
        verbose_name_plural = _("availability guesses")
        constraints = [
            models.CheckConstraint(
                name="leads_availability_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="leads_availability_is_known", condition=Q(guess__in=Availability.values)),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.get_guess_display()}"


class Lead(models.Model):
    """An inquiry or a name before there is a deal."""

    external_id = models.CharField(_("external id"), max_length=190, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(_("normalised name"), max_length=200, editable=False, db_index=True)
    search_key = models.CharField(_("search key"), max_length=320, editable=False, blank=True)
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

    def set_keys(self) -> None:
        """Derive the keys for matching and searching; bulk writers call it themselves."""
        self.name_key = normalised_name(self.name)
        self.search_key = search_key(self.name)
        self.phone = e164(self.phone)


class LeadEvent(models.Model):
    """What happened to a lead; rows are only ever added (the database refuses the rest)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="events", verbose_name=_("lead"))
    kind = models.CharField(_("kind"), max_length=10, choices=LeadEventKind)
    from_status = models.CharField(_("former status"), max_length=20, blank=True)
    to_status = models.CharField(_("new status"), max_length=20, blank=True)
    happened_on = models.DateField(_("on"))
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    cause = models.CharField(_("cause"), max_length=40, default="user")
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("lead event")
        verbose_name_plural = _("lead events")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="leads_event_kind_is_known", condition=Q(kind__in=LeadEventKind.values))
        ]

    def __str__(self) -> str:
        return f"{self.lead}: {self.get_kind_display()}"
