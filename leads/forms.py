"""Forms of companies and contacts."""

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from leads.models import Company, Contact
from people.forms import RecordForm
from people.text import national_phone

MONTH_CHOICES = list(MONTHS.items())


class MonthsField(forms.TypedMultipleChoiceField):
    """Any of the twelve months, kept as numbers."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=MONTH_CHOICES, coerce=int, required=False, **kwargs)


class PhonedForm(RecordForm):
    """A record with a phone number: stored as E.164, shown and typed as a Japanese reader writes it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["phone"] = national_phone(self.instance.phone)


class CompanyForm(PhonedForm):
    """A company with the year from which the date suggestions of a loss are made (S0-23)."""

    fiscal_start_month = forms.TypedChoiceField(
        choices=MONTH_CHOICES, coerce=int, label=_("first month of the fiscal year")
    )
    slack_months = MonthsField(label=_("slack months"))
    peak_months = MonthsField(label=_("peak months"))

    class Meta:
        model = Company
        fields = [
            "name", "kana", "industry", "phone", "fiscal_start_month", "slack_months", "peak_months", "note",
        ]  # fmt: skip
        widgets = {"phone": forms.TextInput(attrs={"inputmode": "tel"}), "note": forms.Textarea(attrs={"rows": 3})}


class ContactForm(PhonedForm):
    """A person at a company; the company is that of the page the form was opened from."""

    class Meta:
        model = Contact
        fields = ["name", "kana", "title", "phone", "email"]
        widgets = {"phone": forms.TextInput(attrs={"inputmode": "tel"}), "email": forms.EmailInput}
