"""ステータスを変える: of one lead or of several, with the reasons that go with it (S3-18 … S3-23)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.actions import add_todos, set_lead_status
from activities.models import Activity, Todo
from activities.states import CallOutcome
from followups.forms.fields import OpenRadio, PicklistField
from leads.actions import LeadMove
from leads.models import Lead, NoAppointmentReason, NurturingReason
from leads.states import NURTURING_STATUSES, LeadStatus, OutOfTargetKind
from leads.words import lead_status_words
from people.forms import DayInput, VerbForm
from people.models import User
from people.wordings import Words

# A meeting is won by making the deal, not by choosing the word (C-05).
CHOSEN_BY_HAND = [status for status in LeadStatus if status != LeadStatus.MEETING_WON]


class LeadsStatusForm(VerbForm):
    """The status with what it asks for; whatever belongs to another status is left aside."""

    aliases = {"original_due_on": "next_due_on", "due_on": "next_due_on", "subject": "next_subject"}

    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=(), widget=OpenRadio)
    nurturing_reason = PicklistField(None, label=gettext_lazy("Nurturing reason"), required=False)
    no_appointment_reason = PicklistField(None, label=gettext_lazy("Why there was no appointment"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Why it is no target"), choices=OutOfTargetKind.choices, required=False, widget=OpenRadio
    )

    def __init__(self, *args: Any, leads: Sequence[Lead], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leads = leads
        self.words = lead_status_words()
        choices = [(status.value, self.words[status].label) for status in CHOSEN_BY_HAND]
        self.fields["status"].choices = choices  # type: ignore[attr-defined]
        self.fields["nurturing_reason"].queryset = NurturingReason.objects.offered()  # type: ignore[attr-defined]
        self.fields["no_appointment_reason"].queryset = (  # type: ignore[attr-defined]
            NoAppointmentReason.objects.offered()
        )

    @property
    def choices(self) -> list[tuple[forms.boundfield.BoundWidget, Words]]:
        """The statuses to choose from, each with the words that say when it changes."""
        return [(option, self.words[str(option.data["value"])]) for option in self["status"]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        status = cleaned.get("status")
        if status == LeadStatus.OUT_OF_TARGET and not cleaned.get("kind"):
            self.add_error("kind", _("Say why it is no target."))
        if status in NURTURING_STATUSES:
            self._check_reasons(cleaned)
        return cleaned

    def _check_reasons(self, cleaned: dict[str, Any]) -> None:
        """A talk that gave no appointment says why (S3-23); a nurtured lead says why it is nurtured (S3-21)."""
        if not cleaned.get("nurturing_reason"):
            self.add_error("nurturing_reason", _("Choose a nurturing reason."))
        if not cleaned.get("no_appointment_reason") and self.declined():
            self.add_error("no_appointment_reason", _("The last call gave no appointment. Choose why."))

    def declined(self) -> list[Lead]:
        """The leads whose last call was a talk without an appointment, and of which nobody has said why."""
        unsaid = {lead.pk: lead for lead in self.leads if lead.no_appointment_reason_id is None}
        calls = Activity.objects.calls().filter(lead__in=unsaid).order_by("occurred_at", "id")
        last = dict(calls.values_list("lead_id", "outcome"))
        return [lead for pk, lead in unsaid.items() if last.get(pk) == CallOutcome.DECLINED]

    def move(self, lead: Lead, version: int | None = None) -> LeadMove:
        """What the verb is told about one of the leads."""
        answers = self.cleaned_data
        status, reason = LeadStatus(answers["status"]), answers["nurturing_reason"]
        is_nurtured, no_appointment = status in NURTURING_STATUSES, answers["no_appointment_reason"]
        kind = answers["kind"] if status == LeadStatus.OUT_OF_TARGET else ""
        return LeadMove(
            lead.pk,
            status,
            reason.pk if reason and is_nurtured else None,
            no_appointment_reason_id=no_appointment.pk if no_appointment and is_nurtured else None,
            note=str(OutOfTargetKind(kind).label) if kind else "",
            version=version,
        )


class LeadStatusForm(LeadsStatusForm):
    """The same for one lead, checked against the version that was seen; the next to-do may be set with it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    next_subject = forms.CharField(label=gettext_lazy("What to do"), max_length=200, required=False)
    next_due_on = forms.DateField(label=gettext_lazy("Next to-do"), widget=DayInput, required=False)

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, leads=[lead], **kwargs)
        self.lead = lead
        self.initial = {
            "nurturing_reason": lead.nurturing_reason_id,
            "no_appointment_reason": lead.no_appointment_reason_id,
            "version": lead.version,
            **self.initial,
        }

    @transaction.atomic
    def save(self, *, by: User, as_of: date) -> None:
        """Add the to-do where its day was given, then change the status; both or nothing."""
        answers = self.cleaned_data
        if answers["next_due_on"]:
            todo = Todo(
                lead=self.lead,
                subject=answers["next_subject"],
                original_due_on=answers["next_due_on"],
                assignee=self.lead.owner or by,
            )
            add_todos([todo], by=by, as_of=as_of)
        set_lead_status([self.move(self.lead, answers["version"])], by=by, as_of=as_of)
