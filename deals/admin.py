"""The admin of what hangs on a deal. The deal itself is registered in followups, where its verbs live (D26)."""

from django.contrib import admin

from deals.models import DealEvent, DealLoss, FollowUpCycle, HandOver, HistoryPurge, LostReason, Product
from leads.admin import PicklistAdmin
from people.admin.office import KeptAdmin, OfficeAdmin, ReadOnlyAdmin


@admin.register(LostReason)
class LostReasonAdmin(PicklistAdmin, KeptAdmin):
    """Changing `in_scope` acts on losses from that day on (D5)."""

    list_display = ["label_ja", "code", "in_scope", "counts_as_loss", "position", "is_active"]
    list_filter = ["in_scope", "is_active"]


@admin.register(Product)
class ProductAdmin(OfficeAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(FollowUpCycle)
class FollowUpCycleAdmin(ReadOnlyAdmin):
    """Cycles begin and end by verbs and rules; the verbs stand on the page of the deal."""

    list_display = ["deal", "deal__company", "number", "kind", "entered_on", "is_owner", "ended_on", "end_type"]
    list_select_related = ["deal__company", "is_owner"]
    list_filter = ["kind", "end_type", ("ended_on", admin.EmptyFieldListFilter)]
    date_hierarchy = "entered_on"
    search_fields = ["deal__name", "deal__company__name"]


@admin.register(DealEvent)
class DealEventAdmin(ReadOnlyAdmin):
    ordering = ["-id"]
    list_display = ["deal", "deal__company", "kind", "from_status", "to_status", "happened_on", "by", "cause"]
    list_select_related = ["deal__company", "by"]
    list_filter = ["kind"]
    date_hierarchy = "happened_on"
    search_fields = ["deal__name"]


@admin.register(DealLoss)
class DealLossAdmin(ReadOnlyAdmin):
    """Losses are kept by the verbs that lose a deal or correct a loss."""

    list_display = ["deal", "deal__company", "lost_on", "reason", "in_scope", "competitor", "fs_owner"]
    list_select_related = ["deal__company", "reason", "fs_owner"]
    list_filter = ["in_scope", "reason"]
    date_hierarchy = "lost_on"
    search_fields = ["deal__name", "deal__company__name", "competitor"]


@admin.register(HandOver)
class HandOverAdmin(ReadOnlyAdmin):
    ordering = ["-id"]
    list_display = ["deal", "deal__company", "direction", "from_user", "to_user", "handed_on", "rule_code"]
    list_select_related = ["deal__company", "from_user", "to_user"]
    list_filter = ["direction", "rule_code"]
    date_hierarchy = "handed_on"
    search_fields = ["deal__name"]


@admin.register(HistoryPurge)
class HistoryPurgeAdmin(ReadOnlyAdmin):
    """Always empty: a row is gone before anybody else could see it (ADR 9)."""

    list_display = ["owner", "record_id"]
