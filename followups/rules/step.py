"""The common part of everything a plan holds: a to-do of a cycle that needs a person and a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from deals.models import Deal
from deals.querysets import DealQuerySet
from followups.desk import Desk, Placement
from followups.models import SweepRun
from people.models import User


@dataclass(slots=True, kw_only=True)
class Step:
    """One to-do to be made or handed out.

    original_on: what the rule or person asked for (D16). may_level: a default date or backlog. owners: who gets it
    before anybody else. `settle` fills in assignee and placement.
    """

    deal_id: int
    original_on: date
    may_level: bool
    owners: tuple[int | None, ...]
    assignee_id: int | None = None
    placement: Placement = field(init=False)

    @property
    def rule_label(self) -> str:
        """The code of the rule that asks for it."""
        raise NotImplementedError

    @property
    def order(self) -> tuple[date, int]:
        """Levelling serves the oldest first, then the lowest deal id (D16)."""
        return self.original_on, self.deal_id

    def settle(self, desk: Desk) -> None:
        """Choose the person and the day."""
        self.assignee_id = desk.assign(*self.owners)
        self.placement = desk.place(self.assignee_id, self.original_on, may_level=self.may_level)

    def dates(self, placement: Placement | None = None) -> dict[str, str]:
        """The to-do's dates as the ledger keeps them; those of the given placement, else of the chosen one."""
        chosen = placement or self.placement
        return {
            "original_due_on": self.original_on.isoformat(),
            "due_on": chosen.due_on.isoformat(),
            "effective_due_on": chosen.effective_on.isoformat(),
            "committed_due_on": chosen.committed_on.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where a batch writes down what it did."""

    run: SweepRun
    as_of: date

    @property
    def cause(self) -> str:
        """What events name as their maker."""
        return f"sweep:{self.run.pk}"


def locked_deals(ids: Iterable[int]) -> DealQuerySet:
    """These deals, locked as they are read, in ascending id: two writers never wait for each other in a ring.

    A further condition holds for what is locked, whoever had the row before: PostgreSQL asks it again after waiting.
    """
    return Deal.objects.filter(pk__among=ids).order_by("pk").select_for_update(no_key=True)


def lock_deals(steps: Iterable[Step]) -> None:
    """Lock the deals of a batch."""
    list(locked_deals({step.deal_id for step in steps}).values_list("pk", flat=True))


def pass_over_leavers(steps: Sequence[Step]) -> None:
    """Leave without a person what was planned for somebody who has left inside sales since; the next sweep assigns it.

    Asked in the transaction that writes: a plan may be minutes old by then.
    """
    planned = {step.assignee_id for step in steps} - {None}
    staff = set(User.objects.follow_up_staff().filter(pk__in=planned).values_list("pk", flat=True)) if planned else ()
    for step in steps:
        if step.assignee_id not in staff:
            step.assignee_id = None


def by_key(rows: Iterable[tuple[Any, ...]]) -> dict[int, int]:
    """Turn (id, key) rows of an INSERT … RETURNING into key → id."""
    return {key: row_id for row_id, key in rows}
