"""Forms that put a to-do on a day: what is asked only once the day turns out full, or the to-do empty (SC-08)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.capacity import NoRoom
from leads.fiscal_year import Suggestion
from people.forms import VerbForm

ASKED_LATER = ("over_cap_reason", "no_promise_reason")


class DayForm(VerbForm):
    """A form with a day for a to-do. no_room: why that day does not do, and which would."""

    no_room: NoRoom | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("over_cap_reason", gettext_lazy("Why above the cap")),
            ("no_promise_reason", gettext_lazy("Why without promise and purpose")),
        ):
            self.fields[name] = forms.CharField(label=label, max_length=200, required=False)

    def attempt(self, verb: Callable[[], object]) -> bool:
        def watched() -> None:
            try:
                verb()
            except NoRoom as no_room:
                self.no_room = no_room
                raise

        return super().attempt(watched)

    def visible_fields(self) -> list[forms.BoundField]:
        """The fields without those that nobody has had to answer yet."""
        return [field for field in super().visible_fields() if field.name not in ASKED_LATER or self._is_asked(field)]

    def _is_asked(self, field: forms.BoundField) -> bool:
        is_wanted = field.name == "over_cap_reason" and self.no_room is not None and self.no_room.takes_reason
        return is_wanted or bool(field.errors or field.value())

    def better_days(self) -> list[Suggestion]:
        """Days with room, one press each; none while the day does."""
        return [Suggestion(_("There is room"), day) for day in self.no_room.days] if self.no_room else []

    def asked_later(self) -> list[forms.BoundField]:
        """The reasons that are wanted now; for forms whose page draws each field itself."""
        return [field for field in self.visible_fields() if field.name in ASKED_LATER]
