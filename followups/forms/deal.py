"""A deal as people enter and correct it; status, clocks and follow-ups move by verbs."""

from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.actions import OwnerChange, edit_deals, hand_over
from deals.models import Deal
from deals.states import OPEN_STATUSES
from followups.actions import create_deals
from followups.forms.fields import BANTC_LABELS, DealContactField, PersonField, keep_person, offer_contacts
from followups.rights import may_reassign
from leads.actions import create_companies
from leads.models import Company
from people.forms import DayInput, RecordForm
from people.models import User
from people.records import Edit
from people.states import Role
from people.text import normalised_name

OWNERS = ("is_owner", "fs_owner")
FACTS = ("fs_owner", "is_owner", "amount", "probability", "priority", "product", "source", "team")


class DealForm(RecordForm):
    """What a deal says about itself, and who holds it; an owner changes by the hands that may reassign him (D.1)."""

    contact = DealContactField(label=gettext_lazy("Contact"))
    is_owner = PersonField(Role.IS, label=gettext_lazy("IS owner"), required=False)
    fs_owner = PersonField(Role.FS, label=gettext_lazy("FS owner"), required=False)

    class Meta:
        model = Deal
        fields = ["name", "contact", *FACTS, *BANTC_LABELS, "competitor_contract_ends_on"]
        labels = BANTC_LABELS
        widgets = {
            "competitor_contract_ends_on": DayInput,
            "amount": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
            "probability": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": 100}),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        offer_contacts(self, "contact", self.instance)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("not set")
        for name in OWNERS:
            keep_person(self, name, getattr(self.instance, f"{name}_id"))
            self._guard_owner(name)
        if self.instance.amount is not None and self.instance.amount == int(self.instance.amount):
            self.initial["amount"] = int(self.instance.amount)

    def _opened_on(self, record: Model) -> RecordForm:
        return type(self)(instance=record, by=self.by)

    def _guard_owner(self, name: str) -> None:
        """Somebody else's place is not for the taking; an empty one is."""
        if getattr(self.instance, name) is not None and not may_reassign(self.by, self.instance, name):
            self.fields[name].disabled = True
            self.fields[name].help_text = _("It belongs to somebody else; only he or his manager gives it away.")

    def facts(self) -> list[forms.BoundField]:
        """The short fields, in two columns."""
        return [self[name] for name in FACTS]

    def bantc(self) -> list[forms.BoundField]:
        """What is known of the customer's decision (S2-30)."""
        return [self[name] for name in (*BANTC_LABELS, "competitor_contract_ends_on")]

    @transaction.atomic
    def save_edit(self, *, by: User, as_of: date) -> None:
        """Write what was changed; a new owner is a hand-over with its history."""
        edit = self.edit()
        owners = {name: _pk(edit.values[name]) for name in OWNERS if name in edit.values}
        about = {name: value for name, value in edit.values.items() if name not in OWNERS}
        edit_deals([Edit(edit.id, about, edit.version)])
        if owners:
            hand_over([OwnerChange(edit.id, owners)], by=by, as_of=as_of)


class DealAddForm(DealForm):
    """A new deal; its company is found by name, or registered on the spot when that is what is meant."""

    company_name = forms.CharField(label=gettext_lazy("Company"), max_length=200)
    is_new_company = forms.BooleanField(label=gettext_lazy("Register it as a new company"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=[(status.value, status.label) for status in OPEN_STATUSES]
    )

    class Meta(DealForm.Meta):
        fields = ["status", *DealForm.Meta.fields]

    field_order = ["company_name", "is_new_company", "name", "status"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.company is not None:
            del self.fields["company_name"], self.fields["is_new_company"]
        else:
            del self.fields["contact"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("company_name") and not cleaned.get("is_new_company"):
            self._find_company(cleaned["company_name"])
        return cleaned

    def _find_company(self, name: str) -> None:
        found = list(Company.objects.filter(name_key=normalised_name(name))[:2])
        if not found:
            self.add_error("company_name", _("No company has this name. Correct it, or register it as a new company."))
        elif len(found) > 1:
            self.add_error("company_name", _("Several companies have this name. Add the deal from the company's page."))
        else:
            self.instance.company = found[0]

    @transaction.atomic
    def save_new(self, *, by: User, as_of: date) -> Deal:
        """Enter the deal, and its company where that is new."""
        deal: Deal = self.save(commit=False)
        if self.cleaned_data.get("is_new_company"):
            deal.company = create_companies([Company(name=self.cleaned_data["company_name"].strip())])[0]
        return create_deals([deal], by=by, as_of=as_of)[0]


def _pk(person: User | None) -> int | None:
    return person.pk if person else None
