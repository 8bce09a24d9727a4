"""The admin of what came in: every import and the last row of each external id."""

from django.contrib import admin

from intake.models import ImportBatch, ImportRow
from people.admin.office import ReadOnlyAdmin


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    list_display = ["started_at", "kind", "file_name", "status", "started_by"]
    list_select_related = ["started_by"]
    list_filter = ["kind", "status"]
    date_hierarchy = "started_at"
    search_fields = ["file_name"]


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ["kind", "external_id", "record_id", "batch"]
    list_select_related = ["batch"]
    list_filter = ["kind"]
    search_fields = ["external_id"]
