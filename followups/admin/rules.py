"""The page of a rule: changed by `change_rule`, a version each time; the sentence says what the numbers mean."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deals.states import OPEN_STATUSES
from followups.models import (
    Announcement,
    FollowUpProgram,
    OutcomeEffect,
    Receipt,
    Rule,
    RuleDraft,
    RuleVersion,
    Suggestion,
)
from followups.rules.settings import SETTINGS, change_rule
from followups.sentences import rule_sentence
from followups.states import RuleMode
from people.admin.office import KeptAdmin, OfficeForm, ReadOnlyAdmin, RecordAdmin, signed_in
from people.records import Edit


class RuleForm(OfficeForm):
    statuses = forms.MultipleChoiceField(
        label=_("deal statuses"),
        choices=[(status.value, status.label) for status in OPEN_STATUSES],
        widget=forms.CheckboxSelectMultiple,
    )
    mode = forms.ChoiceField(label=_("mode"), choices=RuleMode.choices)


@admin.register(Rule)
class RuleAdmin(RecordAdmin):
    """Rules come with the product; a limit that changes opens and closes nothing that exists (D18)."""

    may_add = False
    form = RuleForm
    list_display = ["code", "sentence", "mode", "priority", "version", "swept_until"]
    readonly_fields = ["code", "sentence", "product_limits", "swept_until", "updated_at"]
    fieldsets = [
        (None, {"fields": ["seen_version", "code", "sentence", "mode", "priority"]}),
        (
            _("Which deals"),
            {
                "fields": [
                    "statuses",
                    "basis",
                    ("value", "unit"),
                    "limit_from",
                    "product_limits",
                    "is_suppressed_by_promise",
                ]
            },
        ),
        (
            _("What happens"),
            {"fields": ["action", "assignee_strategy", "due_base", ("due_offset_value", "due_offset_unit")]},
        ),
        (_("Name"), {"fields": ["name_ja", "name_en"]}),
        (_("Kept by the system"), {"fields": ["swept_until", "updated_at"]}),
    ]

    @admin.display(description=_("what the rule says"))
    def sentence(self, rule: Rule) -> str:
        return rule_sentence(rule)

    def edit(self, request: HttpRequest, edit: Edit, form: OfficeForm) -> None:
        changes = {name: value for name, value in edit.values.items() if name in SETTINGS}
        change_rule(
            rule=Rule.objects.get(pk=edit.id), changes=changes, by=signed_in(request), as_of=timezone.localdate()
        )


@admin.register(RuleVersion)
class RuleVersionAdmin(ReadOnlyAdmin):
    list_display = ["rule", "version", "changed_at", "changed_by"]
    list_select_related = ["rule", "changed_by"]
    list_filter = ["rule"]


@admin.register(RuleDraft)
class RuleDraftAdmin(ReadOnlyAdmin):
    list_display = ["rule", "base_version", "saved_at", "saved_by"]
    list_select_related = ["rule", "saved_by"]


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin):
    list_display = ["rule", "version", "effective_on", "enacted_on", "published_at", "published_by"]
    list_select_related = ["rule", "published_by"]
    list_filter = ["rule"]


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ["announcement", "user", "confirmed_at"]
    list_select_related = ["announcement__rule", "user"]


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    list_display = ["deal", "rule_code", "suggested_on", "applies_on", "accepted_at", "accepted_by"]
    list_select_related = ["deal", "accepted_by"]


@admin.register(FollowUpProgram)
class FollowUpProgramAdmin(KeptAdmin):
    """The newest that has begun is what re-opportunity rates are compared with."""

    list_display = ["started_on", "manual_baseline"]


@admin.register(OutcomeEffect)
class OutcomeEffectAdmin(KeptAdmin):
    """One row per call result; the results themselves are fixed."""

    may_add = False
    list_display = ["outcome", "lead_status", "next_value", "next_unit", "asks_reason"]
    readonly_fields = ["outcome"]
