"""A lead as people enter, correct and convert it; its status moves by its own form."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.actions import convert_lead
from deals.models import Deal
from followups.duplicates import Candidate, Person, candidates
from followups.forms.fields import PersonField
from leads.actions import create_companies, create_contacts, create_leads, edit_leads
from leads.forms import PhonedForm
from leads.models import Company, Contact, Lead
from people.forms import VerbForm
from people.models import User
from people.records import Edit
from people.states import Role
from people.text import normalised_name


def company_named(name: str) -> Company | None:
    """The company of that name, the first registered of several; a new one where there is none, None for ''."""
    key = normalised_name(name)
    if not key:
        return None
    known = Company.objects.filter(name_key=key).order_by("id").first()
    return known or create_companies([Company(name=name.strip())])[0]


class LeadForm(PhonedForm):
    """Who it is and where he came from. His company is known by its name, and registered where it is new."""

    company_name = forms.CharField(label=gettext_lazy("Company"), max_length=200, required=False)

    class Meta:
        model = Lead
        fields = ["name", "phone", "email", "source"]
        widgets = {"phone": forms.TextInput(attrs={"inputmode": "tel"}), "email": forms.EmailInput}

    field_order = ["company_name", "name", "phone", "email", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["company_name"] = self.instance.company.name if self.instance.company else ""
        self.fields["source"].empty_label = _("not set")  # type: ignore[attr-defined]

    @transaction.atomic
    def save_edit(self) -> None:
        """Write what was changed, with the company by its name."""
        edit = self.edit()
        values = {name: value for name, value in edit.values.items() if name != "company_name"}
        if "company_name" in edit.values:
            values["company"] = company_named(edit.values["company_name"])
        edit_leads([Edit(edit.id, values, edit.version)])


class LeadAddForm(LeadForm):
    """Four inputs first: company, name, and a phone number or an e-mail, of which one is needed (S3-05)."""

    owner = PersonField(Role.IS, Role.FS, Role.IS_MANAGER, label=gettext_lazy("Owner"), required=False)

    field_order = [*LeadForm.field_order, "owner"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]
        self.initial["owner"] = by.pk if by.has_role(Role.IS) else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"phone", "email"} & self.errors.keys() and not (cleaned.get("phone") or cleaned.get("email")):
            self.add_error("phone", _("Enter a phone number or an e-mail."))
        return cleaned

    def doubles(self) -> list[Candidate]:
        """Who may be the same person, judged by what was typed so far."""
        typed = self.answers_so_far()
        names = ("name", "company_name", "email", "phone")
        return candidates(Person(*(typed.get(name) or "" for name in names)))

    @transaction.atomic
    def save_new(self, *, by: User, as_of: Any) -> Lead:
        """Enter the lead, and its company where that is new."""
        lead: Lead = self.save(commit=False)
        lead.company = company_named(self.cleaned_data["company_name"])
        lead.owner = self.cleaned_data["owner"]
        return create_leads([lead], by=by, as_of=as_of)[0]


class LeadConvertForm(VerbForm):
    """商談にする: what the deal is called, who talks to whom, and who takes it (C-05)."""

    aliases = {"company": "company_name"}

    company_name = forms.CharField(label=gettext_lazy("Company"), max_length=200, required=False)
    name = forms.CharField(label=gettext_lazy("Deal name"), max_length=200)
    contact = forms.ModelChoiceField(Contact.objects.none(), label=gettext_lazy("Contact"), required=False)
    fs_owner = PersonField(
        Role.FS, label=gettext_lazy("FS owner"), required=False, empty_label=gettext_lazy("Nobody yet")
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), min_value=0, max_digits=15, decimal_places=2, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lead = lead
        known = Contact.objects.filter(company=lead.company_id) if lead.company_id else Contact.objects.none()
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ModelChoiceField)
        contact.queryset = known | Contact.objects.filter(pk=lead.contact_id or 0)
        contact.empty_label = _("Register %(name)s as a contact") % {"name": lead.name}
        self.initial = {"name": lead.company.name if lead.company else lead.name, "contact": self._likely_contact()}
        if lead.company_id:
            del self.fields["company_name"]

    def _likely_contact(self) -> int | None:
        """The lead's own contact, else the person of its name at its company."""
        if self.lead.contact_id or not self.lead.company_id:
            return self.lead.contact_id
        same = Contact.objects.filter(company=self.lead.company_id, name_key=self.lead.name_key)
        return same.values_list("pk", flat=True).order_by("pk").first()

    @transaction.atomic
    def save(self, *, by: User, as_of: Any) -> Deal:
        """Make the deal, with the company and the contact that the lead does not have yet."""
        answers, lead = self.cleaned_data, self.lead
        company = lead.company or company_named(answers.get("company_name", ""))
        contact = answers["contact"] or self._registered(company)
        edit_leads([Edit(lead.pk, {"company": company, "contact": contact})])
        deal = Deal(name=answers["name"], fs_owner=answers["fs_owner"], amount=answers["amount"])
        return convert_lead(lead.pk, deal, by=by, as_of=as_of)

    def _registered(self, company: Company | None) -> Contact:
        lead = self.lead
        return create_contacts([Contact(name=lead.name[:150], company=company, phone=lead.phone, email=lead.email)])[0]
