"""Fields that several forms share."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Case, Q, When
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from deals.models import Deal
from followups.deal_page import contacts_of
from followups.room import Room
from followups.sentences import day
from leads.models import Contact, Lead, Picklist
from people.models import User
from people.querysets import UserQuerySet
from people.states import Role


class OpenRadio(forms.RadioSelect):
    """Radio buttons of which none is chosen before somebody chooses, the empty answer included."""

    def format_value(self, value: Any) -> list[str]:
        return [] if value is None else super().format_value(value)


# What is asked about a decision, wherever it is asked (S2-30).
BANTC_LABELS = {
    "budget": _("Budget"),
    "authority": _("Authority"),
    "needs": _("Needs"),
    "timeframe": _("Timeframe"),
    "competitor": _("Competitor"),
}

if TYPE_CHECKING:
    PersonChoice = forms.ModelChoiceField[User]
    ContactChoice = forms.ModelChoiceField[Contact]
    ContactChoices = ModelChoiceIterator[Contact]
    TodoChoices = forms.ModelMultipleChoiceField[Todo]
    PicklistChoice = forms.ModelChoiceField[Picklist]
else:  # generic for the type checker alone
    PersonChoice = ContactChoice = PicklistChoice = forms.ModelChoiceField
    ContactChoices = ModelChoiceIterator
    TodoChoices = forms.ModelMultipleChoiceField


def _people(roles: tuple[Role, ...], also: int | None = None) -> UserQuerySet:
    offered = Q(is_active=True, role_grants__role__in=roles) | Q(pk=also)
    people: UserQuerySet = User.objects.filter(offered)
    return people.distinct().order_by("kana", "name", "id")


class PersonField(PersonChoice):
    """An active person with one of the roles, in the order of the readings."""

    def __init__(self, *roles: Role, **kwargs: Any) -> None:
        self.roles = roles
        super().__init__(queryset=_people(roles), **kwargs)

    def keep(self, user_id: int | None) -> None:
        """Offer also the person who holds the record now, even if he has left or has no role."""
        self.queryset = _people(self.roles, user_id)


class LoadedPersonField(PersonField):
    """A person with his load on the day in question; `rooms` by id, set when the form is drawn."""

    rooms: Mapping[int, Room] = {}

    def label_from_instance(self, person: User) -> str:
        room = self.rooms.get(person.pk)
        return f"{person.name} {room}" if room else person.name


class DealContactField(ContactChoice):
    """A person at the company of the deal or lead; `narrow` says which."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Contact.objects.none(), required=False, **kwargs)

    def narrow(self, deal: Deal | Lead) -> list[Contact]:
        """Offer the people of its company and its own contact, and give them back."""
        known = contacts_of(deal)
        found = Contact.objects.filter(pk__in=[contact.pk for contact in known])
        self.queryset = found.order_by(Case(When(pk=deal.contact_id, then=0), default=1), "kana_key", "name", "id")
        return known


class PicklistField(PicklistChoice):
    """A value of a pull-down, with what it means where the admin has written it."""

    def label_from_instance(self, value: Picklist) -> str:
        return f"{value.label}: {value.definition}" if value.definition else value.label


class PeopleFirst(ContactChoices):
    """The choices of a model field with the empty answer at the end."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        choices = list(super().__iter__())
        yield from [*choices[1:], choices[0]]


class ContactRadioField(DealContactField):
    """The same as radio buttons; the empty answer, last, is somebody who is not registered."""

    widget = OpenRadio
    iterator = PeopleFirst

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(blank=True, empty_label=_("Somebody else"), **kwargs)


class MomentInput(forms.DateTimeInput):
    """A day and a time with the browser's own calendar."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TodoBoxesField(TodoChoices):
    """Any of the open to-dos of a deal that are in the reader's reach, by what and when."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Todo.objects.none(), required=False, **kwargs)

    def label_from_instance(self, todo: Todo) -> str:
        return f"{todo.subject} {day(todo.effective_due_on)}"


def offer_todos(form: forms.BaseForm, name: str, todos: Sequence[Todo]) -> None:
    """Let the field of the form offer these to-dos; without any it goes."""
    field = form.fields[name]
    assert isinstance(field, TodoBoxesField)
    field.queryset = Todo.objects.filter(pk__in=[todo.pk for todo in todos])
    if not todos:
        del form.fields[name]


def offer_contacts(form: forms.BaseForm, name: str, deal: Deal | Lead) -> list[Contact]:
    """Let the field of the form offer the people of the deal's or lead's company; gives them back."""
    field = form.fields[name]
    assert isinstance(field, DealContactField)
    return field.narrow(deal)


def keep_person(form: forms.BaseForm, name: str, user_id: int | None) -> None:
    """Let the field of the form offer also the person who holds the record now."""
    field = form.fields[name]
    assert isinstance(field, PersonField)
    field.keep(user_id)
