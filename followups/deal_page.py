"""What the page of one deal shows, gathered by a constant number of queries (SC-05)."""

from datetime import date
from typing import Any

from activities.models import Todo
from activities.states import TodoOrigin
from deals.models import Deal, DealEvent, FollowUpCycle
from deals.querysets import DealQuerySet
from followups.clocks import clocks_of
from followups.models import Proposal, Rule, RuleExemption
from followups.rights import may_decide, rights_on_deal
from followups.states import ProposalStatus
from followups.status_path import status_path
from followups.timeline import timeline
from followups.timeline_kinds import Shown
from leads.models import Contact, Lead
from people.models import User


def whole_deals() -> DealQuerySet:
    """Deals with everything their head shows."""
    return Deal.objects.select_related(
        "company", "contact", "fs_owner", "is_owner", "product", "source", "team", "lost_reason"
    )


def deal_page(deal: Deal, reader: User, as_of: date, show: Shown = Shown.ALL) -> dict[str, Any]:
    """The context of the page: status path, clocks, follow-up, timeline, to-dos, and what the reader may do."""
    events = list(DealEvent.objects.filter(deal=deal).select_related("by"))
    path = status_path(deal, events, as_of)
    cycles = cycles_of(deal)
    cycle = cycles[0] if cycles else None
    pending = Proposal.objects.filter(deal=deal, status=ProposalStatus.PENDING).select_related("proposed_by").first()
    return {
        "as_of": as_of,
        "deal": deal,
        "rights": rights_on_deal(reader, deal, cycle if cycle and cycle.is_open else None),
        "steps": path.steps,
        "exits": path.exits,
        "now": path.now,
        "clocks": clocks_of(deal, Rule.objects.speaking(), as_of),
        "cycle": cycle,
        "cycles": cycles,
        "proposal": pending,
        "reader_decides": pending is not None and may_decide(reader, pending),
        "exemption": RuleExemption.objects.unexpired(as_of).filter(deal=deal).first(),
        "todos": todos_of(deal),
        "timeline": timeline(deal, events, show),
        "show": show,
        "kinds_shown": Shown,
        "contacts": contacts_of(deal),
    }


def cycles_of(deal: Deal) -> list[FollowUpCycle]:
    """All follow-ups of the deal, the newest (which may be open) first."""
    return list(deal.cycles.select_related("reason", "approach_contact", "is_owner").order_by("-number"))


def todos_of(deal: Deal) -> list[Todo]:
    """Open to-dos with what tells why they exist, the one due first at the top."""
    todos = deal.todos.open().select_related("assignee", "contact", "cycle__reason", "lead")
    return list(todos.prefetch_related("sweep_changes").order_by("effective_due_on", "id"))


def people_made(deal: Deal) -> list[Todo]:
    """The open to-dos that go with the deal wherever it goes; rule-made ones end with their follow-up (D7, D8)."""
    return [todo for todo in todos_of(deal) if todo.origin != TodoOrigin.RULE]


def contacts_of(deal: Deal | Lead) -> list[Contact]:
    """People at the company of a deal or lead, its own contact first; without a company that contact alone."""
    found = Contact.objects.filter(company=deal.company_id) if deal.company_id else Contact.objects.none()
    others = [contact for contact in found if contact.pk != deal.contact_id]
    return [deal.contact, *others] if deal.contact else others
