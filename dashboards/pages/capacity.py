"""What stands on キャパシティ: who is how full on which days, who needs help, and what could move (SC-15)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from activities.capacity import StripDay
from activities.models import Todo
from dashboards.pages.load_map import PEOPLE, LoadMap
from dashboards.pages.load_rows import Cell, Row
from dashboards.records import sheet_of
from dashboards.reports import Asked, answer
from followups.absences import PlannedMove, plan_relief
from followups.rights import rights_on_todo
from people.composed import composed_once, rows_of
from people.models import User

DIMENSIONS = {"team": PEOPLE["team"]}
MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Panel:
    """One person's day opened. moves: to-dos without a promise that could go, each with its day; none are promised.

    after: the day once they have moved. may_move: whether the reader may move them.
    """

    row: Row
    cell: Cell
    moves: Sequence[PlannedMove]
    after: StripDay
    may_move: bool


def panel_of(shown: LoadMap, asked: Asked, reader: User, person_id: int | None, day: date | None) -> Panel | None:
    """The day that the address opens, else the first crowded one; None where no day is either. One query."""
    crowded = [(offer.person.pk, offer.cell.at.day) for offer in shown.offers[:1]]
    rows = {row.person.pk: row for row in shown.rows}
    wanted = [(rows[pk], on) for pk, on in [(person_id, day), *crowded] if pk in rows and on in shown.days]
    if not wanted:
        return None
    row, on = wanted[0]
    cell = row.cells[shown.days.index(on)]
    todos = _offered(asked, row.person, cell)
    moves = plan_relief(todos, shown.loads)
    may_move = bool(todos) and "followups:todo_move" in rights_on_todo(reader, todos[0])
    return Panel(row, cell, moves, shown.loads.on(row.person.pk, cell.at.day), may_move)


def _offered(asked: Asked, person: User, cell: Cell) -> list[Todo]:
    """As many as are too many, those first that can best wait: low priority, asked for late."""
    return _waiting(asked, person.pk, cell.at.day, min(cell.movable, MOST_OFFERED))()


@composed_once
def _waiting(asked: Asked, person_id: int, day: date, most: int) -> Callable[[], list[Todo]]:
    rows: Any = answer("load", asked).rows.filter(assignee=person_id, load_on=day, is_promised=False)
    waits = (F("deal__priority").desc(nulls_last=True), "-original_due_on", "-id")
    return rows_of(rows.select_related(*sheet_of(rows).related, "assignee__team").order_by(*waits)[:most])
