"""Forms over several deals at once: plan the same step for all on one day, or return them for one reason (SC-18)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from deals.models import Deal
from followups.actions import Return
from followups.forms.fields import PersonField
from followups.forms.moving import RETURN_REASONS
from followups.forms.step import StepForm
from people.forms import DayInput, VerbForm
from people.models import User
from people.states import Role


class DealsTodoForm(StepForm):
    """One to-do for each deal, on one day."""

    contact_text = forms.CharField(
        label=_("Whom to reach, where a deal has no contact"), max_length=200, required=False
    )  # fmt: skip

    def todos(self, deals: Sequence[Deal], by: User) -> list[Todo]:
        """One unsaved to-do per deal, in their order; a deal without a field sales owner is the reader's."""
        whom = self.cleaned_data["contact_text"]
        return [
            self.todo(deal.fs_owner or by, deal=deal, contact_text="" if deal.contact_id else whom) for deal in deals
        ]


class DealsReturnForm(VerbForm):
    """ISへ戻す, for several deals at once. No day: three months after each deal's own last contact (S2-28)."""

    reason = forms.ChoiceField(label=_("Reason for the return"), choices=RETURN_REASONS, widget=forms.RadioSelect)
    next_action = forms.CharField(label=_("What to ask next"), max_length=350, widget=forms.Textarea(attrs={"rows": 2}))
    next_approach_on = forms.DateField(
        label=_("Planned call date"), required=False, widget=DayInput,
        help_text=_("Left empty, three months after the last contact, the first visit or today, deal by deal."),
    )  # fmt: skip
    assignee = PersonField(
        Role.IS, label=_("Who follows up"), required=False, empty_label=_("Whoever has the lowest load")
    )

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def clean_next_approach_on(self) -> date | None:
        """The day is one for all, so it is refused here and not deal by deal."""
        day: date | None = self.cleaned_data["next_approach_on"]
        if day is not None and day <= self.as_of:
            raise ValidationError(gettext("The next approach date must be tomorrow or later."))
        return day

    def returns(self, deals: Sequence[Deal]) -> list[Return]:
        """What the verb is told, deal by deal."""
        answers = self.cleaned_data
        reason = f"{dict(RETURN_REASONS)[answers['reason']]}: {answers['next_action'].strip()}"
        assignee_id = answers["assignee"].pk if answers["assignee"] else None
        return [
            Return(
                deal_id=deal.pk, reason=reason, next_approach_on=answers["next_approach_on"], assignee_id=assignee_id
            )
            for deal in deals
        ]
