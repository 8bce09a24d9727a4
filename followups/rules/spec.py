"""A rule as the sweep reads it: one clock column, one literal cut-off, one due date."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from django.db.models import Q

from deals.states import CycleKind
from followups.models import Rule
from followups.states import CLOCK_COLUMNS, AssigneeStrategy, Basis, DueBase, RuleAction
from people.business_days import DAY, add_units, latest_day_due_by


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """One version of one rule, independent of the database row.

    applies_from_on: only deals that reach the limit on that day or later are its business; None: all.
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

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """What the row says now."""
        columns = {field.name: getattr(rule, field.name) for field in fields(cls)}
        return cls(**columns | {"statuses": tuple(rule.statuses)})

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

    def cutoff(self, as_of: date) -> date:
        """The newest clock day that the rule matches on as_of (D22)."""
        return latest_day_due_by(as_of, self.value, self.unit)

    def condition(self, as_of: date) -> Q:
        """The rule's own condition; the batch that acts on it repeats it (D21)."""
        over = Q(status__in=self.statuses, is_followed=False, **{f"{self.clock}__lte": self.cutoff(as_of)})
        if self.applies_from_on is None:
            return over
        return over & Q(**{f"{self.clock}__gt": self.cutoff(self.applies_from_on - DAY)})

    def reached_on(self, clock_from: date) -> date:
        """The first day on which a clock running from that day is over the limit (D12)."""
        return add_units(clock_from, self.value, self.unit)

    def due_from(self, base: date) -> date:
        """When the to-do is asked for: the base day of the rule plus its offset."""
        return add_units(base, self.due_offset_value, self.due_offset_unit)

    def base_day(self, entered_on: date, last_contact_on: date | None, first_visit_on: date | None) -> date:
        """The day the due offset counts from; a missing contact or visit date falls back to entered_on (S2-28)."""
        chosen = {DueBase.LAST_CONTACT: last_contact_on, DueBase.FIRST_VISIT: first_visit_on}
        return chosen.get(DueBase(self.due_base)) or entered_on
