"""Filters of the lists: what stands in the address is what the list shows."""

from functools import reduce
from operator import or_
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from activities.purpose import offered_phrases
from activities.querysets import TodoQuerySet
from activities.states import TodoOrigin
from deals.models import Deal, FollowUpCycle
from deals.querysets import DealQuerySet
from deals.states import OPEN_STATUSES, CycleKind, DealStatus
from followups.agenda import spans
from followups.states import OTHER_CODE
from people.drawing import LongSelect
from people.filtering import ListFilter
from people.models import Team, User
from people.prepared import prepared
from people.states import Role
from people.text import search_key

NOBODY = "none"
READER = "me"  # whoever looks, so that an address means everybody's own


def people_choices(*roles: Role) -> list[tuple[str, str]]:
    """Active people with one of the roles, by name; loaded once, so that checking a choice asks nothing more."""
    return [(str(pk), name) for pk, name in _people(roles)]


@prepared
def _people(roles: tuple[Role, ...]) -> Any:
    people = User.objects.active().with_role(*roles).order_by("kana", "name", "id")
    return people.values_list("pk", "name")


@prepared
def _teams() -> Any:
    return Team.objects.values_list("pk", "name")


class DealFilter(ListFilter):
    """Deals by text, status, owner (of either side), team, and what they are followed for."""

    q = filters.CharFilter(
        method="matching",
        label=_("Company or deal"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Company or deal")}),
    )
    status = filters.ChoiceFilter(choices=DealStatus.choices, label=_("Status"), empty_label=_("Status: all"))
    owner = filters.ChoiceFilter(method="owned_by", label=_("Owner"), empty_label=_("Owner: all"), widget=LongSelect)
    team = filters.ChoiceFilter(field_name="team_id", label=_("Team"), empty_label=_("Team: all"))
    kind = filters.ChoiceFilter(
        method="followed_as", choices=CycleKind.choices, label=_("Kind"), empty_label=_("Kind: all")
    )
    followed = filters.ChoiceFilter(
        field_name="is_followed",
        choices=[("True", _("In follow-up")), ("False", _("Not in follow-up"))],
        label=_("Follow-up"),
        empty_label=_("Follow-up: all"),
    )
    mine = filters.CharFilter(method="held_by_reader", widget=forms.HiddenInput)
    show = filters.CharFilter(method="kept", widget=forms.HiddenInput)
    view = filters.CharFilter(method="kept", widget=forms.HiddenInput)
    classify = filters.CharFilter(method="to_be_classified", widget=forms.HiddenInput)
    company = filters.NumberFilter(field_name="company_id", widget=forms.HiddenInput, max_value=2**31)

    class Meta:
        model = Deal
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["owner"].extra["choices"] = people_choices(Role.IS, Role.FS)
        self.filters["team"].extra["choices"] = _teams()

    def matching(self, deals: DealQuerySet, _name: str, text: str) -> DealQuerySet:
        return deals.matching(text)

    def owned_by(self, deals: DealQuerySet, _name: str, user_id: str) -> DealQuerySet:
        return deals.filter(Q(fs_owner=user_id) | Q(is_owner=user_id))

    def followed_as(self, deals: DealQuerySet, _name: str, kind: str) -> DealQuerySet:
        return deals.filter(is_followed=True, cycles__kind=kind, cycles__ended_on__isnull=True)

    def kept(self, deals: DealQuerySet, _name: str, _value: str) -> DealQuerySet:
        """How the page shows the deals; it stays in the address when another filter is chosen."""
        return deals

    def to_be_classified(self, deals: DealQuerySet, _name: str, _value: str) -> DealQuerySet:
        """Losses for その他, the oldest first: each must get a real reason."""
        return deals.filter(lost_reason__code=OTHER_CODE).order_by("closed_on", "id")

    def held_by_reader(self, deals: DealQuerySet, _name: str, _value: str) -> DealQuerySet:
        """Live deals that the reader owns as FS and deals that he follows up, those silent for longest first."""
        reader = self.request.user
        followed = FollowUpCycle.objects.open().filter(is_owner=reader).order_by().values("deal")
        owned = Deal.objects.filter(fs_owner=reader, status__in=OPEN_STATUSES).order_by().values("pk")
        return deals.filter(pk__in=owned.union(followed)).order_by("no_activity_from", "id")


class TodoFilter(ListFilter):
    """Open to-dos by person (or nobody), kind of follow-up, origin, and the days on which they are due."""

    assignee = filters.ChoiceFilter(
        method="assigned_to", label=_("Assignee"), empty_label=_("Assignee: all"), widget=LongSelect
    )
    kind = filters.ChoiceFilter(
        field_name="cycle__kind", choices=CycleKind.choices, label=_("Kind"), empty_label=_("Kind: all")
    )
    origin = filters.ChoiceFilter(choices=TodoOrigin.choices, label=_("Origin"), empty_label=_("Origin: all"))
    promise = filters.ChoiceFilter(
        method="promised_as", label=_("Promise"), empty_label=_("Promise: all"),
        choices=[
            ("yes", _("Promised only")), ("no", _("Without promise")), ("review", _("Review: no promise, no purpose")),
        ],
    )  # fmt: skip
    q = filters.CharFilter(
        method="containing",
        label=_("Company or what to do"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Company or what to do")}),
    )
    when = filters.CharFilter(method="due_in", widget=forms.HiddenInput)
    project = filters.NumberFilter(field_name="project_id", widget=forms.HiddenInput, max_value=2**31)

    class Meta:
        model = Todo
        fields: list[str] = []

    def __init__(self, *args: Any, as_of: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of
        people = people_choices(Role.IS, Role.FS, Role.IS_MANAGER)
        self.filters["assignee"].extra["choices"] = [(READER, _("Own to-dos")), (NOBODY, _("Nobody assigned")), *people]

    def assigned_to(self, todos: TodoQuerySet, _name: str, user_id: str) -> TodoQuerySet:
        if user_id == READER:
            return todos.filter(assignee=self.request.user)
        return todos.filter(assignee__isnull=True) if user_id == NOBODY else todos.filter(assignee__pk=user_id)

    def promised_as(self, todos: TodoQuerySet, _name: str, key: str) -> TodoQuerySet:
        """見直し: what gives the customer nothing; a follow-up is purpose enough for its own to-dos (S1-30)."""
        if key == "review":
            empty = [Q(subject__icontains=text) | Q(hook__icontains=text) for text in offered_phrases()]
            return todos.filter(reduce(or_, empty, Q(hook="")), is_promised=False, cycle__isnull=True)
        return todos.filter(is_promised=key == "yes")

    @property
    def assignee_id(self) -> int | None:
        """The person whose to-dos are shown, None for everybody's."""
        wanted = self.form.cleaned_data.get("assignee", "") if self.is_valid() else ""
        if wanted == READER:
            reader: User = self.request.user
            return reader.pk
        return int(wanted) if wanted.isdecimal() else None

    def containing(self, todos: TodoQuerySet, _name: str, text: str) -> TodoQuerySet:
        """By company, deal or lead as names are searched, or by the words of the to-do."""
        key = search_key(text)
        names = ("deal__search_key", "deal__company__search_key", "lead__search_key")
        words = Q(subject__icontains=text) | Q(hook__icontains=text)
        return todos.filter(reduce(or_, [Q(**{f"{name}__contains": key}) for name in names], words)) if key else todos

    @property
    def whole(self) -> TodoQuerySet:
        """The list without the choice of days: what the counts of the segments are taken from."""
        todos: TodoQuerySet = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name != "when":
                todos = self.filters[name].filter(todos, value)
        return todos

    def due_in(self, todos: TodoQuerySet, _name: str, key: str) -> TodoQuerySet:
        chosen = [span for span in spans(self.as_of) if span.key == key]
        return todos.filter(chosen[0].days) if chosen else todos
