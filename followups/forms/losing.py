"""失注にする: the reason and the three answers, checked by the validator of the verb (S0-22 … S0-25, SC-06)."""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import count
from typing import Any

from django import forms
from django.db import transaction
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from deals.actions import Loss, edit_deals, loss_errors
from deals.actions.losing import LOSABLE
from deals.models import Deal, LostReason
from deals.states import ChangeTrigger, DealStatus
from followups.actions import lose, reclassify_loss
from followups.forms.fields import ContactRadioField, OpenRadio, offer_contacts
from followups.forms.handing import HandingForm
from people.forms import DayInput, TypedDayField
from people.models import User
from people.records import Edit


class LoseForm(HandingForm):
    """Nothing is preselected where there is a choice: a wrong default would be followed up for months (S0-24)."""

    statuses: Collection[str] = LOSABLE

    lost_reason = forms.ModelChoiceField(
        label=_("Lost reason"), queryset=LostReason.objects.offered(), widget=forms.RadioSelect,
        error_messages={"required": _("Choose a lost reason.")},
    )  # fmt: skip
    next_approach_on = TypedDayField(label=_("Next approach date"), required=False)
    approach_contact = ContactRadioField(label=_("Contact to approach"))
    approach_contact_text = forms.CharField(label=_("Name, if not registered"), max_length=200, required=False)
    hook = forms.CharField(
        label=_("Hook (what to talk about)"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    change_trigger = forms.ChoiceField(
        label=_("What may change by then"), choices=ChangeTrigger.choices, widget=OpenRadio, required=False
    )
    competitor = forms.CharField(label=_("Competitor"), max_length=200, required=False)
    competitor_contract_ends_on = forms.DateField(
        label=_("Competitor's contract ends"), widget=DayInput, required=False
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, deal: Deal, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, deal=deal, as_of=as_of, **kwargs)
        _typed(self, as_of)
        contacts = offer_contacts(self, "approach_contact", deal)
        self.initial["approach_contact"] = contacts[0].pk if len(contacts) == 1 else None
        self.initial["competitor"] = deal.competitor
        self.initial["competitor_contract_ends_on"] = deal.competitor_contract_ends_on

    def reasons(self) -> Iterator[tuple[bool, list[tuple[int, BoundWidget]]]]:
        """The reasons that are followed up, then the others (in_scope, options), each with its key on the keyboard."""
        options, number = list(self["lost_reason"]), count(1)
        for in_scope in (True, False):
            yield in_scope, [(next(number), one) for one in options if _in_scope(one) == in_scope]

    def clean(self) -> dict[str, Any]:
        for field, message in loss_errors(self.loss(), self.cleaned_data.get("lost_reason"), as_of=self.as_of).items():
            if field not in self.errors:
                self.add_error(field, message)
        return self.cleaned_data

    def loss(self) -> Loss:
        """What is said about this loss, as far as it was typed correctly."""
        answers = self.cleaned_data
        reason, contact = answers.get("lost_reason"), answers.get("approach_contact")
        return Loss(
            deal_id=self.deal.pk,
            reason_id=reason.pk if reason else None,
            next_approach_on=answers.get("next_approach_on"),
            approach_contact_id=contact.pk if contact else None,
            approach_contact_text=answers.get("approach_contact_text", ""),
            hook=answers.get("hook", ""),
            change_trigger=answers.get("change_trigger", ""),
            competitor=answers.get("competitor", ""),
            note=answers.get("note", ""),
        )

    def first_step_on(self) -> date | None:
        """The day asked for the first to-do; None for a loss that nobody follows up."""
        day: date | None = self.cleaned_data["next_approach_on"]
        return day if self.cleaned_data["lost_reason"].in_scope else None

    @transaction.atomic
    def save(self, *, by: User, as_of: date) -> None:
        """Settle the to-dos that do not go along, and lose the deal."""
        self.claim_as_seen()
        self.settle_todos(by=by, as_of=as_of)
        self._write_contract()
        lose([self.loss()], by=by, as_of=as_of)

    def _write_contract(self) -> None:
        ends_on = self.cleaned_data.get("competitor_contract_ends_on")
        edit_deals([Edit(self.deal.pk, {"competitor_contract_ends_on": ends_on})])


class ReclassifyForm(LoseForm):
    """Another reason for a loss, or better answers; what is known already stands in the form."""

    statuses = (DealStatus.LOST,)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, deal=deal, **kwargs)
        names = ("lost_reason", "next_approach_on", "approach_contact_text", "hook", "change_trigger")
        self.initial = {**self.initial, **{name: getattr(deal, name) for name in names}}
        if deal.approach_contact_id or deal.approach_contact_text:
            self.initial["approach_contact"] = deal.approach_contact_id or ""
        del self.fields["note"]

    @transaction.atomic
    def save(self, *, by: User, as_of: date) -> None:
        """Correct the loss; the follow-up begins, goes on or ends with it."""
        self.claim_as_seen()
        self._write_contract()
        reclassify_loss(self.loss(), by=by, as_of=as_of)


def _in_scope(option: BoundWidget) -> bool:
    reason: LostReason = option.data["value"].instance
    return reason.in_scope


def _typed(form: LoseForm, as_of: date) -> None:
    """Days without a year, and spans, count from as_of."""
    field = form.fields["next_approach_on"]
    assert isinstance(field, TypedDayField)
    field.as_of = as_of
