"""What a call makes of its lead, and the reasons that go with it: the result proposes, the caller may choose (D.6)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.states import CallOutcome
from followups.forms.fields import OpenRadio
from followups.forms.lead_status import CHOSEN_BY_HAND
from followups.forms.limits import DayForm
from followups.models import OutcomeEffect
from leads.models import Lead, NoAppointmentReason, NurturingReason
from leads.states import NURTURING_STATUSES, SETTLED_STATUSES, LeadStatus, OutOfTargetKind

OF_LEADS = ("nurturing_reason", "lead_status", "no_target_kind")
AS_THE_RESULT_SAYS = _("As the result suggests")


class LeadFateForm(DayForm):
    """The part of a form of a call that asks why, and what becomes of the lead; see `record_outcome`."""

    lead: Lead | None = None

    no_appointment_reason = forms.ModelChoiceField(
        label=_("Why no appointment"), queryset=NoAppointmentReason.objects.offered(), required=False, widget=OpenRadio
    )
    nurturing_reason = forms.ModelChoiceField(
        label=_("Nurturing reason"), queryset=NurturingReason.objects.offered(), required=False, widget=OpenRadio
    )
    lead_status = forms.ChoiceField(label=_("Lead becomes"), required=False)
    no_target_kind = forms.ChoiceField(
        label=_("Why it is no target"), choices=OutOfTargetKind.choices, required=False, widget=OpenRadio
    )

    def ask_fate(self, lead: Lead | None) -> None:
        """Offer the statuses that may be chosen by hand; a deal has none of this."""
        self.lead = lead
        if lead is None:
            for name in OF_LEADS:
                del self.fields[name]
            return
        statuses = [(status.value, status.label) for status in CHOSEN_BY_HAND]
        self.fields["lead_status"].choices = [("", AS_THE_RESULT_SAYS), *statuses]  # type: ignore[attr-defined]

    def chosen_status(self) -> LeadStatus | None:
        """What the caller makes of the lead; None where the result decides, as it does with an appointment."""
        answers = self.cleaned_data
        if not answers.get("lead_status") or answers.get("outcome") == CallOutcome.APPOINTMENT:
            return None
        return LeadStatus(answers["lead_status"])

    @property
    def is_over(self) -> bool:
        """Whether the caller ends it, so that nothing has to follow."""
        return self.chosen_status() in SETTLED_STATUSES

    def check_reasons(self, effect: OutcomeEffect) -> None:
        """Each reason that the result or the status asks for; what the lead already has need not be said again."""
        answers, chosen = self.cleaned_data, self.chosen_status()
        if effect.asks_reason and not answers.get("no_appointment_reason"):
            self.add_error("no_appointment_reason", _("Choose why there is no appointment."))
        if self.lead is None:
            return
        is_nurtured = chosen in NURTURING_STATUSES if chosen else effect.asks_reason
        is_known = chosen is not None and self.lead.nurturing_reason_id is not None
        if is_nurtured and not is_known and not answers.get("nurturing_reason"):
            self.add_error("nurturing_reason", _("Choose a nurturing reason."))
        if chosen == LeadStatus.OUT_OF_TARGET and not answers.get("no_target_kind"):
            self.add_error("no_target_kind", _("Say why it is no target."))

    def why_not(self, *, is_asked: bool) -> NoAppointmentReason | None:
        """What was chosen before the result was changed to one that is not asked why is left aside."""
        reason: NoAppointmentReason | None = self.cleaned_data.get("no_appointment_reason")
        return reason if is_asked else None

    def fate(self) -> dict[str, Any]:
        """The answers by the names that `record_outcome` gives them."""
        chosen, nurturing = self.chosen_status(), self.cleaned_data.get("nurturing_reason")
        is_no_target = chosen == LeadStatus.OUT_OF_TARGET
        return {
            "lead_status": chosen,
            "nurturing_reason_id": nurturing.pk if nurturing else None,
            "lead_note": str(OutOfTargetKind(self.cleaned_data["no_target_kind"]).label) if is_no_target else "",
        }
