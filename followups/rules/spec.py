"""A rule as the sweep reads it: one clock column, one literal cut-off, one due date."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Self

from django.db.models import Q

from deals.states import CycleKind
from followups.models import Rule
from followups.rules.limits import DayOfProduct, Limit, limits_of
from followups.states import CLOCK_COLUMNS, AssigneeStrategy, Basis, DueBase, RuleAction
from people.business_days import DAY, add_units


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """One version of one rule, independent of the database row.

    applies_from_on: only deals that reach the limit on that day or later are its business; None: all. product_limits:
    the average lead times of products; all others have `own`.
    """

    code: str
    version: int
    mode: str
    statuses: tuple[str, ...]
    basis: str
    value: int
    unit: str
    action: str
    assignee_strategy: str
    due_base: str
    due_offset_value: int
    due_offset_unit: str
    is_suppressed_by_promise: bool
    applies_from_on: date | None = None
    product_limits: Mapping[int, Limit] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """What the row says now."""
        columns = {field.name: getattr(rule, field.name) for field in fields(cls)}
        return cls(**columns | {"statuses": tuple(rule.statuses), "product_limits": limits_of(rule)})

    @property
    def own(self) -> Limit:
        """The rule's own limit: of all products that have none of theirs."""
        return Limit(self.value, self.unit)

    def limit_of(self, product_id: int | None) -> Limit:
        """The limit of a deal with that product."""
        return self.product_limits.get(product_id or 0) or self.own

    @property
    def clock(self) -> str:
        """The generated column of Deal that this rule's clock runs from."""
        return CLOCK_COLUMNS[Basis(self.basis)]

    @property
    def returns(self) -> bool:
        """Whether it moves the deal to IS; otherwise it makes a to-do and leaves the deal where it is."""
        return self.action == RuleAction.RETURN

    @property
    def cycle_kind(self) -> CycleKind:
        """The kind of cycle it opens."""
        return CycleKind.RETURNED if self.returns else CycleKind.STAGNANT

    @property
    def is_by_load(self) -> bool:
        """Whether the IS owner is passed over."""
        return self.assignee_strategy == AssigneeStrategy.LOWEST_LOAD

    def cutoffs(self, as_of: date) -> list[date]:
        """The newest clock days that the rule matches on as_of, of all its limits (D22)."""
        return [limit.cutoff(as_of) for limit in (self.own, *self.product_limits.values())]

    def condition(self, as_of: date) -> Q:
        """The rule's own condition; the batch that acts on it repeats it (D21)."""
        free = Q(status__in=self.statuses, is_followed=False)
        if self.applies_from_on is None:
            return free & self.is_over(as_of)
        return free & self.is_over(as_of) & self.is_within(self.applies_from_on - DAY)

    def is_over(self, as_of: date) -> Q:
        """Clocks that are over the limit on that day."""
        if not self.product_limits:
            return Q(**{f"{self.clock}__lte": self.own.cutoff(as_of)})
        # The shortest limit as a literal day lets the index answer; the product decides among what it leaves.
        newest = Q(**{f"{self.clock}__lte": max(self.cutoffs(as_of))})
        return newest & Q(**{f"{self.clock}__lte": self._cutoff_of_product(as_of)})

    def is_within(self, as_of: date) -> Q:
        """Clocks that have not reached the limit on that day."""
        if not self.product_limits:
            return Q(**{f"{self.clock}__gt": self.own.cutoff(as_of)})
        return Q(**{f"{self.clock}__gt": self._cutoff_of_product(as_of)})

    def _cutoff_of_product(self, as_of: date) -> DayOfProduct:
        days = {pk: limit.cutoff(as_of) for pk, limit in self.product_limits.items()}
        return DayOfProduct(days, self.own.cutoff(as_of))

    def due_from(self, base: date) -> date:
        """When the to-do is asked for: the base day of the rule plus its offset."""
        return add_units(base, self.due_offset_value, self.due_offset_unit)

    def base_day(self, entered_on: date, last_contact_on: date | None, first_visit_on: date | None) -> date:
        """The day the due offset counts from; a missing contact or visit date falls back to entered_on (S2-28)."""
        chosen = {DueBase.LAST_CONTACT: last_contact_on, DueBase.FIRST_VISIT: first_visit_on}
        return chosen.get(DueBase(self.due_base)) or entered_on
