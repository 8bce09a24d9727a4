"""One form per list of the settings; each is saved by the verbs of people.entries."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import LintPattern
from deals.models import LostReason, Product
from followups.models import FollowUpProgram, OutcomeEffect
from leads.models import LeadSource, NoAppointmentReason, NurturingReason
from people.entries import free_code
from people.forms import DayInput, RecordForm
from people.models import Absence, CompanyHoliday, Team, User, Wording

if TYPE_CHECKING:
    People = forms.ModelMultipleChoiceField[User]
else:
    People = forms.ModelMultipleChoiceField  # generic for the type checker alone

LABELS = ["label_ja", "label_en"]
MEANING = ["definition", "timing"]
PLACE = ["position", "is_active"]
SHORT_TEXT = forms.Textarea(attrs={"rows": 2})


class PicklistForm(RecordForm):
    """A value of a pull-down. Its code is given once and stays."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, required=False,
        help_text=_("Imports name the value by it, and it never changes. Empty: made from the English label."),
    )  # fmt: skip

    class Meta:
        fields = [*LABELS, *MEANING, *PLACE, "code"]
        widgets = {"definition": SHORT_TEXT, "timing": SHORT_TEXT}
        help_texts = {"is_active": _("A retired value is no longer offered and stays on old records.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]

    def clean_code(self) -> str:
        return self.cleaned_data["code"] or free_code(self._meta.model, self.cleaned_data.get("label_en") or "")


class LostReasonForm(PicklistForm):
    class Meta(PicklistForm.Meta):
        model = LostReason
        fields = [*LABELS, *MEANING, "in_scope", "counts_as_loss", *PLACE, "code"]
        help_texts = PicklistForm.Meta.help_texts | {
            "in_scope": _("A change acts on losses from that day on; deals lost before keep what was judged then."),
            "counts_as_loss": _("Whether the loss stands in win and loss figures."),
        }


class NurturingReasonForm(PicklistForm):
    class Meta(PicklistForm.Meta):
        model = NurturingReason


class NoAppointmentReasonForm(PicklistForm):
    class Meta(PicklistForm.Meta):
        model = NoAppointmentReason


class LeadSourceForm(RecordForm):
    class Meta:
        model = LeadSource
        fields = ["name"]


class ProductForm(RecordForm):
    class Meta:
        model = Product
        fields = ["name"]


class PhraseForm(RecordForm):
    class Meta:
        model = LintPattern
        fields = ["text", "is_active"]
        help_texts = {"text": _("A to-do with these words, without promise and hook, gets a warning.")}


class CompanyDayForm(RecordForm):
    class Meta:
        model = CompanyHoliday
        fields = ["year", "month", "day", "name"]


class AbsenceForm(RecordForm):
    class Meta:
        model = Absence
        fields = ["user", "starts_on", "ends_on", "reason"]
        widgets = {"starts_on": DayInput, "ends_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.active().order_by("kana", "name", "id")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first."))
        return cleaned


class TeamForm(RecordForm):
    members = People(
        label=_("Members"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Team
        fields = ["name", "kind", "leak_check_owner", "promise_mode"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = User.objects.active().order_by("kana", "name", "id")
        for name in ("members", "leak_check_owner"):
            self.fields[name].queryset = offered  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["members"] = [user.pk for user in self.instance.members.active()]


class ProgramForm(RecordForm):
    class Meta:
        model = FollowUpProgram
        fields = ["started_on", "manual_baseline"]
        widgets = {"started_on": DayInput}
        help_texts = {
            "manual_baseline": _("Used, and marked as entered by hand, where no record reaches back before the start.")
        }


class WordsForm(RecordForm):
    class Meta:
        model = Wording
        fields = [*LABELS, *MEANING]
        widgets = {"definition": SHORT_TEXT, "timing": SHORT_TEXT}


class EffectForm(RecordForm):
    class Meta:
        model = OutcomeEffect
        fields = ["lead_status", "next_unit", "next_value", "asks_reason"]
        help_texts = {"next_value": _("Without a to-do the number does not matter.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, label) for value, label in self.fields["lead_status"].choices if value]  # type: ignore[attr-defined]
        self.fields["lead_status"].choices = [("", _("stays as it is")), *choices]  # type: ignore[attr-defined]
