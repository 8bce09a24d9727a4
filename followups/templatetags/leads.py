"""What a row of the list of leads says in words."""

from django import template
from django.utils.translation import gettext as _

from activities.states import ActivityKind, CallOutcome
from leads.models import Lead

register = template.Library()


@register.filter
def last_touch(lead: Lead) -> str:
    """The newest touch of a lead from `lead_rows` in two or three words: "Call: call back"."""
    kind = str(ActivityKind(lead.last_kind).label)  # type: ignore[attr-defined]
    outcome = lead.last_outcome  # type: ignore[attr-defined]
    if not outcome:
        return kind
    return _("%(kind)s: %(outcome)s") % {"kind": kind, "outcome": CallOutcome(outcome).label}
