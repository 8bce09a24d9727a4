"""Judging past losses anew: confirms what was shown, with answers for losses that have none."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.states import HOOK_MIN_LENGTH
from followups.actions import Stopgap
from people.forms import DayInput, VerbForm


class RescopeForm(VerbForm):
    """`shown` is what the preview was of: only that is run. The answers are asked where losses lack them."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    next_approach_on = forms.DateField(label=_("Next approach date"), widget=DayInput, required=False)
    approach_contact_text = forms.CharField(label=_("Contact to approach"), max_length=200, required=False)
    hook = forms.CharField(
        label=_("Hook (what to talk about)"), max_length=1000, min_length=HOOK_MIN_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, in_scope: bool, found: int, lacking: int, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of, self.asked = as_of, f"{in_scope}:{found}:{lacking}"
        self.initial = {**self.initial, "shown": self.asked}
        if not lacking:
            for name in ("next_approach_on", "approach_contact_text", "hook"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in self.fields if name != "shown" and answers.get(name)]
        missing = [name for name in self.fields if name != "shown" and name not in given and name not in self.errors]
        if given:
            for name in missing:
                self.add_error(name, _("Fill in all three answers, or none."))
        day = answers.get("next_approach_on")
        if day is not None and day <= self.as_of:
            self.add_error("next_approach_on", _("The next approach date must be tomorrow or later."))
        return answers

    def is_confirmed(self) -> bool:
        """Whether exactly this was shown before; if not, the next submit confirms what is shown now."""
        if self.cleaned_data["shown"] == self.asked:
            return True
        self._retype(shown=self.asked)
        return False

    def stopgap(self) -> Stopgap | None:
        """The answers typed, None where none were."""
        answers = self.cleaned_data
        if not answers.get("next_approach_on"):
            return None
        return Stopgap(answers["next_approach_on"], answers["approach_contact_text"].strip(), answers["hook"].strip())
