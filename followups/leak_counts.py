"""What stands on 本日の要確認, counted once: for the page, for whoever signs it and for the notices (D15)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from activities.states import TodoOrigin
from deals.models import FollowUpCycle
from deals.states import CycleKind
from followups import lead_care
from followups.coverage import standing, troubled_ids, unruled, with_state
from followups.progress import progress
from followups.run_light import unswept_cycles
from followups.states import CoverageState, ProgressState
from followups.workload import overdue_todos
from leads.models import Lead
from people.business_days import BusinessCalendar
from people.composed import composed_once, counts_of, rows_of
from people.kept_answers import Beside, Kept, if_kept
from people.models import User
from people.portions import of_deals


class Also:
    """What else is counted on the way, by name; hashed by what it asks."""

    def rows(self) -> Mapping[str, QuerySet[Any]]:
        """What has the numbers as rows, where they are not kept."""
        return {}

    def kept(self) -> tuple[Sequence[Kept], Sequence[Beside]]:
        """The questions whose answers may be kept, and what has to be asked beside them."""
        return (), ()

    def told(self, kept: Sequence[list[Any]], besides: Sequence[list[Any]]) -> Mapping[str, int]:
        """The numbers from the answers to those."""
        return {}


NOTHING = Also()

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
    origin. leads: those that nobody looked after, by the name of their report. unswept: of everybody, see
    the light. staff: how many people of inside sales a follow-up can be given to. also: what the caller asked for.
    """

    kinds: Mapping[str, int]
    states: Mapping[str, int]
    todo_leaks: Mapping[str, int]
    untouched: Mapping[str, int]
    past_grace: int
    overdue: Mapping[str, int]
    leads: Mapping[str, int]
    unruled: int
    unswept: int
    staff: int
    also: Mapping[str, int]

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
            **self.leads,
            "unruled": self.unruled,
        }


def leak_counts(
    as_of: date,
    cutoff: date,
    calendar: BusinessCalendar,
    team_id: int | None = None,
    *,
    also: Also = NOTHING,
) -> LeakCounts:
    """The counts of that day in four queries. cutoff: see `grace_cutoff`; team_id: its deals, its people's to-dos.


    Only cycles that partial indexes name can be in trouble: those are looked at, the rest counted.
    """
    asking = _asking(as_of, cutoff, calendar, team_id, also)
    rows, counts = asking.found()
    cycles = [_Cycles(*row) for row in rows]
    troubled = [row for row in cycles if row.state]
    bare = [row for row in troubled if row.state == CoverageState.UNCOVERED]
    kinds = _per_kind(row for row in cycles if not row.state)
    counted = {name: {key: counts[key] for key in keys} for name, keys in asking.parts.items()}
    return LeakCounts(
        states=_states(troubled, sum(kinds.values())),
        todo_leaks=_per_kind(row for row in bare if row.progress != ProgressState.IN_GRACE),
        untouched=_per_kind(row for row in troubled if row.progress == ProgressState.UNTOUCHED),
        kinds=kinds,
        overdue=counted["overdue"],
        leads=counted["leads"],
        past_grace=sum(row.past_grace for row in cycles),
        unruled=counts["unruled"],
        unswept=counts["unswept"],
        staff=counts["staff"],
        also=counted["also"],
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    """The questions of one day. cycles: rows of `_Cycles`; parts: which of the counts belong together.

    kept: the cycles by kind, what `also` may keep, the cycles in trouble, the other counts, and what `also` needs.
    """

    cycles: Callable[[], list[Any]]
    counts: Callable[[], dict[str, int]]
    kept: Callable[[], list[list[Any]] | None]
    names: Sequence[str]
    parts: Mapping[str, Sequence[str]]
    also: Also
    also_kept: int

    def found(self) -> tuple[list[Any], Mapping[str, int]]:
        """Rows of `_Cycles`, and all counts by their names."""
        found = self.kept()
        if found is None:
            return self.cycles(), self.counts()
        every, troubled, (counts,), *besides = found[0], *found[1 + self.also_kept :]
        told = self.also.told(found[1 : 1 + self.also_kept], besides)
        return every + troubled, {**dict(zip(self.names, counts, strict=True)), **told}


@composed_once
def _asking(as_of: date, cutoff: date, calendar: BusinessCalendar, team_id: int | None, also: Also) -> _Asking:
    cycles = _of_team(standing(as_of), "deal__team", team_id)
    parts: dict[str, Mapping[str, QuerySet[Any]]] = {
        "overdue": overdue_parts(_of_team(overdue_todos(as_of), "assignee__team", team_id)),
        "also": also.rows(),
        "leads": {name: _of_team(leads, "owner__team", team_id) for name, leads in _leads(as_of, cutoff, calendar)},
    }
    single: dict[str, QuerySet[Any]] = {
        "unruled": _of_team(unruled(as_of), "team", team_id),
        "unswept": unswept_cycles(as_of),
        "staff": User.objects.follow_up_staff(),
    }
    together = single | {name: rows for part in parts.values() for name, rows in part.items()}
    others = {name: rows for name, rows in together.items() if name not in parts["also"]}
    every, troubled = _counted(cycles, cutoff), _troubled(cycles, as_of, cutoff)
    also_kept, also_beside = also.kept()
    besides = (Beside.of_rows(troubled), Beside.of_counts(others), *also_beside)
    return _Asking(
        cycles=rows_of(every.union(troubled, all=True)),
        counts=counts_of(together),
        kept=if_kept(Kept(every, of_deals()), *also_kept, besides=besides),
        names=list(others),
        parts={name: list(part) for name, part in parts.items()},
        also=also,
        also_kept=len(also_kept),
    )


def overdue_parts(todos: QuerySet[Todo]) -> dict[str, QuerySet[Todo]]:
    """Promised to-dos, then the rest by origin."""
    others = todos.filter(is_promised=False)
    return {
        "promised": todos.filter(is_promised=True),
        "rule": others.filter(origin=TodoOrigin.RULE),
        "manual": others.filter(origin=TodoOrigin.MANUAL),
    }


def _leads(as_of: date, cutoff: date, calendar: BusinessCalendar) -> Iterable[tuple[str, QuerySet[Lead]]]:
    yield "stale_leads", lead_care.stale_leads(as_of, cutoff)
    yield "no_next_step_leads", lead_care.no_next_step_leads(as_of)
    yield "unanswered_mails", lead_care.unanswered_mails(as_of, calendar)


def _of_team(rows: QuerySet[Any], path: str, team_id: int | None) -> QuerySet[Any]:
    return rows if team_id is None else rows.filter(**{path: team_id})


@dataclass(frozen=True, slots=True)
class _Cycles:
    """So many cycles of a kind; state and progress "": all that are open, of which past_grace are past the grace."""

    kind: str
    state: str
    progress: str
    count: int
    past_grace: int


def _counted(cycles: QuerySet[FollowUpCycle], cutoff: date) -> QuerySet[Any]:
    """All of them by kind, which an index tells."""
    nothing = Value("", CharField())
    every = cycles.annotate(state=nothing, progress=nothing).order_by().values_list("kind", "state", "progress")
    past = Count("entered_on", filter=Q(entered_on__lt=cutoff))  # which the index of open cycles holds
    counted: QuerySet[Any] = every.annotate(n=Count("*"), past=past)
    return counted


def _troubled(cycles: QuerySet[FollowUpCycle], as_of: date, cutoff: date) -> QuerySet[Any]:
    """Those that can be in trouble by their state."""
    rows = with_state(cycles.filter(pk__in=troubled_ids(as_of)), as_of).annotate(progress=progress(as_of, cutoff))
    troubled = rows.order_by().values_list("kind", "state", "progress").annotate(n=Count("*"))
    counted: QuerySet[Any] = troubled.annotate(past=Value(0))
    return counted


def _states(troubled: list[_Cycles], cycles: int) -> dict[str, int]:
    """Each state in the order of the proof bar; what is in no trouble is in hand."""
    found = dict.fromkeys(CoverageState.values, 0)
    for row in troubled:
        found[row.state] += row.count
    others = sum(count for state, count in found.items() if state != CoverageState.IN_HAND)
    return found | {CoverageState.IN_HAND.value: cycles - others}


def _per_kind(rows: Iterable[_Cycles]) -> dict[str, int]:
    found = dict.fromkeys(CycleKind.values, 0)
    for row in rows:
        found[row.kind] += row.count
    return found
