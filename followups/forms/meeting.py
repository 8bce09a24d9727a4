"""アポ獲得: when the meeting is, how it is held and who of field sales holds it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.states import CallOutcome
from followups.actions import Appointment
from followups.forms.fields import PersonField
from followups.forms.next_step import NextStepForm
from followups.states import MeetingWay
from people.forms import DayInput
from people.states import Role


class MeetingForm(NextStepForm):
    """Asked where the result of the call is an appointment, and ignored where it is another."""

    aliases = NextStepForm.aliases | {"fs": "meeting_fs", "next_todo": "next_due_on"}
    meeting_fields = ("meeting_on", "meeting_time", "meeting_way", "meeting_fs")

    meeting_on = forms.DateField(label=_("Day of the meeting"), widget=DayInput, required=False)
    meeting_time = forms.TimeField(
        label=_("Time of the meeting"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    meeting_way = forms.ChoiceField(
        label=_("Way"), choices=MeetingWay.choices, initial=MeetingWay.VISIT, required=False
    )
    meeting_fs = PersonField(Role.FS, label=_("Field sales"), required=False)

    def appointment(self) -> Appointment | None:
        """The meeting as typed; None for another result, and where the day or the person is missing."""
        answers: dict[str, Any] = self.cleaned_data
        is_complete = answers["meeting_on"] and answers["meeting_fs"]
        if answers["outcome"] != CallOutcome.APPOINTMENT or not is_complete:
            return None
        way = MeetingWay(answers["meeting_way"] or MeetingWay.VISIT)
        return Appointment(answers["meeting_fs"].pk, answers["meeting_on"], answers["meeting_time"], way)
