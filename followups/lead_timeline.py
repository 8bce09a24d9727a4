"""Everything that happened to a lead and around it, newest first: its own records, those of its person and company."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from activities.models import Activity
from followups.clocks import what_happened
from followups.timeline import LATEST, Entry, of_anybody
from leads.models import Lead, LeadEvent
from leads.states import LeadEventKind, LeadStatus
from people.wordings import Words

STATUS_ICONS = {
    LeadStatus.MEETING_WON: "calendar-check",
    LeadStatus.NOT_REACHED: "missed",
    LeadStatus.OUT_OF_TARGET: "ban",
}


def lead_timeline(lead: Lead, events: Iterable[LeadEvent], words: dict[str, Words]) -> list[Entry]:
    """What anybody did with the lead, its contact or its company, and how its status moved; one query."""
    activities = list(
        Activity.objects.filter(_around(lead), is_void=False)
        .select_related("owner", "contact", "deal", "lead")
        .order_by("-occurred_at", "-id")[:LATEST]
    )
    calls = {f"activity:{activity.pk}": what_happened(activity) for activity in activities}
    entries = [*map(of_anybody, activities), *(_of_event(event, words, calls) for event in events)]
    return sorted(entries, key=lambda entry: (entry.on, entry.at or entry.written_at), reverse=True)


def _around(lead: Lead) -> Q:
    around = Q(lead=lead) | Q(deal__lead=lead)
    if lead.contact_id:
        around |= Q(contact=lead.contact_id)
    if lead.company_id:
        at = lead.company_id
        around |= Q(company=at) | Q(deal__company=at) | Q(contact__company=at) | Q(lead__company=at)
    return around


def _of_event(event: LeadEvent, words: dict[str, Words], calls: dict[str, str]) -> Entry:
    """The status with what led to it: the call, the import or the words of the person (S3-25)."""
    label = str(words[event.to_status].label) if event.to_status in words else event.to_status
    is_new = event.kind == LeadEventKind.CREATED
    what = _("Came in: %(status)s") % {"status": label} if is_new else label
    icon = STATUS_ICONS.get(LeadStatus(event.to_status), "right") if event.to_status in words else "info"
    who = str(event.by) if event.by else (_("Import") if event.cause.startswith("import:") else "")
    text = event.note or calls.get(event.cause, "")
    return Entry("plus" if is_new else icon, what, event.happened_on, None, event.created_at, who, text)
