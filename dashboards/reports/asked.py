"""What a reader asks of a report: the day it speaks of, a period, and what to narrow it to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dashboards.reports.dimensions import Dimensions, Grain
from deals.models import FollowUpCycle
from followups.coverage import standing
from followups.progress import first_day_in_grace
from people.business_days import BusinessCalendar
from people.models import Threshold
from people.states import ThresholdCode
from people.working_days import load_calendar


class Unanswerable(ValueError):
    """The question names a report, dimension or key that does not exist; the message says which."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question. The period includes both ends, None being open; `where` maps a dimension to its key ("": blank).

    What it looks up in the settings it looks up each time, once per page inside of `reading_once`.
    """

    as_of: date
    first_on: date | None = None
    last_on: date | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    checked: frozenset[tuple[str, str]] = frozenset()  # dimensions and keys that were found in their lists already

    def __hash__(self) -> int:
        return hash((self.as_of, self.first_on, self.last_on, frozenset(self.where.items())))

    @property
    def grace_cutoff(self) -> date:
        """Cycles that began before this day are older than the grace."""
        grace = self.thresholds[ThresholdCode.LEAK_GRACE_BUSINESS_DAYS]
        return first_day_in_grace(self.as_of, grace, self.calendar)

    @property
    def thresholds(self) -> dict[str, int]:
        """All numbers of the settings, as they are now."""
        return Threshold.objects.in_force()

    @property
    def standing(self) -> QuerySet[FollowUpCycle]:
        """The open cycles of the day."""
        return standing(self.as_of)

    @property
    def window_days(self) -> int:
        """W: within how many days a re-opening counts, in force now."""
        return self.thresholds[ThresholdCode.REOPENING_WINDOW_DAYS]

    @property
    def calendar(self) -> BusinessCalendar:
        """The business calendar in force."""
        return load_calendar()

    def with_keys(self, **keys: str) -> "Asked":
        """The same question, narrowed further."""
        return replace(self, where={**self.where, **keys})

    def without(self, *names: str) -> "Asked":
        """The same question, not narrowed by these dimensions."""
        return replace(self, where={name: key for name, key in self.where.items() if name not in names})

    def of_period(self, first_on: date | None, last_on: date | None) -> "Asked":
        """The same question about another period."""
        return replace(self, first_on=first_on, last_on=last_on)

    def of_month_if_open(self) -> "Asked":
        """The same question; about the month of the day if it names no period."""
        if self.first_on or self.last_on:
            return self
        return self.of_period(*Grain.MONTH.span(Grain.MONTH.key(self.as_of)))

    def before(self) -> "Asked":
        """The same question about the period of the same length just before; for comparisons. It needs both ends."""
        if self.first_on is None or self.last_on is None:
            raise Unanswerable(_("Without a period there is none before it."))
        length = self.last_on - self.first_on
        last_on = self.first_on - timedelta(days=1)
        return self.of_period(last_on - length, last_on)

    def narrow(self, rows: QuerySet[Any], dimensions: Dimensions, dated_on: str = "") -> QuerySet[Any]:
        """The rows of the question's period (by the date column dated_on) and keys; Unanswerable for others."""
        for condition in self._conditions(dimensions):
            rows = rows.filter(condition)
        if not dated_on:
            self._refuse_period()
            return rows
        return rows.filter(self.period(dated_on))

    def condition(self, dimensions: Dimensions) -> Q:
        """That a row has the keys asked for; Unanswerable for others."""
        return Q(*self._conditions(dimensions))

    def _conditions(self, dimensions: Dimensions) -> Iterator[Q]:
        return (_condition(dimensions, name, key, (name, key) in self.checked) for name, key in self.where.items())

    def period(self, dated_on: str) -> Q:
        """The condition that a date lies in the period."""
        bounds: dict[str, Any] = {f"{dated_on}__gte": self.first_on, f"{dated_on}__lte": self.last_on}
        return Q(**{name: bound for name, bound in bounds.items() if bound is not None})

    def _refuse_period(self) -> None:
        if self.first_on or self.last_on:
            raise Unanswerable(_("This report has no period."))


def _condition(dimensions: Dimensions, name: str, key: str, is_checked: bool) -> Q:
    if name not in dimensions:
        raise Unanswerable(_("This report cannot be narrowed by %(name)s.") % {"name": name})
    try:
        return dimensions[name].condition(key, is_checked=is_checked)
    except ValueError as error:
        raise Unanswerable(_("There is no %(name)s %(key)s.") % {"name": name, "key": key}) from error
