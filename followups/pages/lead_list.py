"""The list of leads (SC-21): which have a next step, whose status is not true to the to-dos, and how many of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Subquery, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Todo
from leads.models import Lead
from leads.querysets import LeadQuerySet
from leads.states import PROMISING_STATUSES, WORKED_STATUSES, LeadStatus
from people.wordings import Words

RANKS = {status: rank for rank, status in enumerate(LeadStatus.values, start=1)}

# Conditions on leads that know of their to-dos (`with_todos`); the same in words: LeadCell.
NOTHING_NEXT = Q(status__in=WORKED_STATUSES, has_next=False)
UNTRUE = Q(status__in=PROMISING_STATUSES, has_next=False) | Q(status=LeadStatus.NURTURING_NO_ACTION, has_next=True)
MOVES_SOON = Q(moves_soon=True)


def with_todos(leads: LeadQuerySet, as_of: date) -> LeadQuerySet:
    """Leads with `has_next` (an open to-do) and `moves_soon` (one that is due by the Sunday of this week)."""
    todos = Todo.objects.open().filter(lead=OuterRef("pk")).order_by()
    sunday = as_of + timedelta(days=6 - as_of.weekday())
    return leads.annotate(has_next=Exists(todos), moves_soon=Exists(todos.filter(effective_due_on__lte=sunday)))


def lead_rows(leads: LeadQuerySet) -> LeadQuerySet:
    """Leads in the order of the groups, the longest in their status first, with people, last touch and `open_todos`.

    last_on, last_kind, last_outcome: the newest completed touch recorded on the lead, None without one.
    """
    touches = Activity.objects.contacts().filter(lead=OuterRef("pk")).order_by("-occurred_on", "-id")
    ranks = [When(status=status, then=Value(rank)) for status, rank in RANKS.items()]
    open_todos = Prefetch("todos", Todo.objects.open().order_by("effective_due_on", "id"), to_attr="open_todos")
    return (
        leads.select_related("company", "contact", "source", "owner", "nurturing_reason")
        .annotate(
            rank=Case(When(UNTRUE, then=Value(0)), *ranks),
            last_on=Subquery(touches.values("occurred_on")[:1]),
            last_kind=Subquery(touches.values("kind")[:1]),
            last_outcome=Subquery(touches.values("outcome")[:1]),
        )
        .prefetch_related(open_todos)
        .order_by("rank", "status_entered_on", "id")
    )


@dataclass(frozen=True, slots=True)
class LeadCell:
    """How many leads of one status have, or do not have, a to-do."""

    status: str
    has_next: bool
    moves_soon: bool
    count: int

    @property
    def is_nothing_next(self) -> bool:
        return self.status in WORKED_STATUSES and not self.has_next

    @property
    def is_untrue(self) -> bool:
        if self.status == LeadStatus.NURTURING_NO_ACTION:
            return self.has_next
        return self.status in PROMISING_STATUSES and not self.has_next

    def is_in(self, view: str, status: str) -> bool:
        """Whether these leads are listed under that view and status; '' is no choice."""
        in_view = {"none": self.is_nothing_next, "untrue": self.is_untrue, "week": self.moves_soon}.get(view, True)
        return in_view and status in ("", self.status)


@dataclass(slots=True)
class LeadGroup:
    """The leads of one status on this page of the list; `count` is that of the whole list. rank 0: untrue statuses."""

    rank: int
    label: str | Promise
    hint: str | Promise
    count: int
    leads: list[Lead] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Census:
    """All leads that the filters leave, counted once; every tab and every group takes its number from here."""

    cells: Sequence[LeadCell]

    @classmethod
    def of(cls, leads: LeadQuerySet) -> "Census":
        """One query; the leads know of their to-dos."""
        names = ("status", "has_next", "moves_soon")
        rows = leads.order_by().values(*names).annotate(count=Count("pk"))
        return cls([LeadCell(*(row[name] for name in (*names, "count"))) for row in rows])

    def count(self, view: str = "", status: str = "") -> int:
        """How many leads are listed under that view and status."""
        return sum(cell.count for cell in self.cells if cell.is_in(view, status))

    def views(self) -> dict[str, int]:
        """The counts of the views."""
        return {view or "all": self.count(view) for view in ("", "none", "untrue", "week")}

    def groups(
        self, leads: Iterable[Lead], words: dict[str, Words], *, view: str = "", status: str = ""
    ) -> list[LeadGroup]:
        """The leads of one page under the heads of their groups, in the order of the list."""
        listed = [cell for cell in self.cells if cell.is_in(view, status)]
        groups: dict[int, LeadGroup] = {}
        for lead in leads:
            rank: int = lead.rank  # type: ignore[attr-defined]
            if rank not in groups:
                count = sum(cell.count for cell in listed if _rank(cell) == rank)
                groups[rank] = _head(rank, words.get(lead.status), count)
            groups[rank].leads.append(lead)
        return list(groups.values())


def _rank(cell: LeadCell) -> int:
    return 0 if cell.is_untrue else RANKS[cell.status]


def _head(rank: int, words: Words | None, count: int) -> LeadGroup:
    if rank == 0 or words is None:
        return LeadGroup(0, _("The status is not true"), _("Add the to-do, or set the status that is true."), count)
    return LeadGroup(rank, words.label, words.timing, count)
