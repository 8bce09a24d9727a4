"""Rules as rows: statuses + clock + limit + action, with every earlier version kept."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from deals.states import OPEN_STATUSES
from followups.querysets import RuleQuerySet
from followups.states import AssigneeStrategy, Basis, DueBase, LimitFrom, RuleAction, RuleMode, Unit


class Rule(models.Model):
    """One sentence the sweep acts on: 「<statuses> で <basis> が <value><unit> 以上 → <action>」 (S2-07).

    value is in `unit` and 1 … 3650. A lower priority number acts first; a deal matched by one rule is not matched by
    the next that night. `applies_from_on` set: deals that had reached the limit before that day are left alone until
    their clock starts anew. product_limits: the average lead times in force where limit_from says so, by the product's
    id as text: {"product": name, "days", "wins"}, computed when the version was published; what is not named there has
    `value` and `unit`. `swept_until` is the watermark: the newest as_of a run completed for it (D12); it feeds the
    'rules last ran' light and nothing else.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    name_ja = models.CharField(_("name (Japanese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True)
    statuses = models.JSONField(_("deal statuses"))
    basis = models.CharField(_("clock"), max_length=12, choices=Basis)
    value = models.PositiveSmallIntegerField(_("limit"), validators=[MinValueValidator(1), MaxValueValidator(3650)])
    unit = models.CharField(_("unit"), max_length=5, choices=Unit, default=Unit.DAY)
    limit_from = models.CharField(_("limit taken from"), max_length=9, choices=LimitFrom, default=LimitFrom.RULE)
    product_limits = models.JSONField(_("limits per product"), default=dict, blank=True)
    action = models.CharField(_("action"), max_length=6, choices=RuleAction)
    assignee_strategy = models.CharField(
        _("assignment"), max_length=16, choices=AssigneeStrategy, default=AssigneeStrategy.OWNER_THEN_LOAD
    )
    due_base = models.CharField(_("due date counts from"), max_length=16, choices=DueBase, default=DueBase.ENTERED)
    due_offset_value = models.PositiveSmallIntegerField(_("due after"), default=0, validators=[MaxValueValidator(3650)])
    due_offset_unit = models.CharField(_("unit of due after"), max_length=5, choices=Unit, default=Unit.DAY)
    is_suppressed_by_promise = models.BooleanField(_("leave deals with an open promise alone"), default=True)
    mode = models.CharField(_("mode"), max_length=8, choices=RuleMode, default=RuleMode.OFF)
    priority = models.PositiveSmallIntegerField(_("priority"), default=100)
    applies_from_on = models.DateField(_("only deals that reach the limit from"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    swept_until = models.DateField(_("last ran for"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["priority", "code"]
        constraints = [
            models.CheckConstraint(name="followups_rule_mode_is_known", condition=Q(mode__in=RuleMode.values)),
            models.CheckConstraint(name="followups_rule_basis_is_known", condition=Q(basis__in=Basis.values)),
            models.CheckConstraint(
                name="followups_rule_limit_from_is_known", condition=Q(limit_from__in=LimitFrom.values)
            ),
            models.CheckConstraint(
                name="followups_rule_limit_is_in_range",
                condition=Q(value__range=(1, 3650), unit=Unit.DAY)
                | Q(value__range=(1, 521), unit=Unit.WEEK)
                | Q(value__range=(1, 120), unit=Unit.MONTH),
                violation_error_message=_("Enter a limit from one day to ten years."),
            ),
            models.CheckConstraint(
                name="followups_rule_due_offset_is_in_range",
                condition=Q(due_offset_value__range=(0, 3650), due_offset_unit__in=Unit.values),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The name in the reader's language; Japanese where no English was written."""
        return self.name_en if self.name_en and get_language() == "en" else self.name_ja

    def unknown_statuses(self) -> list[str]:
        """Entries of `statuses` that are no open deal status."""
        return [status for status in self.statuses if status not in set(OPEN_STATUSES)]


class RuleVersion(models.Model):
    """What a rule said from changed_at on; the to-dos it made then name this version."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions", verbose_name=_("rule"))
    version = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    changed_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("rule version")
        verbose_name_plural = _("rule versions")
        ordering = ["rule", "version"]
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="followups_rule_versions_are_numbered")]

    def __str__(self) -> str:
        return f"{self.rule} v{self.version}"


class RuleDraft(models.Model):
    """What an admin wants a rule to say and has not published yet; at most one per rule.

    content: every setting by its name. base_version: the version of the rule that was in force when it was saved.
    version counts the times it was saved, so that of two admins the second is told.
    """

    rule = models.OneToOneField(Rule, models.CASCADE, related_name="draft", verbose_name=_("rule"))
    content = models.JSONField(_("content"))
    base_version = models.PositiveIntegerField(_("version"))
    version = models.PositiveIntegerField(_("version of the draft"), default=1, editable=False)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    saved_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", verbose_name=_("saved by"))

    class Meta:
        verbose_name = _("draft of a rule")
        verbose_name_plural = _("drafts of rules")

    def __str__(self) -> str:
        return f"{self.rule} +"
