"""Filters of the history of runs, and of the changes of one run."""

from datetime import date, timedelta
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from deals.states import CycleKind
from followups.models import Rule, SweepChange, SweepRun
from followups.states import LOSS_CODE, RETURN_CODE, ChangeVerb, RunStatus
from people.filtering import ListFilter

BY_HAND, BY_CLOCK = "person", "clock"


class RunFilter(ListFilter):
    """Runs by how they ended, who started them, and how long ago."""

    status = filters.ChoiceFilter(choices=RunStatus.choices, label=_("State"), empty_label=_("State: all"))
    by = filters.ChoiceFilter(
        method="started_by", label=_("Started"), empty_label=_("Started: all"),
        choices=[(BY_CLOCK, _("In the morning")), (BY_HAND, _("By a person"))],
    )  # fmt: skip
    days = filters.ChoiceFilter(
        method="of_days", label=_("Period"), empty_label=_("Period: all"),
        choices=[("14", _("Last 14 days")), ("90", _("Last 90 days"))],
    )  # fmt: skip

    class Meta:
        model = SweepRun
        fields: list[str] = []

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def started_by(self, runs: QuerySet[SweepRun], _name: str, whom: str) -> QuerySet[SweepRun]:
        return runs.filter(started_by__isnull=whom == BY_CLOCK)

    def of_days(self, runs: QuerySet[SweepRun], _name: str, days: str) -> QuerySet[SweepRun]:
        return runs.filter(started_at__date__gt=self.as_of - timedelta(days=int(days)))


class ChangeFilter(ListFilter):
    """The changes of one run by rule and by what was done."""

    rule = filters.ChoiceFilter(field_name="rule_code", label=_("Rule"), empty_label=_("Rule: all"))
    verb = filters.ChoiceFilter(choices=ChangeVerb.choices, label=_("What was done"), empty_label=_("All changes"))

    class Meta:
        model = SweepChange
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = [(rule.code, rule.name) for rule in Rule.objects.all()]
        others = [(LOSS_CODE, CycleKind.LOST.label), (RETURN_CODE, _("Returned by hand"))]
        self.filters["rule"].extra["choices"] = [*rules, *others]
