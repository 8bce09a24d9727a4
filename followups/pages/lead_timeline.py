"""Everything that happened to a lead and around it, newest first: its own records, those of its person and company."""

from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from activities.models import Activity
from followups.clocks import what_happened
from followups.timeline import LATEST, Entry, in_order, of_anybody, todo_lines
from followups.timeline_kinds import Shown, narrowed
from leads.models import Lead, LeadEvent
from leads.states import LeadEventKind, LeadStatus
from people.wordings import Words

STATUS_ICONS = {
    LeadStatus.MEETING_WON: "calendar-check",
    LeadStatus.NOT_REACHED: "missed",
    LeadStatus.OUT_OF_TARGET: "ban",
}


def lead_timeline(
    lead: Lead, events: Iterable[LeadEvent], words: dict[str, Words], show: Shown = Shown.ALL
) -> list[Entry]:
    """What anybody did with the lead, its contact or its company, and how its status moved; one query."""
    if show == Shown.TODOS:
        return todo_lines(Q(lead=lead) | Q(deal__lead=lead))
    around = Activity.objects.filter(_around(lead), is_void=False).select_related("owner", "contact", "deal", "lead")
    is_of_events = show == Shown.CHANGES  # which name the calls that led to them
    activities = list((around if is_of_events else narrowed(around, show)).order_by("-occurred_at", "-id")[:LATEST])
    calls = {f"activity:{activity.pk}": what_happened(activity) for activity in activities}
    told = (_of_event(event, words, calls) for event in events) if show.has_changes else ()
    return in_order([*map(of_anybody, () if is_of_events else activities), *told])


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
    said = (event.note, *_reasons(event), calls.get(event.cause, ""))
    text = _(", ").join(filter(None, dict.fromkeys(said)))
    return Entry("plus" if is_new else icon, what, event.happened_on, None, event.created_at, who, text)


def _reasons(event: LeadEvent) -> Iterator[str]:
    """Why it is nurtured, and why there was no appointment where that is new."""
    if event.nurturing_reason is not None:
        yield event.nurturing_reason.label
    is_new = event.no_appointment_reason_id != event.former_no_appointment_reason_id
    if event.no_appointment_reason is not None and is_new:
        yield event.no_appointment_reason.label
