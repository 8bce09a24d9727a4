"""What comes next after a to-do or a call: another to-do, or the reason why the follow-up ends (S0-52, D7)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Todo
from deals.models import Deal
from followups.actions import Closing, close_cycle
from followups.forms.limits import DayForm
from people.forms import DayInput
from people.models import User
from people.refusal import refuse


class NextStepForm(DayForm):
    """The part that asks for the next step. Outside a follow-up nothing has to follow."""

    aliases = {
        "subject": "next_subject", "original_due_on": "next_due_on", "deal": "next_subject", "due_on": "next_due_on",
        "hook": "next_subject",
    }  # fmt: skip

    next_due_on = forms.DateField(label=gettext_lazy("Due"), widget=DayInput, required=False)
    next_subject = forms.CharField(label=gettext_lazy("What to do"), max_length=200, required=False)
    next_is_promised = forms.BooleanField(label=gettext_lazy("Promised with the customer"), required=False)
    no_next_reason = forms.CharField(
        label=gettext_lazy("Why nothing follows (ends the follow-up)"), max_length=200, required=False
    )

    def __init__(self, *args: Any, deal: Deal | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal
        if deal is None or not deal.is_followed:
            del self.fields["no_next_reason"]

    def next_todo(self, by: User, like: Todo | None) -> Todo | None:
        """The next to-do as typed, unsaved; None where no day was given. like: the one before, for the same person."""
        answers = self.cleaned_data
        if answers["next_due_on"] is None:
            return None
        todo = Todo(
            deal=self.deal,
            assignee=by,
            subject=answers["next_subject"],
            original_due_on=answers["next_due_on"],
            is_promised=answers["next_is_promised"],
            over_cap_reason=answers["over_cap_reason"],
            no_promise_reason=answers["no_promise_reason"],
        )
        if like is not None:
            todo.lead_id, todo.contact_id, todo.contact_text = like.lead_id, like.contact_id, like.contact_text
            todo.hook = like.hook
        return todo

    def settle(self, bare_cycle_ids: Sequence[int], *, by: User, as_of: date) -> None:
        """End the follow-up where a reason was given; refuse to leave it open with nothing to come."""
        reason = self.cleaned_data.get("no_next_reason", "").strip()
        if reason and self.deal is not None:
            close_cycle([Closing(self.deal.pk, reason)], by=by, as_of=as_of)
        elif bare_cycle_ids:
            refuse(_("Choose the next to-do, or say why there is none."), field="next_due_on")
