"""What ストックとフロー is asked for: the window, whom, and what it is compared with."""

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from dashboards.filters import DashboardForm, Period
from dashboards.reports.callable_stock import WHOM

EITHER = "either"
BASELINES = [("", _("The 20 business days before")), (EITHER, _("These, or the week before"))]


class StockFlowForm(DashboardForm):
    """baseline: the 20 business days alone, or falling behind the week before is enough, too (D31)."""

    def __init__(self, data: MultiValueDict[str, str], period: Period) -> None:
        super().__init__(data, WHOM, period)
        self.fields["baseline"] = forms.ChoiceField(required=False, choices=BASELINES, label=_("Compared with"))

    @property
    def is_either(self) -> bool:
        """Whether the week before decides as well; asked() comes first."""
        return self.cleaned_data.get("baseline") == EITHER
