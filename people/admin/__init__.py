"""The admin of the people floor. The page of a person is registered in followups, where letting go lives (D26)."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from people.admin.office import KeptAdmin, OfficeAdmin, ReadOnlyAdmin
from people.models import (
    Absence,
    CompanyHoliday,
    RoleGrant,
    SentForm,
    SosCall,
    Target,
    Team,
    Threshold,
    WeekdayCap,
    Wording,
)
from people.states import THRESHOLD_RANGES, ThresholdCode

admin.site.site_header = _("SalesFollow administration")
admin.site.site_title = _("SalesFollow administration")
admin.site.index_title = _("Look up and change")
admin.site.unregister(Group)  # what people may do hangs on their roles (D1)


@admin.register(Team)
class TeamAdmin(OfficeAdmin):
    list_display = ["name", "kind", "leak_check_owner"]
    list_select_related = ["leak_check_owner"]
    search_fields = ["name"]
    autocomplete_fields = ["leak_check_owner"]


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    """Roles are given and taken on the page of the person."""

    list_display = ["user", "role"]
    list_select_related = ["user"]
    list_filter = ["role"]
    search_fields = ["user__name", "user__email"]


@admin.register(Absence)
class AbsenceAdmin(OfficeAdmin):
    may_delete = True
    list_display = ["user", "starts_on", "ends_on", "reason"]
    list_select_related = ["user"]
    date_hierarchy = "starts_on"
    search_fields = ["user__name"]
    autocomplete_fields = ["user"]


@admin.register(WeekdayCap)
class WeekdayCapAdmin(OfficeAdmin):
    may_delete = True
    list_display = ["user", "weekday", "cap"]
    list_select_related = ["user"]
    autocomplete_fields = ["user"]


@admin.register(Target)
class TargetAdmin(OfficeAdmin):
    may_delete = True
    list_display = ["user", "month_on", "metric", "value"]
    list_select_related = ["user"]
    list_filter = ["metric"]
    autocomplete_fields = ["user"]


@admin.register(SosCall)
class SosCallAdmin(ReadOnlyAdmin):
    """Raised by the person himself, settled by his manager."""

    list_display = ["user", "raised_on", "note", "settled_on", "settled_by"]
    list_select_related = ["user", "settled_by"]


@admin.register(SentForm)
class SentFormAdmin(ReadOnlyAdmin):
    """Forms that have done their work, so that none does it twice; forgotten after a day."""

    list_display = ["number", "sent_at", "answer"]


@admin.register(Wording)
class WordingAdmin(KeptAdmin):
    may_delete = True
    list_display = ["kind", "code", "label_ja", "label_en", "definition"]
    list_filter = ["kind"]


@admin.register(CompanyHoliday)
class CompanyHolidayAdmin(OfficeAdmin):
    may_delete = True
    list_display = ["__str__", "year", "month", "day", "name"]


@admin.register(Threshold)
class ThresholdAdmin(KeptAdmin):
    """Only the numbers that differ from their default are rows; the list shows all of them. Deleting is resetting."""

    may_delete = True
    list_display = ["code", "value", "default", "allowed_range"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["code"] if obj else []

    @admin.display(description=_("default"))
    def default(self, threshold: Threshold) -> int:
        return THRESHOLD_RANGES[threshold.code][0]

    @admin.display(description=_("allowed"))
    def allowed_range(self, threshold: Threshold) -> str:
        _default, lowest, highest = THRESHOLD_RANGES[threshold.code]
        return f"{lowest}–{highest}"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        changed = set(Threshold.objects.values_list("code", flat=True))
        defaults = [
            {"code": code, "label": ThresholdCode(code).label, "default": default, "lowest": low, "highest": high}
            for code, (default, low, high) in THRESHOLD_RANGES.items()
            if code not in changed
        ]
        return super().changelist_view(request, {"defaults": defaults, **(extra_context or {})})
