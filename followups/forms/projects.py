"""Forms of call projects: the list itself, who is put on it, and when they are called."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from activities.actions import Added, Scheduled, add_to_project, create_project, set_call_dates
from activities.models import CallProject
from followups.forms.fields import PersonField
from followups.forms.limits import DayForm
from followups.rights import rights_on_project
from people.business_days import add_months
from people.forms import DayInput, VerbForm
from people.models import User
from people.records import Edit
from people.states import Role

if TYPE_CHECKING:
    ProjectChoice = forms.ModelChoiceField[CallProject]
else:
    ProjectChoice = forms.ModelChoiceField  # generic for the type checker alone

MONTHS = 3  # how long a list is called, where nobody says otherwise (S2-27)


class ProjectForm(VerbForm):
    """Name, owner, period, and whether its calls count to the daily cap."""

    name = forms.CharField(label=_("Project name"), max_length=120)
    owner = PersonField(Role.IS, Role.FS, Role.IS_MANAGER, label=_("Owner"))
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)
    counts_to_capacity = forms.BooleanField(label=_("Counts to the daily cap"), required=False)

    def __init__(self, *args: Any, project: CallProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.initial = {name: getattr(project, name) for name in self.fields} | {"owner": project.owner_id}

    def new(self) -> CallProject:
        """The project as typed, unsaved."""
        for name, value in self.cleaned_data.items():
            setattr(self.project, name, value)
        return self.project

    def edit(self) -> Edit:
        """The new values of the project."""
        return Edit(self.project.pk, self.cleaned_data)


class FillForm(DayForm):
    """Which project a selection goes to, and the day of the calls if that is known.

    `found` is how many records the selection holds now; the hidden `count` is how many the reader had seen.
    """

    aliases = {"name": "new_name", "due_on": "call_on"}

    count = forms.IntegerField(widget=forms.HiddenInput)
    project = ProjectChoice(
        queryset=CallProject.objects.none(), label=_("Call project"), required=False, empty_label=_("A new project")
    )
    new_name = forms.CharField(label=_("Name of the new project"), max_length=120, required=False)
    call_on = forms.DateField(
        label=_("Planned call date"), required=False, widget=DayInput,
        help_text=_("With a date, each gets a to-do for that day."),
    )  # fmt: skip
    assignee = PersonField(Role.IS, label=_("Who calls"), required=False, empty_label=_("Whoever follows each up"))

    def __init__(self, *args: Any, found: int, by: User, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found, self.by, self.as_of = found, by, as_of
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = CallProject.objects.filter(ends_on__gte=as_of)
        self.initial = {**self.initial, "count": found}

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if answers.get("count") not in (None, self.found):
            self._retype(count=str(self.found))
            text = _("The selection had %(before)s records and has %(now)s now. Check and save again.")
            self.add_error(None, text % {"before": answers["count"], "now": self.found})
        if not answers.get("project") and not answers.get("new_name", "").strip():
            self.add_error("new_name", _("Choose a project or name a new one."))
        if answers.get("call_on") and answers.get("project") and not self._may_plan(answers["project"]):
            self.add_error("call_on", _("Call dates of this project are set by its owner or a manager."))
        return answers

    @transaction.atomic
    def save(self, deal_ids: Sequence[int], lead_ids: Sequence[int]) -> tuple[CallProject, Added]:
        """Put the selection on the list, which is made where it is new."""
        answers = self.cleaned_data
        project = answers["project"] or self._new_project()
        added = add_to_project(
            project.pk, deal_ids=deal_ids, lead_ids=lead_ids, call_on=answers["call_on"], assignee=answers["assignee"],
            over_cap_reason=answers["over_cap_reason"], by=self.by, as_of=self.as_of,
        )  # fmt: skip
        return project, added

    def _may_plan(self, project: CallProject) -> bool:
        return "followups:project_call_on" in rights_on_project(self.by, project)

    def _new_project(self) -> CallProject:
        ends_on = add_months(self.as_of, MONTHS)
        project = CallProject(name=self.cleaned_data["new_name"].strip(), starts_on=self.as_of, ends_on=ends_on)
        return create_project(project, by=self.by)


class CallDateForm(DayForm):
    """When the chosen members are called, and by whom."""

    aliases = {"due_on": "call_on"}

    call_on = forms.DateField(label=_("Planned call date"), widget=DayInput)
    assignee = PersonField(Role.IS, label=_("Who calls"), required=False, empty_label=_("Whoever has them now"))

    def save(self, member_ids: Sequence[int], *, by: User, as_of: date) -> Scheduled:
        """Make or move the to-dos."""
        answers = self.cleaned_data
        return set_call_dates(
            member_ids, answers["call_on"], assignee=answers["assignee"], over_cap_reason=answers["over_cap_reason"],
            by=by, as_of=as_of,
        )  # fmt: skip
