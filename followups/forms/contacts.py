"""When a person may be contacted: his wish, and what is believed about his days."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.actions import ConsentChange, note_availability, set_consent
from leads.models import AvailabilityGuess, Contact
from leads.states import Availability, ConsentKind
from people.forms import DayInput, VerbForm
from people.models import User


class ConsentForm(VerbForm):
    """Why the person is not to be contacted, or why he may be again."""

    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._contact = contact
        self.kind = ConsentKind.RESUMED if contact.do_not_contact_reason else ConsentKind.STOPPED

    def save(self, *, by: User, as_of: date) -> None:
        """Record it."""
        change = ConsentChange(self._contact.pk, self.kind, self.cleaned_data["reason"])
        set_consent([change], by=by, as_of=as_of)


class AvailabilityForm(VerbForm):
    """One of six guesses for a period (S4-20 … S4-25)."""

    guess = forms.ChoiceField(label=_("guess"), choices=Availability, widget=forms.RadioSelect)
    starts_on = forms.DateField(label=_("first day"), widget=DayInput)
    ends_on = forms.DateField(label=_("last day"), widget=DayInput)

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._contact = contact

    def save(self, *, by: User) -> None:
        """Record it."""
        note_availability([AvailabilityGuess(contact=self._contact, **self.cleaned_data)], by=by)
