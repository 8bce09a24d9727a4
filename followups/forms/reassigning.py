"""Many records to somebody else: who, why, and a look at his load before it is done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followups.forms.fields import PersonField
from people.forms import VerbForm
from people.models import User
from people.policy import MANAGERS, is_admitted
from people.states import Role

SIDES = (("is_owner", _("IS owner")), ("fs_owner", _("FS owner")))


class ReassignForm(VerbForm):
    """Who has them from now on. `shown` is what the preview was of: only that is run."""

    count = forms.IntegerField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    to = PersonField(
        Role.IS, Role.FS, Role.IS_MANAGER, label=_("New owner"), required=False,
        empty_label=_("Nobody: back to the pool"),
    )  # fmt: skip

    def __init__(self, *args: Any, found: int, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found, self.by = found, by
        self.initial = {**self.initial, "count": found}

    @property
    def asked(self) -> str:
        """What the answers ask for, to be compared with what was shown."""
        to = self.cleaned_data.get("to")
        return f"{self.which}:{to.pk if to else ''}:{self.found}"

    @property
    def which(self) -> str:
        """Which owner changes; a to-do has but one."""
        return str(self.cleaned_data.get("side", "assignee"))

    def is_confirmed(self) -> bool:
        """Whether exactly this was shown before; if not, the next submit confirms what is shown now."""
        if self.cleaned_data["shown"] == self.asked and self.cleaned_data["count"] == self.found:
            return True
        self._retype(shown=self.asked, count=str(self.found))
        return False


class ReassignTodosForm(ReassignForm):
    """Who does them; why above his cap is asked once the preview has found a day that is full."""

    aliases = {"assignee": "to"}
    takes_reason = False

    over_cap_reason = forms.CharField(label=_("Why above the cap"), max_length=200, required=False)

    def visible_fields(self) -> list[forms.BoundField]:
        """The fields without the reason, as long as nobody has to give it."""
        fields = super().visible_fields()
        return [one for one in fields if one.name != "over_cap_reason" or self.takes_reason or one.value()]


class ReassignDealsForm(ReassignForm):
    """Which owner of the deals changes, to whom, and why."""

    field_order = ("side", "to", "reason")

    side = forms.ChoiceField(label=_("Which owner"), choices=SIDES, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if answers.get("to") and answers.get("side") == "is_owner" and not is_admitted(self.by, MANAGERS):
            self.add_error("to", _("Inside sales gives its deals back to the pool; a manager gives them to somebody."))
        if not answers.get("to") and answers.get("side") == "fs_owner":
            self.add_error("to", _("Choose who takes the deals."))
        return answers
