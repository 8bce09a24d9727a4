"""What the page of one lead shows, gathered by a constant number of queries (SC-22)."""

from datetime import date
from typing import Any

from activities.models import Todo
from deals.models import Deal
from followups.duplicates import Candidate, Person, candidates
from followups.pages.lead_timeline import lead_timeline
from followups.rights import rights_on_lead
from followups.status_path import lead_path
from followups.timeline_kinds import Shown
from leads.models import Lead
from leads.querysets import LeadQuerySet
from leads.states import PROMISING_STATUSES, LeadStatus
from leads.words import lead_status_words
from people.models import User


def whole_leads() -> LeadQuerySet:
    """Leads with everything their head shows."""
    return Lead.objects.select_related(
        "company", "contact", "source", "owner", "nurturing_reason", "no_appointment_reason"
    )


def lead_page(lead: Lead, reader: User, as_of: date, show: Shown = Shown.ALL) -> dict[str, Any]:
    """The context of the page: status path, whether the status is true, to-dos, deals, likely doubles, timeline."""
    events = list(lead.events.select_related("by", "nurturing_reason", "no_appointment_reason"))
    words = lead_status_words()
    path = lead_path(lead, events, words, as_of)
    todos, deals = todos_of_lead(lead), list(lead.deals.order_by("-id"))
    return {
        "as_of": as_of,
        "lead": lead,
        "rights": rights_on_lead(reader, lead),
        "words": words[lead.status],
        "steps": path.steps,
        "exits": path.exits,
        "now": path.now,
        "todos": todos,
        "is_untrue": is_untrue(lead, has_next=bool(todos)),
        "true_status": words.get(true_status(lead, has_next=bool(todos))),
        "deals": deals,
        "doubles": doubles_of(lead, deals),
        "timeline": lead_timeline(lead, events, words, show),
        "show": show,
        "kinds_shown": Shown,
    }


def todos_of_lead(lead: Lead) -> list[Todo]:
    """Open to-dos with what a line shows, the one due first at the top."""
    todos = lead.todos.open().select_related("assignee", "contact", "cycle__reason", "deal__company", "lead")
    return list(todos.order_by("effective_due_on", "id"))


def doubles_of(lead: Lead, deals: list[Deal]) -> list[Candidate]:
    """Other records that may be the same person; not the contact that the lead is linked to, nor its own deals."""
    company = lead.company.name if lead.company else ""
    found = candidates(Person(lead.name, company, lead.email, lead.phone), except_lead_id=lead.pk)
    return [candidate for candidate in found if candidate.record not in (lead.contact, *deals)]


def is_untrue(lead: Lead, *, has_next: bool) -> bool:
    """Whether the status says the opposite of what the to-dos say (S3-18, S3-19)."""
    if lead.status == LeadStatus.NURTURING_NO_ACTION:
        return has_next
    return lead.status in PROMISING_STATUSES and not has_next


def true_status(lead: Lead, *, has_next: bool) -> str:
    """The one status that would be true where no further answer is needed; '' where a person has to decide."""
    if not is_untrue(lead, has_next=has_next):
        return ""
    others = {
        LeadStatus.NURTURING_ACTION.value: LeadStatus.NURTURING_NO_ACTION.value,
        LeadStatus.NURTURING_NO_ACTION.value: LeadStatus.NURTURING_ACTION.value,
    }
    return others.get(lead.status, "")
