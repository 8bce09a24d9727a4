"""The page of a to-do: made, done, cancelled, moved and handed over by its verbs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.actions import (
    Completion,
    TodoShift,
    add_todos,
    cancel_todos,
    complete_todos,
    edit_todos,
    move_todos,
    reassign_todos,
)
from activities.models import Todo
from activities.states import CancelReason
from people.admin.office import OfficeForm, RecordAdmin, signed_in
from people.admin.verbs import ask
from people.forms import DayInput
from people.models import User
from people.records import Edit

ASKED = ["subject", "contact", "contact_text", "hook", "due_time"]
MADE = ["deal", "lead", "original_due_on", "assignee", "is_promised"]  # said when it is made
Page = TemplateResponse | None


class CancelForm(forms.Form):
    cancel_reason = forms.ChoiceField(label=_("reason for cancelling"), choices=CancelReason.choices)


class MoveForm(forms.Form):
    to_on = forms.DateField(label=_("new date"), widget=DayInput)
    is_agreed = forms.BooleanField(label=_("agreed with the customer"), required=False)
    reason = forms.CharField(label=_("reason"), max_length=200, required=False)


class AssigneeForm(forms.Form):
    assignee = forms.ModelChoiceField(
        label=_("assignee"), queryset=User.objects.active(), required=False, empty_label=_("nobody")
    )


@admin.register(Todo)
class TodoAdmin(RecordAdmin):
    list_display = ["subject", "deal", "deal__company", "lead", "assignee", "effective_due_on", "origin", "status"]
    list_select_related = ["deal__company", "lead", "assignee"]
    list_filter = ["status", "origin", "is_promised", "rule_code"]
    date_hierarchy = "effective_due_on"
    search_fields = ["subject", "deal__name"]
    autocomplete_fields = ["deal", "lead", "contact", "assignee"]
    actions = ["complete", "cancel", "move", "reassign"]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": [*ASKED, *MADE]})]
        asked = (None, {"fields": ["seen_version", *ASKED]})
        return [asked, (_("Standing, moved by verbs"), {"fields": self.get_readonly_fields(request, obj)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        if obj is None:
            return []
        own = [field.name for field in Todo._meta.fields if not field.primary_key]
        return [name for name in own if name not in (*ASKED, "version")]

    def create(self, request: HttpRequest, record: Todo, form: OfficeForm) -> None:
        add_todos([record], by=signed_in(request), as_of=timezone.localdate())

    def edit(self, request: HttpRequest, edit: Edit, form: OfficeForm) -> None:
        edit_todos([edit])

    @admin.action(description=_("Mark as done"))
    def complete(self, request: HttpRequest, queryset: QuerySet[Todo]) -> Page:
        def act(todos: Any, answers: dict[str, Any]) -> None:
            done = [Completion(todo.pk) for todo in todos]
            complete_todos(done, by=signed_in(request), as_of=timezone.localdate())

        return ask(self, request, queryset, title=_("Mark as done"), act=act)

    @admin.action(description=_("Cancel to-dos"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Todo]) -> Page:
        def act(todos: Any, answers: dict[str, Any]) -> None:
            reason = CancelReason(answers["cancel_reason"])
            cancel_todos([todo.pk for todo in todos], reason, by=signed_in(request), as_of=timezone.localdate())

        return ask(self, request, queryset, title=_("Cancel to-dos"), act=act, form_class=CancelForm)

    @admin.action(description=_("Put on another day"))
    def move(self, request: HttpRequest, queryset: QuerySet[Todo]) -> Page:
        def act(todos: Any, answers: dict[str, Any]) -> None:
            shifts = [TodoShift(todo.pk, **answers) for todo in todos]
            move_todos(shifts, by=signed_in(request), as_of=timezone.localdate())

        return ask(self, request, queryset, title=_("Put on another day"), act=act, form_class=MoveForm)

    @admin.action(description=_("Give to somebody else"))
    def reassign(self, request: HttpRequest, queryset: QuerySet[Todo]) -> Page:
        def act(todos: Any, answers: dict[str, Any]) -> None:
            todo_ids = [todo.pk for todo in todos]
            reassign_todos(todo_ids, answers["assignee"], by=signed_in(request), as_of=timezone.localdate())

        return ask(self, request, queryset, title=_("Give to somebody else"), act=act, form_class=AssigneeForm)
