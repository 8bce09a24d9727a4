"""The editor of a rule: its settings, what is tried, and what is published."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from deals.states import OPEN_STATUSES
from followups.models import Rule, RuleDraft, RuleVersion
from followups.rules.limits import with_own_limits
from followups.rules.publishing import Publication, as_it_would_be
from followups.rules.settings import content, faults
from followups.states import AssigneeStrategy, Basis, DueBase, LimitFrom, RuleAction, RuleMode, Unit
from people.forms import Clash, DayInput, Difference, VerbForm

TRIED = (
    "basis", "value", "unit", "limit_from", "statuses", "action", "due_base", "due_offset_value", "due_offset_unit",
    "assignee_strategy", "is_suppressed_by_promise", "mode",
)  # fmt: skip
LIMIT_IS_WRONG = _("Enter a limit from one day to ten years.")


class TrialForm(VerbForm):
    """The settings of a rule as somebody tries them; what is not sent is as the rule has it."""

    basis = forms.ChoiceField(label=_("Clock"), choices=Basis.choices)
    value = forms.IntegerField(
        label=_("Limit"), min_value=1, max_value=3650,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), LIMIT_IS_WRONG),
    )  # fmt: skip
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    limit_from = forms.ChoiceField(label=_("Limit taken from"), choices=LimitFrom.choices, widget=forms.RadioSelect)
    statuses = forms.MultipleChoiceField(
        label=_("Deal statuses"),
        choices=[(status.value, status.label) for status in OPEN_STATUSES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one status of a live deal.")},
    )
    action = forms.ChoiceField(label=_("What happens"), choices=RuleAction.choices)
    due_base = forms.ChoiceField(label=_("Due date counts from"), choices=DueBase.choices)
    due_offset_value = forms.IntegerField(label=_("Due after"), min_value=0, max_value=3650)
    due_offset_unit = forms.ChoiceField(label=_("Unit of due after"), choices=Unit.choices)
    assignee_strategy = forms.ChoiceField(label=_("Who gets it"), choices=AssigneeStrategy.choices)
    is_suppressed_by_promise = forms.BooleanField(label=_("Leave deals with an open promise alone"), required=False)
    mode = forms.ChoiceField(label=_("Mode"), choices=RuleMode.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, rule: Rule, as_of: date, start: Mapping[str, Any] | None = None) -> None:
        self.rule, self.as_of = rule, as_of
        self.start = {**content(rule), **(start or {})}
        super().__init__(data, initial=self.start)
        for name in ("basis", "value", "unit", "action", "due_base", "due_offset_value", "due_offset_unit",
                     "assignee_strategy"):  # fmt: skip
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            self._object(faults(self.tried()))
        return cleaned

    def changed(self) -> dict[str, Any]:
        """The settings as typed; before anything is sent, as the form begins."""
        source = self.cleaned_data if self.is_bound else self.start
        return {name: source[name] for name in TRIED}

    def tried(self) -> Rule:
        """The rule as it would be, unsaved, with the limits per product that it would be published with."""
        return with_own_limits(as_it_would_be(self.rule, self.changed()), self.as_of)


class StudioForm(TrialForm):
    """The editor: the settings, and how they are published."""

    effective_on = forms.DateField(label=_("In force from"), widget=DayInput)
    applies_to_existing = forms.ChoiceField(
        label=_("Deals that are over the limit already"),
        choices=[("yes", _("are its business too")), ("no", _("are left alone until their clock starts anew"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why it changes"), max_length=400, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    draft = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, rule: Rule, as_of: date, start: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, rule=rule, as_of=as_of, start=start)
        self.initial.update(effective_on=as_of, applies_to_existing="yes", version=rule.version)
        self.initial["draft"] = rule.draft.version if hasattr(rule, "draft") else 0

    def clean_effective_on(self) -> date:
        chosen: date = self.cleaned_data["effective_on"]
        if chosen < self.as_of:
            raise ValidationError(_("A rule takes effect today or later."))
        return chosen

    def publication(self, figures: Mapping[str, Any]) -> Publication:
        """What is to be published, with the figures of its trial."""
        cleaned = self.cleaned_data
        return Publication(
            content=self.changed(), seen=cleaned["seen"], version=cleaned["version"], draft=cleaned["draft"],
            effective_on=cleaned["effective_on"], applies_to_existing=cleaned["applies_to_existing"] == "yes",
            reason=cleaned["reason"], figures=figures,
        )  # fmt: skip

    def seen_versions(self) -> dict[str, int | None]:
        """The versions of the rule and of its draft when the form was opened."""
        return {"version": self.cleaned_data["version"], "draft": self.cleaned_data["draft"]}

    def stand_against(self, record: models.Model) -> None:
        """Both values of what both have changed; what only the other one changed takes his value."""
        assert isinstance(record, Rule | RuleDraft)
        rule = record.rule if isinstance(record, RuleDraft) else record
        opened = RuleVersion.objects.filter(rule=rule, version=self.cleaned_data["version"]).first()
        theirs = record.content if isinstance(record, RuleDraft) else content(record)
        base, mine = opened.content if opened else {}, self.changed()
        rows = []
        for name in TRIED:
            if theirs[name] == mine[name]:
                continue
            if mine[name] == base.get(name):
                self._retype(**{name: theirs[name]})
            else:
                rows.append(Difference(str(self.fields[name].label), self._said(name, theirs), self._said(name, mine)))
        super().stand_against(rule)
        if isinstance(record, RuleDraft):
            self._retype(draft=str(record.version))
        self.conflict = Clash(rows)

    def _said(self, name: str, values: Mapping[str, Any]) -> str:
        words = {str(key): str(label) for key, label in getattr(self.fields[name], "choices", ())}
        value = values[name]
        keys = value if isinstance(value, list) else [value]
        return ", ".join(words.get(str(key), str(key)) for key in keys)
