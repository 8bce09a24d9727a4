"""What a sweep says about itself: the JSON of `manage.py sweep --json`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from deals.models import Deal
from followups import coverage
from followups.models import SweepChange
from followups.rules.plan import Plan
from followups.rules.spec import RuleSpec
from followups.rules.step import Step

if TYPE_CHECKING:
    from followups.rules.sweep import Applied


@dataclass(frozen=True, slots=True)
class Problem:
    """A deal that was set aside because its row raised; the others went on."""

    deal: int
    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All figures of one sweep; a dry run counts what would be done and would stand afterwards."""

    run: int | None
    as_of: date
    rules: dict[str, dict[str, Any]]
    covered: int
    cycles_open: dict[str, int]
    todos_created: int
    todos_closed: int
    assigned: int
    levelled: int
    levelled_until: date | None
    later: int
    unassigned: int
    uncovered: int
    unruled: int
    changes: int
    problems: list[Problem]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The keys in the order of the contract; dates in ISO form, seconds to the millisecond."""
        return {
            "run": self.run,
            "dry_run": self.run is None,
            "as_of": self.as_of.isoformat(),
            "rules": self.rules,
            "covered": self.covered,
            "cycles_open": self.cycles_open,
            "todos_created": self.todos_created,
            "todos_closed": self.todos_closed,
            "assigned": self.assigned,
            "levelled": self.levelled,
            "levelled_until": self.levelled_until.isoformat() if self.levelled_until else None,
            "later": self.later,
            "unassigned": self.unassigned,
            "uncovered": self.uncovered,
            "unruled": self.unruled,
            "changes": self.changes,
            "errors": len(self.problems),
            "problems": [asdict(problem) for problem in self.problems],
            "seconds": round(self.seconds, 3),
        }


def summarise(made: Plan, applied: "Applied", *, run: int | None, seconds: float) -> Summary:
    """Count what was applied, and what stands afterwards; for a dry run, what would stand."""
    as_of = made.as_of
    steps: list[Step] = [*applied.openings, *applied.coverings, *applied.handings]
    levelled = [step for step in steps if step.may_level and step.assignee_id is not None]
    return Summary(
        run=run,
        as_of=as_of,
        rules={rule.code: _of_rule(rule, made, applied) for rule in made.rules},
        covered=len(applied.coverings),
        cycles_open=_cycles_open(applied, as_of, is_dry=run is None),
        todos_created=len(applied.openings) + len(applied.coverings),
        todos_closed=sum(len(opening.closed_todos) for opening in applied.openings),
        assigned=len(applied.handings),
        levelled=sum(step.placement.is_levelled for step in steps),
        levelled_until=max((step.placement.effective_on for step in levelled), default=None),
        later=Deal.objects.later(as_of).count(),
        unassigned=_unassigned(applied, as_of, is_dry=run is None),
        uncovered=0 if run is None and not applied.problems else coverage.uncovered(as_of).count(),
        unruled=coverage.unruled(as_of).count(),
        changes=len(steps) if run is None else SweepChange.objects.filter(run=run).count(),
        problems=applied.problems,
        seconds=seconds,
    )


def _of_rule(rule: RuleSpec, made: Plan, applied: "Applied") -> dict[str, Any]:
    suggested = sum(opening.rule.code == rule.code for opening in made.suggestions)
    matched = suggested + sum(opening.rule.code == rule.code for opening in made.openings)
    acted = sum(opening.rule.code == rule.code for opening in applied.openings)
    return {
        "mode": rule.mode,
        "matched": matched,
        "opened": 0 if rule.returns else acted,
        "todos_created": acted,
        "returned": acted if rule.returns else 0,
        "suggested": suggested,
    }


def _cycles_open(applied: "Applied", as_of: date, *, is_dry: bool) -> dict[str, int]:
    counts = coverage.cycles_open(as_of)
    if is_dry:
        for opening in applied.openings:
            counts[opening.rule.cycle_kind] += 1
    return counts


def _unassigned(applied: "Applied", as_of: date, *, is_dry: bool) -> int:
    standing = coverage.unassigned(as_of).count()
    if not is_dry:
        return standing
    made: Sequence[Step] = [*applied.openings, *applied.coverings]
    return standing - len(applied.handings) + sum(step.assignee_id is None for step in made)
