"""What stands on 本日の要確認: the proof bar and the tiles, each number with the address of its rows (SC-10)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards.addresses import records_url
from dashboards.charts.parts import Part
from dashboards.figures import Figure
from dashboards.pages.approaches import Approaches
from dashboards.reports import Asked, answer, coverage, lead_care, over_cap, overdue, todo_leaks, unruled, untouched
from dashboards.reports.coverage import LEAKS
from dashboards.reports.dimensions import Label
from deals.states import CycleKind
from followups.leak_counts import Also, LeakCounts
from followups.states import CoverageState
from people.kept_answers import Beside, Kept
from people.limits import limits_in, limits_rows
from people.models import User


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


CROWDED = "over_cap"  # the tile, and its count among those that the page asks for besides


@dataclass(frozen=True, slots=True)
class Besides(Also):
    """What the page counts besides the leaks."""

    asked: Asked

    def rows(self) -> Mapping[str, QuerySet[Any]]:
        return Approaches.of(self.asked).questions() | {CROWDED: answer(CROWDED, self.asked).rows}

    def kept(self) -> tuple[Sequence[Kept], Sequence[Beside]]:
        days = Kept(over_cap.held_by_day(self.asked), over_cap.WHOSE)
        limits = limits_rows(User.objects.all(), self.asked.as_of)
        return (*Approaches.of(self.asked).kept(), days), (Beside.of_rows(limits),)

    def told(self, kept: Sequence[list[Any]], besides: Sequence[list[Any]]) -> Mapping[str, int]:
        *approaches, days = kept
        return Approaches.told(*approaches) | {CROWDED: over_cap.crowded_days(days, limits_in(besides[0])[0])}


# In hand first: it is the good part, and the bar is read from the left.
SHOWN = tuple(reversed(CoverageState))


def proof(asked: Asked, counts: LeakCounts) -> Proof:
    """The proof bar."""
    return Proof(
        stagnant=counts.kinds[CycleKind.STAGNANT],
        lost=counts.kinds[CycleKind.LOST],
        returned=counts.kinds[CycleKind.RETURNED],
        parts=[
            Part(state, str(state.label), counts.states[state], records_url("coverage", asked, part=state))
            for state in SHOWN
        ],
        open_url=records_url("coverage", asked),
        leaks_url=records_url("coverage", asked, part="leaks"),
    )


def tiles(asked: Asked, counts: LeakCounts) -> list[Figure]:
    """ToDo未設定, 未着手, 期日超過, 担当未割当 (the part of the proof bar), 上限超過, 要更新リード and ルール対象外."""
    return [
        _missing(asked, counts), _untouched(asked, counts), _overdue(asked, counts), _unassigned(asked, counts),
        _crowded(asked, counts), _leads(asked, counts), _unruled(asked, counts),
    ]  # fmt: skip


def _missing(asked: Asked, counts: LeakCounts) -> Figure:
    url, note = records_url("todo_leaks", asked), _by_kind(counts.todo_leaks)
    value = sum(counts.todo_leaks.values())
    return _figure("todo_leaks", _("No to-do set"), value, note, url, says=todo_leaks.definition)


def _untouched(asked: Asked, counts: LeakCounts) -> Figure:
    whole = counts.past_grace
    note = ngettext("of %(number)s follow-up", "of %(number)s follow-ups", whole) % {"number": f"{whole:,}"}
    url, value = records_url("untouched", asked), sum(counts.untouched.values())
    return _figure("untouched", _("Untouched"), value, note, url, "warn", says=untouched.definition)


def _overdue(asked: Asked, counts: LeakCounts) -> Figure:
    promised, url = counts.overdue["promised"], records_url("overdue", asked)
    note = ngettext("%(number)s promised", "%(number)s promised", promised) % {"number": f"{promised:,}"}
    return _figure("overdue", _("Overdue"), sum(counts.overdue.values()), note, url, says=overdue.definition)


def _unassigned(asked: Asked, counts: LeakCounts) -> Figure:
    state = CoverageState.UNASSIGNED
    url, note = records_url("coverage", asked, part=state), _("follow-ups without an owner")
    return _figure("unassigned", state.label, counts.states[state], note, url, says=coverage.definition)


def _crowded(asked: Asked, counts: LeakCounts) -> Figure:
    url, note, value = records_url("over_cap", asked), _("within ten business days"), counts.also[CROWDED]
    shown = _figure(CROWDED, _("Over the cap"), value, note, url, "warn", says=over_cap.definition)
    return replace(shown, unit=pgettext("unit", "days"))


def _leads(asked: Asked, counts: LeakCounts) -> Figure:
    unanswered = counts.leads["unanswered_mails"]
    note = ngettext("%(number)s mail unanswered", "%(number)s mails unanswered", unanswered)
    url, value = records_url("stale_leads", asked), counts.leads["stale_leads"]
    note %= {"number": f"{unanswered:,}"}
    return _figure(
        "stale_leads", _("Leads to update"), value, note, url, "warn", says=lead_care.DEFINITIONS["stale_leads"]
    )


def _unruled(asked: Asked, counts: LeakCounts) -> Figure:
    url, note = records_url("unruled", asked), _("deals in statuses that no rule names")
    return _figure("unruled", _("Outside all rules"), counts.unruled, note, url, "", says=unruled.definition)


def _by_kind(counts: Mapping[str, int]) -> str:
    """滞留0 失注0; a kind that is not there is left out, the usual two never."""
    usual = (CycleKind.STAGNANT, CycleKind.LOST)
    shown = [kind for kind in CycleKind if counts[kind] or kind in usual]
    return " ".join(f"{kind.label} {counts[kind]:,}" for kind in shown)


def _figure(
    name: str, label: Label, value: int, note: str, url: str, alarm: str = "late", *, says: Callable[[], str]
) -> Figure:
    """A number that has been counted already; above zero it alarms."""
    state, unit = (alarm if value else "ok") if alarm else "", pgettext("unit", "items")
    return Figure(name=name, label=label, value=value, unit=unit, note=note, state=state, url=url, definition=says)
