"""What every page of the admin shares. Only operations admins enter (`is_staff`, kept with the role)."""

from collections.abc import Callable
from copy import copy
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from people.models import User
from people.records import Edit
from people.refusal import Conflict, Refused

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
else:
    ModelAdmin = admin.ModelAdmin  # generic for the type checker alone
    ModelForm = forms.ModelForm


def signed_in(request: HttpRequest) -> User:
    """Who acts; nobody reaches a page of the admin without being logged in."""
    assert isinstance(request.user, User)
    return request.user


class OfficeAdmin(ModelAdmin):
    """A page of the admin; `may_*` says what it lets people do. Rows are kept unless the page says otherwise."""

    may_add = True
    may_change = True
    may_delete = False
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change and self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and self.has_view_permission(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Where the model can search by its folded key, kana, width and corporate form do not matter here either."""
        if hasattr(queryset, "matching"):
            return queryset.matching(search_term), False
        return super().get_search_results(request, queryset, search_term)


class ReadOnlyAdmin(OfficeAdmin):
    """History, ledgers, and what only a verb, a rule or an import writes."""

    may_add = False
    may_change = False


class KeptAdmin(OfficeAdmin):
    """A page of a model with `history`: its history shows who changed which value, from what to what."""

    object_history_template = "admin/changes.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        records = list(self.model.history.filter(**{self.opts.pk.attname: object_id}).select_related("history_user"))
        pairs = zip_longest(records, records[1:])
        changes = [(record, record.diff_against(before).changes if before else []) for record, before in pairs]
        return super().history_view(request, object_id, {"changes": changes, **(extra_context or {})})


class OfficeForm(ModelForm):
    """A form whose row is written by verbs: what they refuse stands at its field, an older version is a conflict."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    attempt: ClassVar[Callable[..., None]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen_version", getattr(self.instance, "version", None))

    def is_valid(self) -> bool:
        """Valid only if the verb, tried and taken back, has nothing against it."""
        return super().is_valid() and self._is_agreed()

    def edit(self) -> Edit:
        """What was changed, against the version that the editor saw."""
        own = {field.name for field in self.instance._meta.fields}
        values = {name: self.cleaned_data[name] for name in self.changed_data if name in own}
        return Edit(self.instance.pk, values, self.cleaned_data["seen_version"])

    def _is_agreed(self) -> bool:
        try:
            with transaction.atomic():
                self.attempt(copy(self.instance))
                transaction.set_rollback(True)
        except Refused as refused:
            for field, message in refused.errors.items():
                self.add_error(field if field in self.fields else None, message)
        except Conflict as conflict:
            self.add_error(None, _("%(record)s was changed meanwhile. Look at it again.") % {"record": conflict.record})
        return not self.errors


class RecordAdmin(OfficeAdmin):
    """A page whose rows are written by verbs: `create` and `edit` call them."""

    form = OfficeForm

    def create(self, request: HttpRequest, record: Any, form: OfficeForm) -> None:
        """Take in a new record."""
        raise NotImplementedError

    def edit(self, request: HttpRequest, edit: Edit, form: OfficeForm) -> None:
        """Change an existing one."""
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)

        def attempt(bound: OfficeForm, record: Model) -> None:
            self.save_model(request, record, bound, change)

        form.attempt = attempt
        return form

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        if change:
            self.edit(request, form.edit(), form)
        else:
            self.create(request, obj, form)
