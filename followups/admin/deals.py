"""The page of a deal. What it says about itself is edited here; status, owners, clocks and cycles move by verbs."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deals.actions import edit_deals
from deals.models import Deal
from deals.states import DealStatus
from followups.actions import create_deals
from followups.admin.deal_verbs import DealVerbs
from people.admin.office import OfficeForm, RecordAdmin, signed_in
from people.records import Edit

ABOUT = ["name", "company", "contact", "product", "source", "team", "amount", "priority", "probability"]
BANTC = ["budget", "authority", "needs", "timeframe", "competitor"]
STANDING = ["status", "status_entered_on", "is_owner", "fs_owner", "created_on", "closed_on", "is_followed"]
CLOCKS = ["first_visit_on", "last_contact_on", "last_response_on", "last_cycle_ended_on"]
LOSS = ["lost_reason", "lost_in_scope", "out_of_target_reason"]
ANSWERS = ["next_approach_on", "approach_contact", "approach_contact_text", "hook", "change_trigger"]
FROM_ELSEWHERE = ["external_id", "source_status", "lead", "revived_from"]
ENTERED = ["status", "is_owner", "fs_owner", "created_on"]  # chosen when a deal is added, moved by verbs ever after


@admin.register(Deal)
class DealAdmin(DealVerbs, RecordAdmin):
    list_display = ["name", "company", "status", "is_owner", "fs_owner", "last_contact_on", "is_followed"]
    list_select_related = ["company", "is_owner", "fs_owner"]
    list_filter = ["status", "is_followed", "team", "lost_reason"]
    date_hierarchy = "created_on"
    search_fields = ["name"]
    autocomplete_fields = [
        "company", "contact", "product", "source", "team", "is_owner", "fs_owner", "approach_contact",
    ]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": [*ABOUT, *ENTERED]}), ("BANTC", {"fields": BANTC})]
        return [
            (None, {"fields": ["seen_version", *ABOUT]}),
            ("BANTC", {"fields": BANTC}),
            (_("Standing, moved by verbs"), {"fields": [*STANDING, *LOSS]}),
            (_("Clocks, moved by activities"), {"fields": CLOCKS}),
            (_("Answers of the loss"), {"fields": ANSWERS}),
            (_("Kept by the system"), {"fields": FROM_ELSEWHERE}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        if obj is None:
            return []
        answers = [] if isinstance(obj, Deal) and obj.status == DealStatus.LOST else ANSWERS
        return [*STANDING, *CLOCKS, *LOSS, *FROM_ELSEWHERE, *answers]

    def create(self, request: HttpRequest, record: Deal, form: OfficeForm) -> None:
        create_deals([record], by=signed_in(request), as_of=timezone.localdate())

    def edit(self, request: HttpRequest, edit: Edit, form: OfficeForm) -> None:
        edit_deals([edit])
