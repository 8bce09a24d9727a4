"""The deal: a status, two owners, three clocks and, once lost, three answers."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest, Length, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deals.querysets import DealQuerySet
from deals.states import BANTC_FIELDS, CLOSED_STATUSES, HOOK_MIN_LENGTH, ChangeTrigger, DealStatus, Priority
from people.labels import Labelled
from people.text import search_key, word_starts


class Deal(Labelled, models.Model):
    """A sales case. The generated columns are the clocks as the rules read them; thresholds are applied at query time.

    `no_activity_from`, `no_response_from` and `status_dwell_from` are the days from which each clock runs: NULL falls
    back to the day the status was entered, and no clock starts before the last cycle ended (D12). `known_on` is the
    newest date of the deal: a sweep as of an earlier day leaves the deal alone (D11).
    """

    external_id = models.CharField(_("external id"), max_length=190, null=True, blank=True, unique=True)
    name = models.CharField(_("deal name"), max_length=200)
    search_key = models.CharField(_("search key"), max_length=320, editable=False, blank=True)
    starts_key = models.TextField(_("starts of words"), editable=False, blank=True, default="", db_default="")
    company = models.ForeignKey(
        "leads.Company", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("company")
    )
    contact = models.ForeignKey(
        "leads.Contact", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("contact")
    )
    lead = models.ForeignKey(
        "leads.Lead", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("lead")
    )
    product = models.ForeignKey(
        "deals.Product", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("product")
    )
    source = models.ForeignKey(
        "leads.LeadSource", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("lead source")
    )
    team = models.ForeignKey(
        "people.Team", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("team")
    )
    is_owner = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="is_deals", verbose_name=_("IS owner")
    )
    fs_owner = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="fs_deals", verbose_name=_("FS owner")
    )
    revived_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="revivals", verbose_name=_("revived from")
    )

    status = models.CharField(_("deal status"), max_length=16, choices=DealStatus, default=DealStatus.NOT_STARTED)
    source_status = models.CharField(_("status in the source system"), max_length=120, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.MIDDLE)
    probability = models.PositiveSmallIntegerField(
        _("probability (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    amount = models.DecimalField(
        _("amount"), max_digits=15, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    competitor = models.CharField(_("competitor"), max_length=200, blank=True)
    competitor_contract_ends_on = models.DateField(_("competitor's contract ends"), null=True, blank=True)
    budget = models.CharField(_("budget"), max_length=400, blank=True)
    authority = models.CharField(_("authority"), max_length=400, blank=True)
    needs = models.CharField(_("needs"), max_length=400, blank=True)
    timeframe = models.CharField(_("timeframe"), max_length=400, blank=True)

    created_on = models.DateField(_("created on"))
    status_entered_on = models.DateField(_("in this status since"))
    first_visit_on = models.DateField(_("first visit"), null=True, blank=True)
    last_contact_on = models.DateField(_("last contact"), null=True, blank=True)
    last_response_on = models.DateField(_("last response"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    last_cycle_ended_on = models.DateField(_("last follow-up ended"), null=True, blank=True, editable=False)

    lost_reason = models.ForeignKey(
        "deals.LostReason", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("lost reason")
    )
    lost_in_scope = models.BooleanField(_("followed up after the loss"), null=True, blank=True, editable=False)
    next_approach_on = models.DateField(_("next approach date"), null=True, blank=True)
    approach_contact = models.ForeignKey(
        "leads.Contact", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact to approach")
    )
    approach_contact_text = models.CharField(_("contact to approach (text)"), max_length=200, blank=True)
    hook = models.TextField(_("hook"), max_length=1000, blank=True)
    change_trigger = models.CharField(_("change trigger"), max_length=12, choices=ChangeTrigger, blank=True)
    has_imported_answers = models.BooleanField(_("answers filled in by the import"), default=False, editable=False)
    has_default_approach_date = models.BooleanField(_("approach date is a default"), default=False, editable=False)
    out_of_target_reason = models.CharField(_("reason for excluding"), max_length=200, blank=True)

    is_followed = models.BooleanField(_("in a follow-up cycle"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    no_activity_from = models.GeneratedField(
        expression=Greatest(
            Coalesce("last_contact_on", "status_entered_on"),
            Coalesce("last_cycle_ended_on", "last_contact_on", "status_entered_on"),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    no_response_from = models.GeneratedField(
        expression=Greatest(
            Coalesce("last_response_on", "status_entered_on"),
            Coalesce("last_cycle_ended_on", "last_response_on", "status_entered_on"),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    status_dwell_from = models.GeneratedField(
        expression=Greatest(F("status_entered_on"), Coalesce("last_cycle_ended_on", "status_entered_on")),
        output_field=models.DateField(),
        db_persist=True,
    )
    known_on = models.GeneratedField(
        expression=Greatest(
            F("created_on"),
            F("status_entered_on"),
            Coalesce("last_contact_on", "created_on"),
            Coalesce("closed_on", "created_on"),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )

    objects = DealQuerySet.as_manager()

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="deals_deal_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="deals_deal_status_is_known", condition=Q(status__in=DealStatus.values)),
            models.CheckConstraint(name="deals_deal_priority_is_known", condition=Q(priority__in=Priority.values)),
            models.CheckConstraint(
                name="deals_deal_probability_is_a_percentage",
                condition=Q(probability__isnull=True) | Q(probability__range=(0, 100)),
            ),
            models.CheckConstraint(
                name="deals_deal_amount_is_not_negative", condition=Q(amount__isnull=True) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="deals_closed_deal_has_a_closing_date_and_an_open_one_has_none",
                condition=Q(status__in=CLOSED_STATUSES, closed_on__isnull=False)
                | (~Q(status__in=CLOSED_STATUSES) & Q(closed_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="deals_lost_deal_and_no_other_has_a_lost_reason",
                condition=Q(status=DealStatus.LOST, lost_reason__isnull=False, lost_in_scope__isnull=False)
                | (~Q(status=DealStatus.LOST) & Q(lost_reason__isnull=True, lost_in_scope__isnull=True)),
                violation_error_message=_("Choose a lost reason."),
            ),
            models.CheckConstraint(
                name="deals_followed_up_loss_says_when_whom_and_with_what_hook",
                condition=Q(lost_in_scope__isnull=True)
                | Q(lost_in_scope=False)
                | (
                    Q(next_approach_on__isnull=False)
                    & (Q(approach_contact__isnull=False) | ~Q(approach_contact_text=""))
                    & Q(GreaterThanOrEqual(Length(Trim("hook")), HOOK_MIN_LENGTH))
                ),
                violation_error_message=_("A loss needs the next approach date, the contact to approach and the hook."),
            ),
            models.CheckConstraint(
                name="deals_next_approach_comes_after_the_loss",
                condition=~Q(status=DealStatus.LOST)
                | Q(next_approach_on__isnull=True)
                | Q(next_approach_on__gt=F("closed_on")),
                violation_error_message=_("The next approach date must lie after the loss."),
            ),
            models.CheckConstraint(
                name="deals_excluded_deal_and_no_other_says_why",
                condition=(Q(status=DealStatus.OUT_OF_TARGET) & ~Q(out_of_target_reason=""))
                | (~Q(status=DealStatus.OUT_OF_TARGET) & Q(out_of_target_reason="")),
                violation_error_message=_("Say why the deal is excluded."),
            ),
        ]
        indexes = [
            # The sweep reads the three clocks every night; a quiet night is an empty range (D21).
            models.Index(
                fields=["status", "no_activity_from", "id"], condition=Q(is_followed=False), name="deals_no_activity"
            ),
            models.Index(
                fields=["status", "no_response_from", "id"], condition=Q(is_followed=False), name="deals_no_response"
            ),
            models.Index(
                fields=["status", "status_dwell_from", "id"], condition=Q(is_followed=False), name="deals_status_dwell"
            ),
            models.Index(fields=["known_on"], name="deals_known_on"),  # the sweep's `later`
            models.Index(
                fields=["next_approach_on", "id"],
                condition=Q(next_approach_on__isnull=False),
                name="deals_next_approach",
            ),  # report due_approaches, without reading a row
            models.Index(fields=["status_entered_on", "id"], name="deals_longest_standing"),  # the first of period_end
            models.Index(fields=["id"], include=["product"], name="deals_product_of"),  # report lost_reasons by product
            models.Index(fields=["status", "-id"], name="deals_status_newest"),  # the deal list
            # How many deals lie how long in which status, and what they are worth, without reading a row.
            models.Index(
                fields=["status"],
                include=["id", "known_on", "last_contact_on", "created_on", "amount"],
                name="deals_by_status",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        self.set_keys()
        super().save(**kwargs)  # type: ignore[arg-type]

    def set_keys(self) -> None:
        """Derive the keys for searching; bulk writers call it themselves."""
        self.search_key = search_key(self.name)
        self.starts_key = word_starts(self.name)

    @property
    def bantc(self) -> dict[str, str]:
        """What is known of budget, authority, needs, timeframe and competitor; unanswered questions are left out."""
        answers = {name: str(getattr(self, name)) for name in BANTC_FIELDS}
        return {name: answer for name, answer in answers.items() if answer}

    @property
    def bantc_count(self) -> int:
        """How many of the five questions are answered, 0 to 5 (S2-30)."""
        return len(self.bantc)
