"""The admin of companies, contacts and pull-downs. The lead is registered in activities, where its status moves."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from leads.actions import (
    create_companies,
    create_contacts,
    edit_companies,
    edit_contacts,
)
from leads.models import (
    AvailabilityGuess,
    Company,
    ConsentEvent,
    Contact,
    LeadEvent,
    LeadSource,
    Merge,
    NoAppointmentReason,
    NurturingReason,
)
from people.admin.office import OfficeAdmin, OfficeForm, ReadOnlyAdmin, RecordAdmin
from people.records import Edit


class PicklistAdmin(OfficeAdmin):
    """Labels and definitions are the admin's; a code stays as it was, and a retired value stays on old records."""

    list_display = ["label_ja", "label_en", "code", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "label_ja", "label_en"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["code"] if obj else []


admin.site.register([NurturingReason, NoAppointmentReason], PicklistAdmin)


@admin.register(LeadSource)
class LeadSourceAdmin(OfficeAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Company)
class CompanyAdmin(RecordAdmin):
    list_display = ["name", "kana", "industry", "phone", "fiscal_start_month"]
    list_filter = ["industry"]
    search_fields = ["name"]
    readonly_fields = ["external_id"]

    def create(self, request: HttpRequest, record: Company, form: OfficeForm) -> None:
        create_companies([record])

    def edit(self, request: HttpRequest, edit: Edit, form: OfficeForm) -> None:
        edit_companies([edit])


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    list_display = ["name", "kana", "company", "title", "email", "phone"]
    list_select_related = ["company"]
    search_fields = ["name"]
    autocomplete_fields = ["company"]
    readonly_fields = ["external_id", "do_not_contact_reason"]

    def create(self, request: HttpRequest, record: Contact, form: OfficeForm) -> None:
        create_contacts([record])

    def edit(self, request: HttpRequest, edit: Edit, form: OfficeForm) -> None:
        edit_contacts([edit])


@admin.register(AvailabilityGuess)
class AvailabilityGuessAdmin(OfficeAdmin):
    may_delete = True
    list_display = ["contact", "guess", "starts_on", "ends_on", "noted_by"]
    list_select_related = ["contact", "noted_by"]
    list_filter = ["guess"]
    autocomplete_fields = ["contact", "noted_by"]


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnlyAdmin):
    list_display = ["contact", "kind", "reason", "happened_on", "by"]
    list_select_related = ["contact", "by"]
    list_filter = ["kind"]


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ["kind", "gone_id", "kept_id", "merged_on", "by"]
    list_select_related = ["by"]
    list_filter = ["kind"]


@admin.register(LeadEvent)
class LeadEventAdmin(ReadOnlyAdmin):
    ordering = ["-id"]
    list_display = ["lead", "kind", "from_status", "to_status", "nurturing_reason", "happened_on", "by", "cause"]
    list_select_related = ["lead", "by", "nurturing_reason"]
    list_filter = ["kind"]
    date_hierarchy = "happened_on"
