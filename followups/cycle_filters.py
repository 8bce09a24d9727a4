"""掘り起こし対象: who is in a follow-up now, narrowed by the address (SC-20)."""

from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Todo
from deals.models import FollowUpCycle, LostReason
from deals.states import CycleKind
from followups.coverage import standing, with_state
from followups.filters import NOBODY, people_choices
from followups.states import CoverageState
from people.filtering import ListFilter
from people.models import Team
from people.states import Role
from people.text import search_key


class CycleFilter(ListFilter):
    """Open follow-ups of the day, as the coverage report counts them; kind and state are the tabs."""

    q = filters.CharFilter(
        method="matching",
        label=_("Company or deal"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Company or deal")}),
    )
    owner = filters.ChoiceFilter(method="owned_by", label=_("IS owner"), empty_label=_("Owner: all"))
    reason = filters.ChoiceFilter(field_name="reason_id", label=_("Lost reason"), empty_label=_("Lost reason: all"))
    team = filters.ChoiceFilter(field_name="deal__team_id", label=_("Team"), empty_label=_("Team: all"))
    kind = filters.ChoiceFilter(choices=CycleKind.choices, widget=forms.HiddenInput)
    state = filters.ChoiceFilter(choices=CoverageState.choices, widget=forms.HiddenInput)

    class Meta:
        model = FollowUpCycle
        fields: list[str] = []

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, queryset=with_state(standing(as_of), as_of), **kwargs)
        self.filters["owner"].extra["choices"] = [(NOBODY, _("Nobody assigned")), *people_choices(Role.IS)]
        self.filters["reason"].extra["choices"] = [(reason.pk, reason.label) for reason in LostReason.objects.all()]
        self.filters["team"].extra["choices"] = list(Team.objects.values_list("pk", "name"))

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """How many follow-ups of each kind and state the other filters leave; one query, and all tabs sum from it."""
        cycles: QuerySet[Any] = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name not in ("kind", "state"):
                cycles = self.filters[name].filter(cycles, value)
        rows = cycles.order_by().values("kind", "state").annotate(count=Count("pk"))
        return {(row["kind"], row["state"]): row["count"] for row in rows}

    def matching(self, cycles: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        key = search_key(text)
        found = Q(deal__search_key__contains=key) | Q(deal__company__search_key__contains=key)
        return cycles.filter(found) if key else cycles

    def owned_by(self, cycles: QuerySet[Any], _name: str, user_id: str) -> QuerySet[Any]:
        return cycles.filter(is_owner__isnull=True) if user_id == NOBODY else cycles.filter(is_owner__pk=user_id)


def cycle_rows(cycles: QuerySet[Any]) -> QuerySet[Any]:
    """The follow-ups, the oldest first, with deal, people, `open_todos` and `touches` since they began."""
    since = Activity.objects.contacts().filter(deal=OuterRef("deal"), occurred_on__gte=OuterRef("entered_on"))
    touches = since.order_by().values("deal").annotate(count=Count("pk")).values("count")
    open_todos = Prefetch("todos", Todo.objects.open().order_by("effective_due_on", "id"), to_attr="open_todos")
    rows: QuerySet[Any] = (
        cycles.select_related("deal__company", "reason", "is_owner", "approach_contact")
        .annotate(touches=Coalesce(Subquery(touches), 0), company_name=F("deal__company__name"))
        .prefetch_related(open_todos)
        .order_by("entered_on", "id")
    )
    return rows
