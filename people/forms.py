"""The login form, and the two kinds of form that every other page builds on: of a verb, and of a record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from people.kept_text import KeptText
from people.models import User
from people.policy import ADMINS, MANAGERS, SELLERS, WORKERS, is_admitted
from people.records import Edit, version_of
from people.references import check_references, is_about_a_reference
from people.refusal import ALL, Conflict, Refused
from people.throttle import forget_failures, is_braked, note_failure
from people.typed_days import day_typed

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
else:
    AnyModelForm = forms.ModelForm  # generic for the type checker alone


NO = (IntegrityError, Refused, Conflict)  # how a verb says no to what a form asks
REFERENCE_IS_GONE = _("A record chosen here was merged or deleted at this moment. Choose again and save.")


class DayInput(forms.DateInput):
    """A date with the browser's own calendar; it is sent and shown as 2026-11-20 in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TypedDayInput(forms.DateInput):
    """A date as text; the browser's own calendar stands beside it (templates/_components/typed_day.html)."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})}, format="%Y/%m/%d")


class TypedDayField(forms.DateField):
    """A day typed in any of the ways of `people.typed_days`. The form sets as_of, from which 7/31 and +3m count."""

    widget = TypedDayInput
    default_error_messages = {"invalid": _("This is no day. Type it as 2026/4/1, R8.4.1, 4/1 or +3m.")}
    as_of: date | None = None

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        assert self.as_of is not None
        try:
            return day_typed(str(value), self.as_of)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class LoginForm(AuthenticationForm):
    """E-mail and password. The message never says which of the two was wrong, nor whether the account exists."""

    error_messages = {
        "invalid_login": _("The e-mail or the password is wrong."),
        "inactive": _("The e-mail or the password is wrong."),
        "braked": _("Too many attempts. Try again in 15 minutes."),
    }

    def clean(self) -> dict[str, Any]:
        email = self.cleaned_data.get("username") or ""
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        if is_braked(email, address):
            raise ValidationError(self.error_messages["braked"], code="braked")
        try:
            cleaned = super().clean()
        except ValidationError:
            note_failure(email, address)
            raise
        forget_failures(email, address)
        return cleaned


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a conflict: what is stored now, and what was typed."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else saved first: the fields that both have changed."""

    rows: list[Difference]


class VerbForm(forms.Form):
    """A form that hands its answers to one verb; what the verb refuses stands beside the field it is about.

    aliases: the verb's name of a field → ours, where they differ.
    """

    aliases: Mapping[str, str] = {}
    conflict: Clash | None = None

    def is_valid(self) -> bool:
        """Whether it may be handed to the verb; what was merely kept through a login is shown first."""
        return not isinstance(self.data, KeptText) and super().is_valid()

    def attempt(self, verb: Callable[[], object]) -> bool:
        """Whether the verb did it. If not, the form says why, and everything that was typed stays."""
        try:
            with transaction.atomic():
                verb()
                check_references()
        except NO as error:
            self.explain(error)
            return False
        return True

    def explain(self, error: Exception) -> None:
        """Say why a verb did not do it; error is one of `NO`. What is not about something chosen is raised again."""
        if isinstance(error, Refused):
            self._object(error.errors)
        elif isinstance(error, Conflict):
            self.stand_against(error.record)
        elif isinstance(error, IntegrityError) and is_about_a_reference(error):
            self._object({ALL: str(REFERENCE_IS_GONE)})
        else:
            raise error

    def answers_so_far(self) -> dict[str, Any]:
        """What was typed correctly, for a preview; nothing before the form was sent and checked."""
        return getattr(self, "cleaned_data", {})

    def _object(self, errors: Mapping[str, str]) -> None:
        for name, message in errors.items():
            field = self.aliases.get(name, name)
            self.add_error(field if field in self.fields else None, message)

    def stand_against(self, record: models.Model) -> None:
        """Show the conflict, and let the next save rest on the record as it stands now."""
        self.conflict = Clash([])
        self._retype(version=str(version_of(record)))

    @property
    def _sent_data(self) -> MultiValueDict[str, Any]:
        assert isinstance(self.data, MultiValueDict)
        return self.data

    def _retype(self, **values: Any) -> None:
        data: MultiValueDict[str, Any] = MultiValueDict(dict(self._sent_data.lists()))
        for name, value in values.items():
            data.setlist(name, value if isinstance(value, list) else [value])
        self.data = data


class RecordForm(AnyModelForm, VerbForm):
    """A form over one record that remembers what it was opened with: two people who edit one record lose nothing.

    Only fields that were really changed are written. In a conflict the fields left alone take the value stored by now;
    those changed by both are listed with both values and keep what was typed.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version_of(self.instance)
        for name, field in self.fields.items():
            field.show_hidden_initial = self.instance.pk is not None and name != "version"

    def edit(self) -> Edit:
        """What was changed, with the version it was changed on."""
        values = {name: self.cleaned_data[name] for name in self.changed_data if name != "version"}
        return Edit(self.instance.pk, values, self.cleaned_data["version"])

    def stand_against(self, record: models.Model) -> None:
        touched, rows = set(self.changed_data), []
        stored = self._opened_on(record)
        for name, field in stored.fields.items():
            if name == "version":
                continue
            theirs = _sent(stored[name])
            if name not in touched:
                self._retype(**{name: theirs})
            elif theirs not in (self._opened_with(name), _sent(self[name])):
                rows.append(Difference(str(field.label), _shown(stored[name]), _shown(self[name])))
            self._retype(**{f"initial-{name}": theirs})
        super().stand_against(record)
        self.conflict = Clash(rows)

    def _opened_on(self, record: models.Model) -> "RecordForm":
        """The same form as it would open now, over the record as it is stored."""
        return type(self)(instance=record)

    def _opened_with(self, name: str) -> Any:
        """The value of the field when the form was opened, as its hidden input brought it back."""
        values = self._sent_data.getlist(f"initial-{name}")
        return values if isinstance(_sent(self[name]), list) else "".join(values)


def _sent(field: forms.BoundField) -> Any:
    """The value of a field as its input would send it."""
    value = field.field.prepare_value(field.value())
    formatted = field.field.widget.format_value(value)
    return formatted if formatted is not None else ""


def _shown(field: forms.BoundField) -> str:
    """The value of a field as a reader understands it: the words of a choice, not its key."""
    sent = _sent(field)
    choices = dict(getattr(field.field.widget, "choices", ()))
    keys = sent if isinstance(sent, list) else [sent]
    words = {str(getattr(key, "value", key)): label for key, label in choices.items()}
    return ", ".join(str(words.get(str(key), key)) for key in keys)


# Which notices there are to choose, and for whom.
MAILED = {
    "wants_digest": WORKERS,
    "wants_returns": SELLERS,
    "wants_leaks": MANAGERS,
    "wants_failures": ADMINS,
}


class MeForm(RecordForm):
    """How one person wants the product to look and to be worked, and what it sends him."""

    class Meta:
        model = User
        fields = [
            "name", "kana", "language", "theme", "density", "date_style", "has_single_keys", "wants_digest",
            "wants_returns", "wants_leaks", "wants_failures",
        ]  # fmt: skip
        widgets = dict.fromkeys(("language", "theme", "density", "date_style"), forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, audience in MAILED.items():
            if not is_admitted(self.instance, audience):
                del self.fields[name]

    def wanted(self) -> list[forms.BoundField]:
        """The notices that he may choose to get by e-mail: those of his roles."""
        return [self[name] for name in MAILED if name in self.fields]
