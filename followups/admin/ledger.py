"""The ledger of the sweep, exemptions, proposals and the outbox: to be read."""

from django.contrib import admin

from activities.models import DayVolume, PersonDay
from followups.models import (
    AppointmentDay,
    CohortDay,
    Delivery,
    LeakCheck,
    Notice,
    Proposal,
    ReturnWarning,
    RuleExemption,
    SweepChange,
    SweepRun,
)
from people.admin.office import ReadOnlyAdmin
from people.models import ChangedPortion, KeptAnswer, KeptPortion, RollupMark, RollupSpan


@admin.register(SweepRun)
class SweepRunAdmin(ReadOnlyAdmin):
    list_display = ["id", "as_of", "status", "started_at", "finished_at", "started_by"]
    list_select_related = ["started_by"]
    list_filter = ["status"]
    date_hierarchy = "as_of"


@admin.register(SweepChange)
class SweepChangeAdmin(ReadOnlyAdmin):
    ordering = ["-id"]
    list_display = ["run", "verb", "rule_code", "rule_version", "deal", "deal__company"]
    list_select_related = ["run", "deal__company"]
    list_filter = ["verb", "rule_code"]
    search_fields = ["deal__name"]


@admin.register(RuleExemption)
class RuleExemptionAdmin(ReadOnlyAdmin):
    """A deal is exempted on its own page, or with many others from the list of deals."""

    list_display = ["deal", "deal__company", "rule_code", "reason", "starts_on", "expires_on", "revoked_on", "by"]
    list_select_related = ["deal__company", "by"]
    list_filter = ["rule_code"]
    date_hierarchy = "starts_on"
    search_fields = ["deal__name", "reason"]


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Field sales decides on the page of his deals."""

    list_display = ["deal", "fs", "meeting_on", "status", "proposed_on", "proposed_by", "decided_on"]
    list_select_related = ["deal", "fs", "proposed_by"]
    list_filter = ["status"]
    search_fields = ["deal__name"]


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["user", "kind", "for_on", "created_at", "read_at"]
    list_select_related = ["user"]
    list_filter = ["kind"]
    date_hierarchy = "for_on"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What waits or was given up, and why."""

    ordering = ["-id"]
    list_display = [
        "notice__user",
        "notice__kind",
        "channel",
        "state",
        "attempts",
        "next_try_at",
        "last_error",
        "sent_at",
    ]
    list_select_related = ["notice__user"]
    list_filter = ["state", "channel", "notice__kind"]


@admin.register(ReturnWarning)
class ReturnWarningAdmin(ReadOnlyAdmin):
    list_display = ["deal", "status_entered_on", "notice"]
    list_select_related = ["deal", "notice__user"]


@admin.register(LeakCheck)
class LeakCheckAdmin(ReadOnlyAdmin):
    """Who signed which day, and what stood on the page."""

    list_display = ["checked_on", "team", "signed_by", "signed_at", "run_state"]
    list_select_related = ["team", "signed_by"]
    date_hierarchy = "checked_on"


@admin.register(RollupSpan)
class RollupSpanAdmin(ReadOnlyAdmin):
    """Days that are read from what was counted."""

    list_display = ["rollup", "first_on", "last_on"]


@admin.register(RollupMark)
class RollupMarkAdmin(ReadOnlyAdmin):
    """Days that are read from their rows until the next refresh."""

    list_display = ["rollup", "first_on", "last_on"]


@admin.register(KeptAnswer)
class KeptAnswerAdmin(ReadOnlyAdmin):
    """Answers of pages of numbers."""

    list_display = ["digest", "counted_on", "took", "kept_at"]


@admin.register(KeptPortion)
class KeptPortionAdmin(ReadOnlyAdmin):
    """What deals or leads with neighbouring ids add to an answer."""

    list_display = ["kept", "portion"]
    list_select_related = ["kept"]


@admin.register(ChangedPortion)
class ChangedPortionAdmin(ReadOnlyAdmin):
    """Those in which something has changed since the answers were kept."""

    list_display = ["portion"]


@admin.register(DayVolume)
class DayVolumeAdmin(ReadOnlyAdmin):
    list_display = ["done_on", "kind", "direction", "outcome", "rows"]
    list_filter = ["kind", "direction"]
    date_hierarchy = "done_on"


@admin.register(AppointmentDay)
class AppointmentDayAdmin(ReadOnlyAdmin):
    list_display = ["won_on", "source", "channel", "rows"]
    list_select_related = ["source"]
    list_filter = ["channel"]
    date_hierarchy = "won_on"


@admin.register(PersonDay)
class PersonDayAdmin(ReadOnlyAdmin):
    list_display = ["done_on", "owner", "volume", "calls", "connected", "appointments"]
    list_select_related = ["owner"]
    date_hierarchy = "done_on"


@admin.register(CohortDay)
class CohortDayAdmin(ReadOnlyAdmin):
    list_display = ["began_on", "is_chain", "kind", "reason", "change_trigger", "waited", "rows"]
    list_select_related = ["reason"]
    list_filter = ["is_chain", "kind"]
    date_hierarchy = "began_on"
