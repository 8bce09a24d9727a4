"""失注にする: the reason and the three answers, checked by the validator of the verb (S0-22 … S0-25, SC-06)."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.actions import Loss, loss_errors
from deals.models import Deal, LostReason
from deals.states import ChangeTrigger
from followups.forms.fields import ContactRadioField, OpenRadio, offer_contacts
from people.forms import DayInput, VerbForm


class LoseForm(VerbForm):
    """Nothing is preselected where there is a choice: a wrong default would be followed up for months (S0-24)."""

    lost_reason = forms.ModelChoiceField(
        label=_("Lost reason"), queryset=LostReason.objects.offered(), widget=forms.RadioSelect,
        error_messages={"required": _("Choose a lost reason.")},
    )  # fmt: skip
    next_approach_on = forms.DateField(label=_("Next approach date"), widget=DayInput, required=False)
    approach_contact = ContactRadioField(label=_("Contact to approach"))
    approach_contact_text = forms.CharField(label=_("Name, if not registered"), max_length=200, required=False)
    hook = forms.CharField(
        label=_("Hook (what to talk about)"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    change_trigger = forms.ChoiceField(
        label=_("What may change by then"), choices=ChangeTrigger.choices, widget=OpenRadio, required=False
    )
    competitor = forms.CharField(label=_("Competitor"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, deal: Deal, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal, self.as_of = deal, as_of
        contacts = offer_contacts(self, "approach_contact", deal)
        self.initial["approach_contact"] = contacts[0].pk if len(contacts) == 1 else None
        self.initial["competitor"] = deal.competitor

    def clean(self) -> dict[str, Any]:
        for field, message in loss_errors(self.loss(), self.cleaned_data.get("lost_reason"), as_of=self.as_of).items():
            if field not in self.errors:
                self.add_error(field, message)
        return self.cleaned_data

    def loss(self) -> Loss:
        """What is said about this loss, as far as it was typed correctly."""
        answers = self.cleaned_data
        reason, contact = answers.get("lost_reason"), answers.get("approach_contact")
        return Loss(
            deal_id=self.deal.pk,
            reason_id=reason.pk if reason else None,
            next_approach_on=answers.get("next_approach_on"),
            approach_contact_id=contact.pk if contact else None,
            approach_contact_text=answers.get("approach_contact_text", ""),
            hook=answers.get("hook", ""),
            change_trigger=answers.get("change_trigger", ""),
            competitor=answers.get("competitor", ""),
            note=answers.get("note", ""),
        )
