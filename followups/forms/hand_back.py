"""手一杯のため戻す: the three answers for one of the deals that are handed back, filled in beforehand (S1-18)."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.actions import Loss
from deals.models import Deal
from followups.forms.fields import DealContactField, offer_contacts
from leads.fiscal_year import DEFAULT_MONTHS
from people.business_days import BusinessCalendar, add_months
from people.forms import DayInput, VerbForm


class HandBackForm(VerbForm):
    """When, whom and with what to talk; the hook is what the customer needs, where that is known."""

    next_approach_on = forms.DateField(label=_("Next approach date"), widget=DayInput)
    approach_contact = DealContactField(label=_("Contact to approach"))
    approach_contact_text = forms.CharField(label=_("Name, if not registered"), max_length=200, required=False)
    hook = forms.CharField(label=_("Hook (what to talk about)"), max_length=1000, required=False)

    def __init__(self, data: Any, *, deal: Deal, as_of: date, calendar: BusinessCalendar) -> None:
        super().__init__(data, prefix=f"deal{deal.pk}")
        self.deal = deal
        known = offer_contacts(self, "approach_contact", deal)
        self.initial = {
            "next_approach_on": calendar.on_or_after(add_months(as_of, DEFAULT_MONTHS)),
            "approach_contact": known[0].pk if known else None,
            "hook": deal.needs or next((todo.hook for todo in deal.todos.open() if todo.hook), ""),
        }

    def loss(self) -> Loss:
        """What is said about this deal."""
        answers = self.cleaned_data
        contact = answers["approach_contact"]
        return Loss(
            deal_id=self.deal.pk,
            reason_id=None,
            next_approach_on=answers["next_approach_on"],
            approach_contact_id=contact.pk if contact else None,
            approach_contact_text=answers["approach_contact_text"],
            hook=answers["hook"],
        )
