"""What several records are planned for at once: the same step on one day."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from followups.forms.fields import PersonField
from people.forms import DayInput, VerbForm
from people.models import User
from people.states import Role


class StepForm(VerbForm):
    """One to-do for each of several records, on one day. Nobody named as assignee: whose it is, record by record."""

    aliases = {"original_due_on": "due_on"}

    subject = forms.CharField(label=_("What to do"), max_length=200)
    due_on = forms.DateField(label=_("Due"), widget=DayInput)
    assignee = PersonField(
        Role.IS, Role.FS, Role.IS_MANAGER, label=_("Assignee"), required=False, empty_label=_("The owner of each")
    )
    hook = forms.CharField(
        label=_("Hook (what to talk about)"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    over_cap_reason = forms.CharField(label=_("Why above the cap"), max_length=200, required=False)
    no_promise_reason = forms.CharField(label=_("Why without promise and purpose"), max_length=200, required=False)

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def clean_due_on(self) -> date:
        """The day is one for all, so it is refused here and not lead by lead."""
        day: date = self.cleaned_data["due_on"]
        if day < self.as_of:
            raise ValidationError(gettext("This day has passed."))
        return day

    def todo(self, whose: User, **record: Any) -> Todo:
        """One unsaved to-do of that record; whose it is where nobody was named."""
        answers = self.cleaned_data
        return Todo(
            **record,
            subject=answers["subject"],
            original_due_on=answers["due_on"],
            assignee=answers["assignee"] or whose,
            hook=answers["hook"],
            over_cap_reason=answers["over_cap_reason"],
            no_promise_reason=answers["no_promise_reason"],
        )
