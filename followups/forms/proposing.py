"""An appointment for somebody of field sales, and why one is declined."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.models import Deal
from followups.actions import propose
from followups.actions.appointments import Appointment
from followups.forms.fields import PersonField
from followups.states import MeetingWay
from people.forms import DayInput, TypedDayField, VerbForm
from people.models import User
from people.states import Role


class ProposeForm(VerbForm):
    """Who of field sales holds the meeting, when and how."""

    aliases = {"fs_id": "fs"}

    fs = PersonField(Role.FS, label=_("Field sales"))
    meeting_on = TypedDayField(label=_("Day of the meeting"), widget=DayInput)
    meeting_time = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    way = forms.ChoiceField(label=_("Way"), choices=MeetingWay.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, deal: Deal, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal
        day = self.fields["meeting_on"]
        assert isinstance(day, TypedDayField)
        day.as_of = as_of
        self.initial = {"fs": deal.fs_owner_id, "way": MeetingWay.VISIT.value}

    def save(self, *, by: User, as_of: date) -> None:
        """Ask the person."""
        answers = self.cleaned_data
        appointment = Appointment(
            answers["fs"].pk,
            answers["meeting_on"],
            answers["meeting_time"],
            MeetingWay(answers["way"]),
            answers["note"],
        )
        propose(self.deal.pk, appointment, by=by, as_of=as_of)


class DeclineForm(VerbForm):
    """Nothing but the reason, which goes back to inside sales."""

    aliases = {"decline_reason": "reason"}

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
