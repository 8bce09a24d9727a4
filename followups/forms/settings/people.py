"""Forms about people: inviting, changing, and letting go."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms import RecordForm, VerbForm
from people.models import User
from people.states import Role


class PersonForm(RecordForm):
    """A person with his roles. Adding is inviting: without an e-mail nobody can log in."""

    roles = forms.TypedMultipleChoiceField(
        label=_("Roles"), choices=Role.choices, coerce=Role, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("One person may hold several. Without a role nothing is assigned and no page opens."),
    )  # fmt: skip

    class Meta:
        model = User
        fields = ["name", "kana", "email", "team", "manager", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.active().exclude(pk=self.instance.pk).order_by("kana", "name", "id")
        self.fields["manager"].queryset = others  # type: ignore[attr-defined]
        self.order_fields(["name", "kana", "email", "roles", "team", "manager", "language"])
        if self.instance.pk:
            self.initial["roles"] = sorted(self.instance.roles)

    def clean_email(self) -> str | None:
        email: str | None = self.cleaned_data["email"]
        return email.strip().lower() if email else None


class SuccessorForm(VerbForm):
    """Who takes over from somebody who leaves."""

    successor = forms.ModelChoiceField(
        label=_("Who takes over"), queryset=User.objects.none(), required=False, empty_label=_("nobody"),
        help_text=_("Follow-ups go to this person only if he is inside sales; otherwise the next run hands them out."),
    )  # fmt: skip

    def __init__(self, *args: Any, leaver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others: Sequence[User] = User.objects.active().exclude(pk=leaver.pk).order_by("kana", "name", "id")
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]
