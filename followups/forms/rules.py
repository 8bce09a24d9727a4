"""Running the rules."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.forms import DayInput, VerbForm


class RunForm(VerbForm):
    """As of which day the rules are to run."""

    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=DayInput,
        help_text=_("Today, unless imported data end earlier. Only the first run needs an earlier day."),
    )

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = as_of
        self.fields["as_of"].initial = as_of

    def clean_as_of(self) -> date:
        chosen: date = self.cleaned_data["as_of"] or self.today
        if chosen > self.today:
            raise ValidationError(_("The rules cannot run as of a day that has not come yet."))
        return chosen

    def day(self) -> date | None:
        """The day chosen, today until one is; None where it is refused."""
        if not self.is_bound:
            return self.today
        return self.cleaned_data["as_of"] if self.is_valid() else None
