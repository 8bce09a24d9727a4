"""Companies and the people in them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.querysets import CompanyQuerySet, ContactQuerySet
from leads.states import Availability, ConsentKind, MergeKind
from people.text import e164, kana_key, normalised_name, phone_key, search_key, word_starts


class Company(models.Model):
    """A customer or prospect."""

    external_id = models.CharField(_("external id"), max_length=190, null=True, blank=True, unique=True)
    name = models.CharField(_("company name"), max_length=200)
    name_key = models.CharField(_("normalised name"), max_length=200, editable=False, db_index=True)
    kana = models.CharField(_("kana"), max_length=200, blank=True)
    kana_key = models.CharField(_("sort key"), max_length=200, blank=True, editable=False, db_index=True)
    search_key = models.TextField(_("search key"), editable=False, blank=True)
    starts_key = models.TextField(_("starts of words"), editable=False, blank=True, default="", db_default="")
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
        self.phone = e164(self.phone)
        self.search_key = search_key(self.name, self.kana, phone_key(self.phone))
        self.starts_key = word_starts(self.name, self.kana)


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
    search_key = models.TextField(_("search key"), editable=False, blank=True)
    starts_key = models.TextField(_("starts of words"), editable=False, blank=True, default="", db_default="")
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
        self.phone = e164(self.phone)
        self.search_key = search_key(self.name, self.kana, phone_key(self.phone), self.email)
        self.starts_key = word_starts(self.name, self.kana)


class ConsentEvent(models.Model):
    """A person asked not to be contacted, or may be contacted again; rows are only added, and move in a merge.

    How it stands today is in `Contact.do_not_contact_reason`.
    """

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="consent_events", verbose_name=_("contact"))
    kind = models.CharField(_("kind"), max_length=8, choices=ConsentKind)
    reason = models.CharField(_("reason"), max_length=200)
    happened_on = models.DateField(_("on"))
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("contact permission")
        verbose_name_plural = _("contact permissions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="leads_consent_kind_is_known", condition=Q(kind__in=ConsentKind.values)),
            models.CheckConstraint(name="leads_consent_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.get_kind_display()}"


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


class Merge(models.Model):
    """Two records of one customer became one: what the other held and what was moved, for the audit.

    gone holds the columns of the record that no longer exists, moved how many rows of each table went over. Its id
    leads old links, and its external id later imports, to the record that was kept.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=MergeKind)
    kept_id = models.PositiveBigIntegerField(_("kept record"))
    gone_id = models.PositiveBigIntegerField(_("merged record"))
    gone_external_id = models.CharField(_("external id"), max_length=190, blank=True)
    gone = models.JSONField(_("what it held"), default=dict)
    moved = models.JSONField(_("what went over"), default=dict)
    merged_on = models.DateField(_("on"))
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "gone_id"], name="leads_a_record_is_merged_away_once"),
            models.CheckConstraint(name="leads_merge_kind_is_known", condition=Q(kind__in=MergeKind.values)),
            models.CheckConstraint(name="leads_merge_keeps_another", condition=~Q(kept_id=F("gone_id"))),
        ]
        indexes = [models.Index(fields=["kind", "gone_external_id"], name="leads_merge_external_id")]  # imports

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.gone_id} → {self.kept_id}"
