"""予算, 決裁権, ニーズ, 時期, 競合: what is asked about a decision, answered beside something else (S2-30)."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.actions import Answer
from deals.models import Deal
from deals.states import BANTC_FIELDS
from followups.forms.fields import BANTC_LABELS
from followups.forms.limits import DayForm

LETTERS = "BANTC"
LONGEST = (400, 400, 400, 400, 200)  # characters of each answer, as the columns have it


class BantcForm(DayForm):
    """Only what was changed is written: a colleague's answer to another question, or to the same, is not lost."""

    def ask_bantc(self, deal: Deal) -> None:
        """Ask the five questions of the deal, each with the answer known so far."""
        self.deal_asked = deal
        for name, longest in zip(BANTC_FIELDS, LONGEST, strict=True):
            self.fields[name] = forms.CharField(
                label=BANTC_LABELS[name], max_length=longest, required=False, show_hidden_initial=True,
                widget=forms.TextInput(
                    attrs={"placeholder": _("not asked"), "autocomplete": "off", "title": getattr(deal, name)}
                ),
            )  # fmt: skip
            self.initial[name] = getattr(deal, name)

    @property
    def bantc(self) -> list[tuple[str, forms.BoundField]]:
        """Letter and field of each question; none without a deal."""
        return [(letter, self[name]) for letter, name in zip(LETTERS, BANTC_FIELDS, strict=True) if name in self.fields]

    def answers(self) -> list[Answer]:
        """What was answered anew, with the answer that stood there when the form was opened."""
        changed = [name for name in BANTC_FIELDS if name in self.fields and name in self.changed_data]
        return [Answer(name, self._opened_with(name), self.cleaned_data[name]) for name in changed]

    def _opened_with(self, name: str) -> str:
        return str(self._sent_data.get(f"initial-{name}", ""))

    def _object(self, errors: Mapping[str, str]) -> None:
        """An answer that somebody gave meanwhile is shown, and the next save replaces it."""
        asked = [name for name in errors if name in BANTC_FIELDS and name in self.fields]
        if asked:
            stored = Deal.objects.values(*asked).get(pk=self.deal_asked.pk)
            self._retype(**{f"initial-{name}": answer for name, answer in stored.items()})
        super()._object(errors)
