"""Changing a rule: the limit and the mode, in the words of its sentence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.states import OPEN_STATUSES
from followups.models import Rule
from followups.states import AVAILABLE_MODES, RuleMode, Unit
from people.forms import VerbForm

FIELDS = ("mode", "value", "unit", "statuses", "is_suppressed_by_promise")


class RuleForm(VerbForm):
    """What the rules page changes; the rest stands in the admin."""

    mode = forms.ChoiceField(
        label=_("Mode"), choices=[(mode.value, mode.label) for mode in AVAILABLE_MODES], widget=forms.RadioSelect
    )
    value = forms.IntegerField(label=_("Limit"), min_value=1, max_value=3650)
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    statuses = forms.MultipleChoiceField(
        label=_("Deal statuses"),
        choices=[(status.value, status.label) for status in OPEN_STATUSES],
        widget=forms.CheckboxSelectMultiple,
    )
    is_suppressed_by_promise = forms.BooleanField(label=_("Leave deals with an open promise alone"), required=False)

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(rule, name) for name in FIELDS}
        super().__init__(*args, **kwargs)
        if rule.mode == RuleMode.SUGGEST:
            self.initial["mode"] = RuleMode.OFF

    def changes(self) -> dict[str, Any]:
        """The settings as typed."""
        return {name: self.cleaned_data[name] for name in FIELDS}
