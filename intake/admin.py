"""The admin of what came in: every import and the last row of each external id."""

from django.contrib import admin

from intake.models import ImportBatch, ImportRow, ImportStep, ImportUndo, SavedMap, UploadedFile
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


@admin.register(UploadedFile)
class UploadedFileAdmin(ReadOnlyAdmin):
    list_display = ["uploaded_at", "kind", "name", "uploaded_by"]
    list_select_related = ["uploaded_by"]
    list_filter = ["kind"]
    search_fields = ["name"]


@admin.register(SavedMap)
class SavedMapAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "saved_by", "saved_at"]
    list_select_related = ["saved_by"]
    list_filter = ["kind"]


@admin.register(ImportStep)
class ImportStepAdmin(ReadOnlyAdmin):
    """What each chunk of an import did; the values of its rows stand in it."""

    list_display = ["batch", "pk"]
    list_select_related = ["batch"]


@admin.register(ImportUndo)
class ImportUndoAdmin(ReadOnlyAdmin):
    list_display = ["asked_at", "batch", "is_preview", "status", "asked_by"]
    list_select_related = ["batch", "asked_by"]
    list_filter = ["is_preview", "status"]
    date_hierarchy = "asked_at"
