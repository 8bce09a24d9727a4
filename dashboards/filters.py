"""What stands in the address of the rows behind a number is what the page and the file show (SC-30)."""

from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dashboards.reports import Asked, Report
from dashboards.reports.dimensions import Dimension

BLANK = "null"  # a blank key in an address, where an empty value means no filter
DAY = forms.DateInput(attrs={"type": "date"})


class AskedForm(forms.Form):
    """The day and the period that a page speaks of. A date that is none is left out, and the page says so."""

    as_of = forms.DateField(required=False, label=_("As of"), widget=DAY)

    def __init__(self, data: MultiValueDict[str, str]) -> None:
        super().__init__(data)
        for end in ("from", "to"):
            self.fields[end] = forms.DateField(required=False)

    def asked(self, today: date) -> Asked:
        """The question in the address; of today where it names no day."""
        self.full_clean()
        found = self.cleaned_data
        return Asked(as_of=found.get("as_of") or today, first_on=found.get("from"), last_on=found.get("to"))


class DimensionField(forms.CharField):
    """Takes a key of the dimension, or BLANK, and gives the condition on the rows."""

    def __init__(self, *, dimension: Dimension, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dimension = dimension

    def clean(self, value: Any) -> Q:
        key = super().clean(value)
        if not key:
            return Q()
        try:
            return self.dimension.condition("" if key == BLANK else key)
        except ValueError as error:
            raise forms.ValidationError(_("There is no %(key)s."), params={"key": key}) from error


class DimensionFilter(filters.Filter):
    """Narrows the rows to one key of a dimension: a select where the keys are listed, else by the address only."""

    field_class = DimensionField

    def __init__(self, dimension: Dimension) -> None:
        listed = dimension.listed()
        every = format_lazy(_("{name}: all"), name=dimension.label)
        widget = forms.Select(choices=[("", every), *listed, (BLANK, "—")]) if listed else forms.HiddenInput()
        super().__init__(label=dimension.label, dimension=dimension, widget=widget)

    def filter(self, qs: QuerySet[Any], value: Q) -> QuerySet[Any]:
        return qs.filter(value)


class RecordFilter(filters.FilterSet):
    """The dimensions of a report as filters of its rows. The day, the period and the part are carried along."""

    as_of = filters.DateFilter(method="kept", label=_("As of"), widget=DAY)
    part = filters.CharFilter(method="kept", widget=forms.HiddenInput)

    def __init__(self, data: MultiValueDict[str, str], report: Report) -> None:
        super().__init__(data, report.part_rows(data.get("part", "")))
        for end in ("from", "to"):
            self.filters[end] = filters.CharFilter(method="kept", widget=forms.HiddenInput)
            self.filters[end].parent = self
        for name, dimension in report.dimensions.items():
            self.filters[name] = DimensionFilter(dimension)

    def kept(self, rows: QuerySet[Any], _name: str, _value: object) -> QuerySet[Any]:
        """Belongs to the question and was answered by the report."""
        return rows

    def part_sizes(self, report: Report) -> dict[str, int]:
        """How many rows each part of the report has under these filters, by one query."""
        if report.split is None:
            return {}
        sizes = {code: Count("pk", filter=part.condition) for code, part in report.parts.items()}
        return dict(self.filter_queryset(report.split()).order_by().aggregate(**sizes))
