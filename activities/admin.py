"""The admin of leads, activities and call lists. The to-do is registered in followups, where its verbs live (D26)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet, URLField
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.actions import log_activities, set_lead_status
from activities.models import Activity, CallProject, CallProjectMember, LintPattern, SavedList, TodoMove, WhyYouNow
from deals.actions import convert_lead
from deals.models import Deal
from leads.actions import LeadMove, create_leads, edit_leads
from leads.models import Lead, NurturingReason
from leads.states import LeadStatus
from people.admin.office import OfficeAdmin, OfficeForm, ReadOnlyAdmin, RecordAdmin, signed_in
from people.admin.verbs import ask
from people.models import User
from people.records import Edit
from people.states import Role

LOGGED = [
    "kind",
    "direction",
    "outcome",
    "no_appointment_reason",
    "occurred_at",
    "owner",
    "deal",
    "lead",
    "contact",
    "company",
    "subject",
    "note",
    "duration_s",
    "is_bulk",
]


class LeadStatusForm(forms.Form):
    status = forms.TypedChoiceField(label=_("lead status"), choices=LeadStatus.choices, coerce=LeadStatus)
    nurturing_reason = forms.ModelChoiceField(
        label=_("nurturing reason"), queryset=NurturingReason.objects.offered(), required=False
    )


class FieldOwnerForm(forms.Form):
    fs_owner = forms.ModelChoiceField(
        label=_("FS owner"), queryset=User.objects.active().with_role(Role.FS), required=False
    )


@admin.register(Lead)
class LeadAdmin(RecordAdmin):
    """A new lead may start in any status; after that the status moves by its verbs."""

    list_display = ["name", "company", "status", "source", "owner", "created_on"]
    list_select_related = ["company", "source", "owner"]
    list_filter = ["status", "source"]
    date_hierarchy = "created_on"
    search_fields = ["name"]
    autocomplete_fields = ["company", "contact", "source", "owner"]
    actions = ["set_status", "convert"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        always = ["external_id", "source_status", "status_entered_on"]
        return [*always, "status", "nurturing_reason"] if obj else always

    def create(self, request: HttpRequest, record: Lead, form: OfficeForm) -> None:
        create_leads([record], by=signed_in(request), as_of=timezone.localdate())

    def edit(self, request: HttpRequest, edit: Edit, form: OfficeForm) -> None:
        edit_leads([edit])

    @admin.action(description=_("Change the lead status"))
    def set_status(self, request: HttpRequest, queryset: QuerySet[Lead]) -> TemplateResponse | None:
        def act(leads: Sequence[Lead], answers: dict[str, Any]) -> None:
            reason = answers["nurturing_reason"]
            moves = [LeadMove(lead.pk, answers["status"], reason.pk if reason else None) for lead in leads]
            set_lead_status(moves, by=signed_in(request), as_of=timezone.localdate())

        return ask(self, request, queryset, title=_("Change the lead status"), act=act, form_class=LeadStatusForm)

    @admin.action(description=_("Make a deal of it"))
    def convert(self, request: HttpRequest, queryset: QuerySet[Lead]) -> TemplateResponse | None:
        @transaction.atomic
        def act(leads: Sequence[Lead], answers: dict[str, Any]) -> None:
            for lead in leads:
                deal = Deal(fs_owner=answers["fs_owner"])
                convert_lead(lead.pk, deal, by=signed_in(request), as_of=timezone.localdate())

        return ask(self, request, queryset, title=_("Make a deal of it"), act=act, form_class=FieldOwnerForm)


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    """Adding is logging, with all it sets in motion; what was logged stays as it was written."""

    may_change = False
    list_display = ["occurred_at", "kind", "direction", "outcome", "owner", "deal", "lead", "contact"]
    list_select_related = ["owner", "deal", "lead", "contact"]
    list_filter = ["kind", "direction", "outcome", "is_bulk", "is_void"]
    date_hierarchy = "occurred_on"
    search_fields = ["subject", "note", "deal__name"]
    autocomplete_fields = ["owner", "deal", "lead", "contact", "company"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        own = [field.name for field in Activity._meta.fields if not field.primary_key]
        return own if obj else LOGGED

    def create(self, request: HttpRequest, record: Activity, form: OfficeForm) -> None:
        log_activities([record], by=signed_in(request), as_of=timezone.localdate())


@admin.register(TodoMove)
class TodoMoveAdmin(ReadOnlyAdmin):
    list_display = ["todo", "from_on", "to_on", "is_agreed", "reason", "moved_on", "moved_by"]
    list_select_related = ["todo", "moved_by"]
    list_filter = ["is_agreed"]
    date_hierarchy = "moved_on"


@admin.register(CallProject)
class CallProjectAdmin(OfficeAdmin):
    list_display = ["name", "owner", "starts_on", "ends_on", "counts_to_capacity"]
    list_select_related = ["owner"]
    search_fields = ["name"]
    autocomplete_fields = ["owner"]


@admin.register(CallProjectMember)
class CallProjectMemberAdmin(OfficeAdmin):
    may_delete = True
    list_display = ["project", "deal", "lead", "call_on", "status"]
    list_select_related = ["project", "deal", "lead"]
    list_filter = ["status", "project"]
    autocomplete_fields = ["project", "deal", "lead"]


@admin.register(SavedList)
class SavedListAdmin(OfficeAdmin):
    may_delete = True
    list_display = ["name", "page", "owner", "is_shared"]
    list_select_related = ["owner"]
    list_filter = ["page"]
    autocomplete_fields = ["owner"]


@admin.register(LintPattern)
class LintPatternAdmin(OfficeAdmin):
    may_delete = True
    list_display = ["text", "is_active"]


@admin.register(WhyYouNow)
class WhyYouNowAdmin(OfficeAdmin):
    list_display = ["text", "starts_on", "expires_on"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    search_fields = ["text", "script"]
