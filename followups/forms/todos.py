"""Forms of to-dos: add one, and move, cancel or hand over several at once."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.actions import TodoShift
from activities.models import Todo
from activities.states import CancelReason
from deals.models import Deal
from followups.forms.fields import DealContactField, PersonField, offer_contacts
from followups.forms.limits import DayForm
from leads.models import Lead
from people.forms import DayInput, VerbForm
from people.models import User
from people.states import Role


class TodoForm(DayForm):
    """What, when, whom (S3-34), by whom, and whether the customer agreed to it."""

    aliases = {"due_on": "original_due_on"}

    subject = forms.CharField(label=_("What to do"), max_length=200)
    original_due_on = forms.DateField(label=_("Due"), widget=DayInput)
    due_time = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    contact = DealContactField(label=_("Whom"))
    contact_text = forms.CharField(label=_("Whom, if not registered"), max_length=200, required=False)
    assignee = PersonField(Role.IS, Role.FS, Role.IS_MANAGER, label=_("Assignee"))
    hook = forms.CharField(
        label=_("Hook (what to talk about)"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_promised = forms.BooleanField(label=_("Promised with the customer"), required=False)

    def __init__(self, *args: Any, about: Deal | Lead, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        offer_contacts(self, "contact", about)
        self.initial = {**self.initial, "contact": about.contact_id, "assignee": by.pk}

    def todo(self) -> Todo:
        """The to-do as typed, unsaved."""
        belongs_to = {"lead": self.about} if isinstance(self.about, Lead) else {"deal": self.about}
        return Todo(**belongs_to, **self.cleaned_data)


class MoveForm(DayForm):
    """Another day, and whether the customer agreed to it: only then does the promised day move too (D17)."""

    aliases = {"due_on": "to_on"}

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    to_on = forms.DateField(label=_("New day"), widget=DayInput)
    is_agreed = forms.BooleanField(label=_("Agreed with the customer"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def shifts(self, todos: Sequence[Todo]) -> list[TodoShift]:
        """One move per to-do; a single one is checked against the version that was seen."""
        answers = self.cleaned_data
        seen = answers["version"] if len(todos) == 1 else None
        said = (answers["is_agreed"], answers["reason"], seen, answers["over_cap_reason"])
        return [TodoShift(todo.pk, answers["to_on"], *said) for todo in todos]


class CancelForm(VerbForm):
    """Why a to-do will not be done."""

    cancel_reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(reason.value, reason.label) for reason in CancelReason if reason != CancelReason.IMPORTED],
        widget=forms.RadioSelect,
    )
