"""Filters of the company list."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from leads.models import Company
from leads.querysets import CompanyQuerySet
from people.filtering import ListFilter


class CompanyFilter(ListFilter):
    """Companies by name or reading; kana, width and corporate form do not matter."""

    q = filters.CharFilter(
        method="matching",
        label=_("Company name or reading"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Company name or reading")}),
    )

    class Meta:
        model = Company
        fields: list[str] = []

    def matching(self, companies: CompanyQuerySet, _name: str, text: str) -> CompanyQuerySet:
        return companies.matching(text)
