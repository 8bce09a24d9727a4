"""What the fields of an import are called for people; the same fields as in intake/fields.py."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from intake.states import RecordKind

_LABELS: dict[str, str | Promise] = {
    "external_id": _("ID in the other system (the same ID is updated)"),
    "name": _("Name"),
    "kana": _("Reading (kana)"),
    "email": _("E-mail"),
    "roles": _("Roles"),
    "team": _("Team"),
    "manager": _("Manager"),
    "active": _("Works here"),
    "todo_cap": _("To-dos a day"),
    "industry": _("Industry"),
    "phone": _("Phone"),
    "company": _("Company"),
    "contact": _("Contact"),
    "title": _("Job title"),
    "source": _("Lead source"),
    "status": _("Status"),
    "source_status": _("Status as written there"),
    "nurturing_reason": _("Nurturing reason"),
    "owner": _("Owner"),
    "created_on": _("Created on"),
    "status_entered_on": _("In this status since"),
    "amount": _("Amount"),
    "product": _("Product"),
    "lead": _("Lead"),
    "is_owner": _("IS owner"),
    "fs_owner": _("FS owner"),
    "priority": _("Priority"),
    "probability": _("Probability"),
    "competitor": _("Competitor"),
    "first_visit_on": _("First visit on"),
    "last_contact_on": _("Last contact"),
    "last_response_on": _("Last response"),
    "closed_on": _("Closed on"),
    "lost_reason": _("Lost reason"),
    "next_approach_on": _("Next approach on"),
    "approach_contact": _("Contact to approach (from the contacts)"),
    "approach_contact_text": _("Contact to approach"),
    "hook": _("What to contact them about"),
    "change_trigger": _("What may change"),
    "revived_from": _("Revived from the deal"),
    "kind": _("Kind of activity"),
    "direction": _("Direction"),
    "outcome": _("Call result"),
    "occurred_at": _("Happened at"),
    "deal": _("Deal"),
    "subject": _("Subject"),
    "note": _("Note"),
    "duration_s": _("Seconds on the phone"),
    "bulk": _("Bulk mail"),
    "due_on": _("Due on"),
    "done_on": _("Done on"),
    "assignee": _("Assignee"),
    "origin": pgettext_lazy("of a to-do", "Origin"),
}
_OF_KIND: dict[tuple[str, str], str | Promise] = {
    (RecordKind.DEALS, "name"): _("Deal name"),
    (RecordKind.DEALS, "status"): _("Deal status"),
    (RecordKind.LEADS, "status"): _("Lead status"),
    (RecordKind.COMPANIES, "name"): _("Company name"),
}


def field_label(kind: str, field: str) -> str:
    """The field's name in the reader's language."""
    return str(_OF_KIND.get((kind, field)) or _LABELS[field])
