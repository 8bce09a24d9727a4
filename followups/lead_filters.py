"""Filters of the list of leads: what stands in the address is what the list, its counts and its file show."""

from datetime import date, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from followups.filters import NOBODY, people_choices
from followups.pages.lead_list import MOVES_SOON, NOTHING_NEXT, UNTRUE, with_todos
from leads.models import Company, Lead, LeadSource, NurturingReason
from leads.querysets import LeadQuerySet
from leads.states import LeadStatus
from people.filtering import ListFilter
from people.states import Role
from people.text import e164, search_key

VIEWS = {"none": NOTHING_NEXT, "untrue": UNTRUE, "week": MOVES_SOON}

# key → (days, whether at least so many; else at most)
AGES = {"7": (7, False), "30": (30, False), "over30": (31, True), "over90": (91, True)}
AGE_CHOICES = [
    ("7", _("Came within 7 days")),
    ("30", _("Came within 30 days")),
    ("over30", _("Came more than 30 days ago")),
    ("over90", _("Came more than 90 days ago")),
]
SILENCES = {"14": 14, "30": 30, "90": 90}
SILENCE_CHOICES = [
    ("14", _("No contact for 14 days")),
    ("30", _("No contact for 30 days")),
    ("90", _("No contact for 90 days")),
    ("never", _("Never contacted")),
]


class LeadFilter(ListFilter):
    """Leads by text, owner, source, age and what their house list is made of; view and status are the tabs."""

    q = filters.CharFilter(
        method="matching",
        label=_("Company, name, phone or e-mail"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Company, name, phone or e-mail")}),
    )
    owner = filters.ChoiceFilter(method="owned_by", label=_("Owner"), empty_label=_("Owner: all"))
    source = filters.ChoiceFilter(method="from_source", label=_("Lead source"), empty_label=_("Source: all"))
    age = filters.ChoiceFilter(method="aged", choices=AGE_CHOICES, label=_("Age"), empty_label=_("Age: all"))
    silence = filters.ChoiceFilter(
        method="silent", choices=SILENCE_CHOICES, label=_("Last contact"), empty_label=_("Last contact: all")
    )
    reason = filters.ChoiceFilter(
        field_name="nurturing_reason_id", label=_("Nurturing reason"), empty_label=_("Nurturing reason: all")
    )
    industry = filters.ChoiceFilter(field_name="company__industry", label=_("Industry"), empty_label=_("Industry: all"))
    view = filters.ChoiceFilter(method="viewed", choices=[(key, key) for key in VIEWS], widget=forms.HiddenInput)
    status = filters.ChoiceFilter(choices=LeadStatus.choices, widget=forms.HiddenInput)

    class Meta:
        model = Lead
        fields: list[str] = []

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, queryset=with_todos(Lead.objects.all(), as_of), **kwargs)
        self.as_of = as_of
        people = people_choices(Role.IS, Role.FS, Role.IS_MANAGER)
        industries = Company.objects.exclude(industry="").order_by("industry").values_list("industry", flat=True)
        self.filters["owner"].extra["choices"] = [(NOBODY, _("Nobody assigned")), *people]
        self.filters["source"].extra["choices"] = [
            *LeadSource.objects.values_list("pk", "name"), (NOBODY, _("No source")),
        ]  # fmt: skip
        self.filters["reason"].extra["choices"] = [
            (reason.pk, reason.label) for reason in NurturingReason.objects.all()
        ]
        self.filters["industry"].extra["choices"] = [(name, name) for name in industries.distinct()]

    @property
    def whole(self) -> LeadQuerySet:
        """The list without its tabs: what their counts are taken from."""
        leads: LeadQuerySet = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name not in ("view", "status"):
                leads = self.filters[name].filter(leads, value)
        return leads

    @property
    def chosen(self) -> dict[str, str]:
        """The view and the status that the address chooses; '' where it chooses none, or nonsense."""
        answers = self.form.cleaned_data
        return {name: answers.get(name) or "" for name in ("view", "status")}

    def matching(self, leads: LeadQuerySet, _name: str, text: str) -> LeadQuerySet:
        key, number = search_key(text), e164(text)
        found = Q(email__icontains=text.strip())
        if key:
            found |= Q(search_key__contains=key) | Q(company__search_key__contains=key)
        if number.startswith("+"):
            found |= Q(phone=number)
        return leads.filter(found)

    def owned_by(self, leads: LeadQuerySet, _name: str, user_id: str) -> LeadQuerySet:
        return leads.filter(owner__isnull=True) if user_id == NOBODY else leads.filter(owner__pk=user_id)

    def from_source(self, leads: LeadQuerySet, _name: str, source_id: str) -> LeadQuerySet:
        return leads.filter(source__isnull=True) if source_id == NOBODY else leads.filter(source__pk=source_id)

    def aged(self, leads: LeadQuerySet, _name: str, key: str) -> LeadQuerySet:
        days, is_least = AGES[key]
        day = self.as_of - timedelta(days=days)
        return leads.filter(created_on__lte=day) if is_least else leads.filter(created_on__gte=day)

    def silent(self, leads: LeadQuerySet, _name: str, key: str) -> LeadQuerySet:
        touched = Activity.objects.contacts().filter(lead__isnull=False)
        if key != "never":
            touched = touched.filter(occurred_on__gt=self.as_of - timedelta(days=SILENCES[key]))
        return leads.exclude(pk__in=touched.order_by().values("lead"))

    def viewed(self, leads: LeadQuerySet, _name: str, key: str) -> LeadQuerySet:
        return leads.filter(VIEWS[key])
