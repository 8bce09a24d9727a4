"""What stands in the address is what the page, the rows behind its numbers and the file show (SC-30)."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, Q, QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dashboards.addresses import BLANK
from dashboards.reports import Asked, Report
from dashboards.reports.dimensions import Dimension, Grain, Label, listed_together
from dashboards.reports.report import rate, shares_of
from people.filtering import ListFilter

DAY = forms.DateInput(attrs={"type": "date"})
# Days from which one can count years back and on; what lies outside is no day that anybody means.
MEANT = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31)))


Period = tuple[date, date]  # first and last day


class AskedForm(forms.Form):
    """The day and the period that a page speaks of. A date that is none is left out, and the page says so."""

    as_of = forms.DateField(required=False, label=_("As of"), widget=DAY, validators=MEANT)

    def __init__(self, data: MultiValueDict[str, str]) -> None:
        super().__init__(data)
        for end in ("from", "to"):
            self.fields[end] = forms.DateField(required=False, validators=MEANT)

    def asked(self, today: date) -> Asked:
        """The question in the address; of today where it names no day."""
        self.full_clean()
        found = self.cleaned_data
        return Asked(as_of=found.get("as_of") or today, first_on=found.get("from"), last_on=found.get("to"))


class DashboardForm(AskedForm):
    """What a page of numbers is asked for: day, period, and one key per dimension; all of it stands in the address.

    What the address names and does not exist is left out, and the page says so (`is_outdated`). Without a period in the
    address it is the page's own. `dimensions` are those that every report of the page can be narrowed by.
    """

    def __init__(
        self, data: MultiValueDict[str, str], dimensions: Mapping[str, Dimension], period: Period | None = None
    ) -> None:
        super().__init__(data)
        self.dimensions, self.period = dimensions, period
        for end, label in (("from", _("From")), ("to", _("To"))):
            widget = DAY if period else forms.HiddenInput()
            self.fields[end] = forms.DateField(required=False, label=label, widget=widget, validators=MEANT)
        self.listed = listed_together(dimensions)
        for name, dimension in dimensions.items():
            self.fields[name] = KeyField(dimension, self.listed.get(name, []))

    def asked(self, today: date) -> Asked:
        """The question in the address. A period that ends before it begins counts as none."""
        self.full_clean()
        found = self.cleaned_data
        first_on, last_on = found.get("from"), found.get("to")
        if self.period and not (first_on and last_on and first_on <= last_on):
            self._refuse_half_a_period(first_on, last_on)
            first_on, last_on = self.period
        where = {name: found[name] for name in self.dimensions if found.get(name) is not None}
        checked = frozenset(where.items())
        as_of = found.get("as_of") or today
        self._show({"as_of": as_of} | ({"from": first_on, "to": last_on} if self.period else {}))
        return Asked(as_of=as_of, first_on=first_on, last_on=last_on, where=where, checked=checked)

    def _show(self, days: Mapping[str, date | None]) -> None:
        """The boxes say the days that the page speaks of, also those that the address does not name."""
        shown: Any = copy(self.data)
        for name, day in days.items():
            shown[name] = day.isoformat() if day else ""
        self.data = shown

    def labels(self, *names: str) -> dict[str, Label]:
        """The words for the keys of these dimensions, which must not share a key."""
        return {key: label for name in names for key, label in self.listed.get(name, [])}

    @property
    def is_outdated(self) -> bool:
        """Whether something in the address was left out."""
        return bool(self.errors)

    def _refuse_half_a_period(self, first_on: date | None, last_on: date | None) -> None:
        if (first_on or last_on) and not {"from", "to"} & self.errors.keys():
            self.add_error(None, _("The period ends before it begins."))


class MonthForm(DashboardForm):
    """A page about one month: ?month=2018-01, the month of the day where the address names none. day: one of its days.

    The days of another month, or no day at all, are left out, and the page says so.
    """

    def __init__(self, data: MultiValueDict[str, str], dimensions: Mapping[str, Dimension]) -> None:
        super().__init__(data, dimensions)
        self.fields["month"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["day"] = forms.DateField(required=False, widget=forms.HiddenInput, validators=MEANT)
        self.fields["show"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_month(self) -> Period | None:
        month = self.cleaned_data["month"]
        try:
            if month:
                forms.DateField(validators=MEANT).clean(f"{month}-01")
            return Grain.MONTH.span(month) if month else None
        except (ValueError, forms.ValidationError) as error:
            raise forms.ValidationError(_("There is no %(key)s."), params={"key": month}) from error

    def asked(self, today: date) -> Asked:
        asked = super().asked(today)
        month = self.cleaned_data.get("month") or Grain.MONTH.span(Grain.MONTH.key(asked.as_of))
        return asked.of_period(*month)

    @property
    def day(self) -> date | None:
        """The day whose list is shown; None for the whole month."""
        found: date | None = self.cleaned_data.get("day")
        return found


class KeyField(forms.CharField):
    """One key of a dimension; None where nothing is chosen, "" for a blank."""

    def __init__(self, dimension: Dimension, listed: Iterable[tuple[str, Label]]) -> None:
        every = format_lazy(_("{name}: all"), name=dimension.label)
        self.known = None if dimension.is_free else {key for key, _label in listed}
        widget: forms.Widget = forms.TextInput(attrs={"placeholder": dimension.label})
        if self.known is not None:
            widget = forms.Select(choices=[("", every), *listed, (BLANK, "—")])
        super().__init__(required=False, label=str(dimension.label), widget=widget)

    def clean(self, value: Any) -> str | None:
        key = super().clean(value)
        if not key:
            return None
        if key == BLANK:
            return ""
        if self.known is not None and key not in self.known:
            raise forms.ValidationError(_("There is no %(key)s."), params={"key": key})
        return str(key)


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

    def __init__(self, dimension: Dimension, listed: Sequence[tuple[str, Label]]) -> None:
        every = format_lazy(_("{name}: all"), name=dimension.label)
        widget = forms.Select(choices=[("", every), *listed, (BLANK, "—")]) if listed else forms.HiddenInput()
        super().__init__(label=dimension.label, dimension=dimension, widget=widget)

    def filter(self, qs: QuerySet[Any], value: Q) -> QuerySet[Any]:
        return qs.filter(value)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share in numbers."""

    numerator: int
    whole: int

    @property
    def rest(self) -> int:
        """What is in the whole and not in the numerator."""
        return self.whole - self.numerator

    @property
    def percent(self) -> float | None:
        """To one decimal; None where the whole is empty."""
        return rate(self.numerator, self.whole)


class RecordFilter(ListFilter):
    """The dimensions of a report as filters of its rows. The day, the period and the part are carried along."""

    as_of = filters.DateFilter(method="kept", label=_("As of"), widget=DAY)
    part = filters.CharFilter(method="kept", widget=forms.HiddenInput)

    def __init__(self, data: MultiValueDict[str, str], report: Report) -> None:
        super().__init__(data, queryset=report.part_rows(data.get("part", "")))
        for end in ("from", "to"):
            self.filters[end] = filters.CharFilter(method="kept", widget=forms.HiddenInput)
            self.filters[end].parent = self
        listed = listed_together(report.dimensions)
        for name, dimension in report.dimensions.items():
            self.filters[name] = DimensionFilter(dimension, listed.get(name, []))

    def kept(self, rows: QuerySet[Any], _name: str, _value: object) -> QuerySet[Any]:
        """Belongs to the question and was answered by the report."""
        return rows

    def keys(self, report: Report) -> dict[str, str]:
        """The keys that narrow the rows, by dimension; "" is a blank. What was left out is left out here."""
        asked = {name: self.data.get(name) for name in report.dimensions if name not in self.errors}
        return {name: "" if key == BLANK else key for name, key in asked.items() if key}

    def part_sizes(self, report: Report) -> dict[str, int]:
        """How many rows each part of the report has under these filters, by one query."""
        if report.split is None:
            return {}
        sizes = {code: Count("pk", filter=part.condition) for code, part in report.parts.items()}
        return shares_of(self.filter_queryset(report.split()), **sizes)

    def rate(self, report: Report) -> Rate | None:
        """Numerator and denominator under these filters; None where the report is a plain count."""
        if report.whole is None:
            return None
        numerator, whole = self.filter_queryset(report.rows), self.filter_queryset(report.whole)
        return Rate(numerator.order_by().count(), whole.order_by().count())
