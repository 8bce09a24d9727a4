"""What stands on 本日の要確認: the proof bar and the tiles, each number with the address of its rows (SC-10)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Todo
from dashboards.records import sheet_of
from dashboards.reports import Asked, answer
from dashboards.reports.coverage import LEAKS
from dashboards.reports.dimensions import Label
from dashboards.svg import Part
from deals.states import CycleKind
from followups import coverage
from followups.states import CoverageState


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The open cycles by kind, and by state: the counts of the parts sum to `open` (D15)."""

    stagnant: int
    lost: int
    returned: int
    parts: list[Part]
    open_url: str
    leaks_url: str

    @property
    def open(self) -> int:
        """All open cycles."""
        return self.stagnant + self.lost + self.returned

    @property
    def leaks(self) -> int:
        """抜け漏れ: cycles without a to-do or without anybody to do it."""
        return sum(part.count for part in self.parts if part.code in LEAKS)


TODOS_SHOWN = 8
# In hand first: it is the good part, and the bar is read from the left.
SHOWN = tuple(reversed(CoverageState))


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with its rows. state: ok, warn or late; "" is a plain number."""

    name: str
    label: Label
    value: int
    note: str
    state: str
    url: str


def records_url(metric: str, as_of: date, **conditions: str) -> str:
    """The address of the rows behind a number of that day."""
    query = urlencode({"as_of": as_of.isoformat()} | conditions)
    return f"{reverse('dashboards:records', args=[metric])}?{query}"


def proof(as_of: date) -> Proof:
    """The proof bar."""
    kinds = coverage.cycles_open(as_of)
    states = coverage.split(as_of, sum(kinds.values()))
    return Proof(
        stagnant=kinds[CycleKind.STAGNANT],
        lost=kinds[CycleKind.LOST],
        returned=kinds[CycleKind.RETURNED],
        parts=[
            Part(state, str(state.label), states[state], records_url("coverage", as_of, part=state)) for state in SHOWN
        ],
        open_url=records_url("coverage", as_of),
        leaks_url=records_url("coverage", as_of, part="leaks"),
    )


@dataclass(frozen=True, slots=True)
class Overdue:
    """Open to-dos past their date, and the first of them."""

    total: int
    promised: int
    rule: int
    manual: int
    todos: QuerySet[Todo]
    url: str


def overdue(as_of: date) -> Overdue:
    """期日超過 (M-05); the split sums to the total."""
    report = answer("overdue", Asked(as_of=as_of))
    split = report.figures()
    return Overdue(
        total=sum(split.values()),
        **split,
        todos=sheet_of(report.rows).loaded(report.rows)[:TODOS_SHOWN],
        url=records_url("overdue", as_of),
    )


def tiles(as_of: date, shown: Proof, late: Overdue) -> list[Tile]:
    """ToDo未設定, 未着手, 期日超過, 担当未割当 (the part of the proof bar) and ルール対象外."""
    asked = Asked(as_of=as_of)
    return [_missing(asked), _untouched(asked), _overdue(late), _unassigned(shown), _unruled(asked)]


def _missing(asked: Asked) -> Tile:
    total = answer("todo_leaks", asked).total
    return _tile("todo_leaks", asked.as_of, _("No to-do set"), total, _("past the grace"), "late" if total else "ok")


def _untouched(asked: Asked) -> Tile:
    report = answer("untouched", asked)
    total, whole = report.total, report.whole.count() if report.whole is not None else 0
    note = ngettext("of %(number)s follow-up", "of %(number)s follow-ups", whole) % {"number": f"{whole:,}"}
    return _tile("untouched", asked.as_of, _("Untouched"), total, note, "warn" if total else "ok")


def _overdue(late: Overdue) -> Tile:
    note = ngettext("%(number)s promised", "%(number)s promised", late.promised) % {"number": f"{late.promised:,}"}
    return Tile("overdue", _("Overdue"), late.total, note, "late" if late.total else "ok", late.url)


def _unassigned(shown: Proof) -> Tile:
    part = next(part for part in shown.parts if part.code == CoverageState.UNASSIGNED)
    state = "late" if part.count else "ok"
    return Tile("unassigned", part.label, part.count, _("follow-ups without an owner"), state, part.url)


def _unruled(asked: Asked) -> Tile:
    total = answer("unruled", asked).total
    return _tile("unruled", asked.as_of, _("Outside all rules"), total, _("deals in statuses that no rule names"), "")


def _tile(name: str, as_of: date, label: Label, value: int, note: str, state: str) -> Tile:
    return Tile(name, label, value, note, state, records_url(name, as_of))
