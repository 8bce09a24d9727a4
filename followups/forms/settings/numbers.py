"""Forms made of numbers: thresholds, caps of a person, targets of a month. Empty means the default, or none."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms import VerbForm
from people.models import User
from people.states import THRESHOLD_RANGES, TargetMetric, ThresholdCode, Weekday
from people.workloads import TargetKey, all_keys, field_name


class NumberField(forms.IntegerField):
    """A whole number or nothing; the range is the verb's business, which says it in one sentence."""

    def __init__(self, low: int = 0, high: int | None = None, **kwargs: Any) -> None:
        super().__init__(required=False, show_hidden_initial=True, **kwargs)
        self.widget.attrs |= {"min": low, "inputmode": "numeric"} | ({"max": high} if high is not None else {})


class NumbersForm(VerbForm):
    """A form of numbers that knows which were changed, and from what. may_write: otherwise they are only shown."""

    def __init__(self, *args: Any, may_write: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_write = may_write

    def ask(self, name: str, field: "NumberField") -> None:
        """One more number."""
        field.disabled = not self.may_write
        self.fields[name] = field

    def changes(self) -> dict[str, tuple[int | None, int | None]]:
        """Field → (the number the editor saw, the new one), for the fields that were changed."""
        return {name: (self._seen(name), self.cleaned_data[name]) for name in self.changed_data}

    def _seen(self, name: str) -> int | None:
        sent = self._sent_data.get(self[name].html_initial_name, "")
        return int(sent) if str(sent).lstrip("-").isdecimal() else None


class ThresholdsForm(NumbersForm):
    """All numbers that an admin may tune, with range and default."""

    def __init__(self, *args: Any, in_force: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, initial=dict(in_force), **kwargs)
        for code, (default, low, high) in THRESHOLD_RANGES.items():
            facts = {"default": default, "low": low, "high": high}
            help_text = _("Default %(default)s, from %(low)s to %(high)s.") % facts
            self.ask(code, NumberField(low, high, label=ThresholdCode(code).label, help_text=help_text))


class CapsForm(NumbersForm):
    """To-dos a day and deals held of one person, and the weekdays that differ."""

    todo_cap = NumberField(label=_("To-dos a day"), help_text=_("Empty: the default of the role. 0: gets no to-dos."))
    deal_cap = NumberField(label=_("Deals held"), help_text=_("Empty: no limit."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        caps = {f"day_{cap.weekday}": cap.cap for cap in user.weekday_caps.all()}
        super().__init__(*args, initial={"todo_cap": user.todo_cap, "deal_cap": user.deal_cap} | caps, **kwargs)
        for day in Weekday:
            self.ask(f"day_{day.value}", NumberField(label=day.label))

    def weekdays(self) -> dict[int, int | None]:
        """The cap of each weekday; None where the general one holds."""
        return {day.value: self.cleaned_data[f"day_{day.value}"] for day in Weekday}


class TargetsForm(NumbersForm):
    """One number per person and figure."""

    def __init__(self, *args: Any, people: Sequence[User], present: Mapping[TargetKey, int], **kwargs: Any) -> None:
        self.people = people
        initial = {field_name(key): value for key, value in present.items()}
        super().__init__(*args, initial=initial, **kwargs)
        names = {user.pk: user.name for user in people}
        for key in all_keys(people):
            self.ask(field_name(key), NumberField(label=f"{names[key[0]]} {TargetMetric(key[1]).label}"))

    def keyed_changes(self) -> dict[TargetKey, tuple[int | None, int | None]]:
        """What was changed, by person and figure."""
        keys = {field_name(key): key for key in all_keys(self.people)}
        return {keys[name]: change for name, change in self.changes().items()}

    def rows(self) -> list[tuple[User, list[forms.BoundField]]]:
        """Each person with his inputs, in the order of the figures."""
        return [(user, [self[field_name((user.pk, metric))] for metric in TargetMetric.values]) for user in self.people]
