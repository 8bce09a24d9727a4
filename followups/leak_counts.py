"""What stands on 本日の要確認, counted once: for the page, for whoever signs it and for the notices (D15)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from activities.states import TodoOrigin
from deals.models import FollowUpCycle
from deals.states import CycleKind
from followups.coverage import standing, troubled_ids, with_state
from followups.progress import progress
from followups.states import CoverageState, ProgressState
from followups.workload import overdue_todos

# What nobody may sign unseen, and what it is called.
WATCHED: dict[str, str | Promise] = {
    "uncovered": CoverageState.UNCOVERED.label,
    "unassigned": CoverageState.UNASSIGNED.label,
    "untouched": ProgressState.UNTOUCHED.label,
    "overdue_todos": _("Overdue to-dos"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakCounts:
    """One day's numbers.

    kinds and states: the open cycles by CycleKind and by CoverageState; each sums to `open`. todo_leaks and untouched
    by CycleKind. past_grace: what the untouched are a share of. overdue: the late to-dos, promised ones and the rest by
    origin.
    """

    kinds: Mapping[str, int]
    states: Mapping[str, int]
    todo_leaks: Mapping[str, int]
    untouched: Mapping[str, int]
    past_grace: int
    overdue: Mapping[str, int]

    @property
    def open(self) -> int:
        """All open cycles."""
        return sum(self.kinds.values())

    def by_code(self) -> dict[str, int]:
        """What a signature keeps. `overdue` are cycles with a late to-do, `overdue_todos` late to-dos of any record."""
        return {
            "open": self.open,
            **self.states,
            "todo_leaks": sum(self.todo_leaks.values()),
            "untouched": sum(self.untouched.values()),
            "past_grace": self.past_grace,
            "overdue_todos": sum(self.overdue.values()),
            "overdue_promised": self.overdue["promised"],
        }


def leak_counts(as_of: date, cutoff: date, team_id: int | None = None) -> LeakCounts:
    """The counts of that day in four queries. cutoff: see `grace_cutoff`; team_id: its deals and its people's to-dos.

    Only cycles that partial indexes name can be in trouble: those are looked at, the rest counted.
    """
    cycles, todos = standing(as_of), overdue_todos(as_of)
    if team_id is not None:
        cycles, todos = cycles.filter(deal__team=team_id), todos.filter(assignee__team=team_id)
    kinds, past_grace = _kinds(cycles, cutoff)
    troubled = _troubled(cycles, as_of, cutoff)
    bare = [row for row in troubled if row.state == CoverageState.UNCOVERED]
    return LeakCounts(
        kinds=kinds,
        states=_states(troubled, sum(kinds.values())),
        todo_leaks=_per_kind(row for row in bare if row.progress != ProgressState.IN_GRACE),
        untouched=_per_kind(row for row in troubled if row.progress == ProgressState.UNTOUCHED),
        past_grace=past_grace,
        overdue=overdue_split(todos),
    )


def overdue_split(todos: QuerySet[Todo]) -> dict[str, int]:
    """Promised to-dos, then the rest by origin; one query."""
    unpromised = Q(is_promised=False)
    return todos.order_by().aggregate(
        promised=Count("pk", filter=~unpromised),
        rule=Count("pk", filter=unpromised & Q(origin=TodoOrigin.RULE)),
        manual=Count("pk", filter=unpromised & Q(origin=TodoOrigin.MANUAL)),
    )


@dataclass(frozen=True, slots=True)
class _Troubled:
    kind: str
    state: str
    progress: str
    count: int


def _kinds(cycles: QuerySet[FollowUpCycle], cutoff: date) -> tuple[dict[str, int], int]:
    """The cycles per kind, and how many of them all are past the grace."""
    rows = (
        cycles.order_by()
        .values_list("kind")
        .annotate(n=Count("*"), old=Count("entered_on", filter=Q(entered_on__lt=cutoff)))
    )
    found = list(rows)
    kinds = dict.fromkeys(CycleKind.values, 0) | {kind: count for kind, count, _old in found}
    return kinds, sum(old for _kind, _count, old in found)


def _troubled(cycles: QuerySet[FollowUpCycle], as_of: date, cutoff: date) -> list[_Troubled]:
    rows = with_state(cycles.filter(pk__in=troubled_ids(as_of)), as_of).annotate(progress=progress(as_of, cutoff))
    counted = rows.order_by().values_list("kind", "state", "progress").annotate(n=Count("*"))
    return [_Troubled(*row) for row in counted]


def _states(troubled: list[_Troubled], cycles: int) -> dict[str, int]:
    """Each state in the order of the proof bar; what is in no trouble is in hand."""
    found = dict.fromkeys(CoverageState.values, 0)
    for row in troubled:
        found[row.state] += row.count
    others = sum(count for state, count in found.items() if state != CoverageState.IN_HAND)
    return found | {CoverageState.IN_HAND.value: cycles - others}


def _per_kind(rows: Iterable[_Troubled]) -> dict[str, int]:
    found = dict.fromkeys(CycleKind.values, 0)
    for row in rows:
        found[row.kind] += row.count
    return found
