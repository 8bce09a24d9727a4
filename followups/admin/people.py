"""The page of a person: roles and limits by their verbs, the first password behind a one-time link."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followups.actions import deactivate_user, preview_deactivation, set_roles
from people.actions import edit_people, invite
from people.admin.office import KeptAdmin, OfficeForm, RecordAdmin, signed_in
from people.admin.verbs import ask
from people.models import User
from people.records import Edit
from people.states import Role
from people.welcome import welcome_path


class PersonForm(OfficeForm):
    roles = forms.TypedMultipleChoiceField(
        label=_("roles"), choices=Role.choices, coerce=Role, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = list(self.instance.roles)

    def clean_email(self) -> str | None:
        email: str | None = self.cleaned_data["email"]
        return email.lower() if email else None


class SuccessorForm(forms.Form):
    successor = forms.ModelChoiceField(
        label=_("who takes over"), queryset=User.objects.active(), required=False, empty_label=_("nobody")
    )


def _held(users: Sequence[User]) -> list[tuple[str | Promise, int]]:
    """What the people hold together, as it would pass on."""
    found = [preview_deactivation(user) for user in users]
    return [
        (_("open to-dos of his own"), sum(held.own_todos for held in found)),
        (_("open to-dos of follow-ups"), sum(held.cycle_todos for held in found)),
        (_("live deals as FS owner"), sum(held.fs_deals for held in found)),
        (_("deals as IS owner"), sum(held.is_deals for held in found)),
        (_("follow-ups"), sum(held.cycles for held in found)),
        (_("live leads"), sum(held.leads for held in found)),
    ]


@admin.register(User)
class PersonAdmin(RecordAdmin, KeptAdmin):
    """Adding is inviting: the person sets a password behind the link that the page then shows (D2, D3)."""

    form = PersonForm
    list_display = ["name", "email", "held_roles", "team", "todo_cap", "deal_cap", "is_active"]
    list_select_related = ["team"]
    list_filter = ["role_grants__role", "team", "is_active"]
    search_fields = ["name", "kana", "email"]
    autocomplete_fields = ["team", "manager"]
    readonly_fields = ["external_id", "is_active", "is_staff", "last_login"]
    fieldsets = [
        (None, {"fields": ["seen_version", "name", "kana", "email", "roles", "team", "manager", "language"]}),
        (_("Limits"), {"fields": ["todo_cap", "deal_cap"]}),
        (_("Kept by the system"), {"fields": ["is_active", "is_staff", "last_login", "external_id"]}),
    ]
    actions = ["make_link", "let_go", "take_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("role_grants")

    @admin.display(description=_("roles"))
    def held_roles(self, user: User) -> str:
        return ", ".join(grant.get_role_display() for grant in user.role_grants.all())

    def create(self, request: HttpRequest, record: User, form: OfficeForm) -> None:
        invite(record, form.cleaned_data["roles"], by=signed_in(request))

    def edit(self, request: HttpRequest, edit: Edit, form: OfficeForm) -> None:
        by = signed_in(request)
        edit_people([edit], by=by)
        if "roles" in form.changed_data:
            set_roles(User.objects.get(pk=edit.id), form.cleaned_data["roles"], by=by, as_of=timezone.localdate())

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> HttpResponse:
        assert isinstance(obj, User)
        self._show_link(request, obj)
        return super().response_add(request, obj, post_url_continue)

    @admin.action(description=_("Make a one-time link for a new password"))
    def make_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            self._show_link(request, user)

    @admin.action(description=_("Let somebody go"))
    def let_go(self, request: HttpRequest, queryset: QuerySet[User]) -> TemplateResponse | None:
        by, as_of = signed_in(request), timezone.localdate()

        def act(users: Sequence[User], answers: dict[str, Any]) -> None:
            for user in users:
                deactivate_user(user, answers["successor"], by=by, as_of=as_of)

        form = SuccessorForm
        return ask(self, request, queryset, title=_("Let somebody go"), act=act, form_class=form, facts=_held)

    @admin.action(description=_("Take somebody back"))
    def take_back(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        edits = [Edit(user.pk, {"is_active": True}) for user in queryset]
        edit_people(edits, by=signed_in(request))

    def _show_link(self, request: HttpRequest, user: User) -> None:
        if not (user.is_active and user.email):
            text = gettext("%(name)s cannot log in: an active account with an e-mail is needed.")
            self.message_user(request, text % {"name": user.name}, messages.WARNING)
            return
        link = request.build_absolute_uri(welcome_path(user))
        text = gettext("Send this link to %(name)s. It works once: %(link)s")
        self.message_user(request, text % {"name": user.name, "link": link}, messages.INFO)
