"""What needs somebody on 本日の要確認: kind by kind, with the first rows of the chosen one (SC-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dashboards.addresses import records_url
from dashboards.records import sheet_of
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import Label
from dashboards.sheet import Sheet
from followups.leak_counts import LeakCounts

ROWS = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of exception: its code in the address, its report and part, and what it is called."""

    code: str
    report: str
    label: Label
    part: str = ""


# The gravest first: the page opens with the first kind of which there are any.
KINDS = (
    Kind("uncovered", "coverage", _("No to-do set"), "uncovered"),
    Kind("unassigned", "coverage", _("Nobody assigned"), "unassigned"),
    Kind("overdue_todos", "overdue", _("Overdue")),
    Kind("untouched", "untouched", _("Untouched")),
    Kind("stale_leads", "stale_leads", _("Leads to update")),
    Kind("no_next_step_leads", "no_next_step_leads", _("Leads without a next step")),
    Kind("unanswered_mails", "unanswered_mails", _("Mails without a known answer")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind with its number and the address of all its rows."""

    kind: Kind
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The kinds of which there are any, and the first rows of the chosen kind; without any, nothing is chosen."""

    tabs: Sequence[Tab]
    sheet: Sheet | None
    rows: Sequence[Any]

    @property
    def chosen(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.is_chosen), None)


def exceptions(asked: Asked, counts: LeakCounts, chosen: str) -> Exceptions:
    """chosen: the code of a kind; where it has no rows, or is none, the gravest that has some."""
    numbers = counts.by_code()
    there = [kind for kind in KINDS if numbers[kind.code]]
    codes = [kind.code for kind in there]
    shown = chosen if chosen in codes else next(iter(codes), "")
    tabs = [
        Tab(kind, numbers[kind.code], records_url(kind.report, asked, part=kind.part), kind.code == shown)
        for kind in there
    ]
    picked = next((kind for kind in there if kind.code == shown), None)
    if picked is None:
        return Exceptions(tabs, None, [])
    rows = answer(picked.report, asked).part_rows(picked.part)
    sheet = sheet_of(rows)
    return Exceptions(tabs, sheet, list(sheet.loaded(rows)[:ROWS]))
