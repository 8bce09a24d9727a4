"""What stands on 本日の要確認: the proof bar and the tiles, each number with the address of its rows (SC-10)."""

from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from activities.models import Todo
from dashboards.addresses import records_url
from dashboards.charts.parts import Part
from dashboards.figures import Figure, count_of
from dashboards.records import sheet_of
from dashboards.reports import Asked, answer
from dashboards.reports.coverage import LEAKS
from dashboards.reports.dimensions import Label
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


def proof(asked: Asked) -> Proof:
    """The proof bar."""
    kinds = coverage.cycles_open(asked.as_of)
    states = coverage.split(asked.as_of, sum(kinds.values()))
    return Proof(
        stagnant=kinds[CycleKind.STAGNANT],
        lost=kinds[CycleKind.LOST],
        returned=kinds[CycleKind.RETURNED],
        parts=[
            Part(state, str(state.label), states[state], records_url("coverage", asked, part=state)) for state in SHOWN
        ],
        open_url=records_url("coverage", asked),
        leaks_url=records_url("coverage", asked, part="leaks"),
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


def overdue(asked: Asked) -> Overdue:
    """期日超過 (M-05); the split sums to the total."""
    report = answer("overdue", asked)
    split = report.figures()
    return Overdue(
        total=sum(split.values()),
        **split,
        todos=sheet_of(report.rows).loaded(report.rows)[:TODOS_SHOWN],
        url=records_url("overdue", asked),
    )


def tiles(asked: Asked, shown: Proof, late: Overdue) -> list[Figure]:
    """ToDo未設定, 未着手, 期日超過, 担当未割当 (the part of the proof bar) and ルール対象外."""
    return [_missing(asked), _untouched(asked), _overdue(late), _unassigned(shown), _unruled(asked)]


def _missing(asked: Asked) -> Figure:
    figure = count_of(answer("todo_leaks", asked), label=_("No to-do set"), note=_("past the grace"))
    return replace(figure, state="late" if figure.value else "ok")


def _untouched(asked: Asked) -> Figure:
    report = answer("untouched", asked)
    whole = report.whole_total
    note = ngettext("of %(number)s follow-up", "of %(number)s follow-ups", whole) % {"number": f"{whole:,}"}
    figure = count_of(report, label=_("Untouched"), note=note)
    return replace(figure, state="warn" if figure.value else "ok")


def _overdue(late: Overdue) -> Figure:
    note = ngettext("%(number)s promised", "%(number)s promised", late.promised) % {"number": f"{late.promised:,}"}
    return _plain("overdue", _("Overdue"), late.total, note, late.url)


def _unassigned(shown: Proof) -> Figure:
    part = next(part for part in shown.parts if part.code == CoverageState.UNASSIGNED)
    return _plain("unassigned", part.label, part.count, _("follow-ups without an owner"), part.url)


def _unruled(asked: Asked) -> Figure:
    report = answer("unruled", asked)
    return count_of(report, label=_("Outside all rules"), note=_("deals in statuses that no rule names"))


def _plain(name: str, label: Label, value: int, note: str, url: str) -> Figure:
    """A number that has been counted already."""
    state, unit = "late" if value else "ok", pgettext("unit", "items")
    return Figure(name=name, label=label, value=value, unit=unit, note=note, state=state, url=url)
