"""Forms of absences, as a person or his manager fills them in."""

from collections.abc import Sequence
from typing import Any

from django import forms

from followups.absences import PlannedMove
from followups.forms.settings.entries import AbsenceForm
from people.forms import VerbForm
from people.querysets import UserQuerySet


class OwnAbsenceForm(AbsenceForm):
    """From when to when, and a note; whose it is only where the reader enters it for others and it is new."""

    def __init__(self, *args: Any, people: UserQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk or len(people) == 1:
            del self.fields["user"]
        else:
            self.fields["user"].queryset = people  # type: ignore[attr-defined]


class MovePlanForm(VerbForm):
    """Does what was shown; where the days have filled meanwhile, the new plan is shown first."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, plan: Sequence[PlannedMove], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = " ".join(f"{move.todo.pk}:{move.to.day}" for move in plan if move.to)
        self.initial = {**self.initial, "shown": self.asked}

    def is_confirmed(self) -> bool:
        """Whether exactly this plan was shown; if not, the next submit confirms what is shown now."""
        if self.cleaned_data["shown"] == self.asked:
            return True
        self._retype(shown=self.asked)
        return False
