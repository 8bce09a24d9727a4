"""How long a deal may wait: the rule's own length, or the average lead time of its product (S0-11, P8)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Value
from django.db.models.fields import DateField
from django.db.models.sql.compiler import SQLCompiler

from followups.lead_times import lead_times
from followups.models import Rule
from followups.states import LimitFrom, Unit
from people.business_days import add_units, latest_day_due_by

LONGEST = 3650  # days

Parameters = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time. product and wins: whose average lead time it is, and of how many wins; '' and 0: nobody's."""

    value: int
    unit: str
    product: str = ""
    wins: int = 0

    def cutoff(self, as_of: date) -> date:
        """The newest clock day that is over the limit on as_of (D22)."""
        return latest_day_due_by(as_of, self.value, self.unit)

    def reached_on(self, clock_from: date) -> date:
        """The first day on which a clock running from that day is over the limit (D12)."""
        return add_units(clock_from, self.value, self.unit)

    def days(self, as_of: date) -> int:
        """The limit in days as of that day: a month has as many as it has."""
        return (as_of - self.cutoff(as_of)).days


class DayOfProduct(Func):
    """The day that belongs to the product of a deal; `otherwise` for a product that has none, or a deal without one.

    days: product id → day. The whole table is one parameter, so that a rule stays one statement however many products
    there are.
    """

    output_field = DateField()

    def __init__(self, days: Mapping[int, date], otherwise: date) -> None:
        table = json.dumps({str(pk): day.isoformat() for pk, day in days.items()})
        super().__init__(Value(table), F("product_id"), Value(otherwise.isoformat()))

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, Parameters]:
        """PostgreSQL: a look-up in one JSON object."""
        return self._written("coalesce((%s::jsonb ->> (%s)::text)::date, %s::date)", compiler)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, Parameters]:
        """SQLite, where a date is its text."""
        return self._written("coalesce(json_extract(%s, '$.\"' || %s || '\"'), %s)", compiler)

    def _written(self, form: str, compiler: SQLCompiler) -> tuple[str, Parameters]:
        parts = [compiler.compile(part) for part in self.get_source_expressions()]
        return form % tuple(sql for sql, _params in parts), tuple(value for _sql, params in parts for value in params)


def with_own_limits(rule: Rule, as_of: date) -> Rule:
    """The rule, unsaved, with the limits per product that its setting asks for, from the wins of the year until as_of.

    A product with fewer than five wins has none and keeps the rule's own length; so has one that takes ten years.
    """
    rule.product_limits = {}
    if rule.limit_from == LimitFrom.LEAD_TIME:
        rule.product_limits = {
            str(one.product_id): {"product": one.product, "days": min(one.days, LONGEST), "wins": one.wins}
            for one in lead_times(as_of)
            if one.product_id and one.days
        }
    return rule


def limits_of(rule: Rule) -> dict[int, Limit]:
    """The limits in force per product, in the order of the products; empty where the rule has one for all."""
    return {
        int(pk): Limit(said["days"], Unit.DAY.value, said["product"], said["wins"])
        for pk, said in rule.product_limits.items()
    }
