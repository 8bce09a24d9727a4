"""Who calls for help, with or without words: SOS and the signs of a spiral (S1-11, S1-25, M-06b)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy

from activities.models import Todo
from activities.states import TodoStatus
from dashboards.addresses import records_url
from dashboards.pages.load_map import LoadMap, whose
from dashboards.pages.load_rows import Cell, Row
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import team, user
from dashboards.reports.on_time import DONE_ON_TIME
from dashboards.reports.report import rate
from deals.models import Deal
from deals.states import OPEN_STATUSES
from people.composed import composed_once
from people.kept_answers import Kept, if_kept, kept_rows_of
from people.models import SosCall
from people.portions import of_deals, of_deals_or_leads
from people.prepared import prepared

MOST_HELPLESS = 10  # shown before the reader asks for all
MOST_OVERDUE = 3  # from so many overdue to-dos on, somebody needs help (S1-25)
SPIRAL_DAYS = timedelta(days=14)
SPIRAL_GROWTH = 1.2  # of the deals held (S1-11)

# What is counted of each person, in this order.
LATE = ("overdue", "now", "before")
KEPT = ("judged", "hit", "judged_before", "hit_before")
ASSIGNEES = {"team": team("assignee__team"), "user": user(gettext_lazy("Assignee"), "assignee")}

PerPerson = Mapping[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strain:
    """One person: what he holds and what is late, now and two weeks before, and whether he called."""

    row: Row
    held: int = 0
    held_before: int = 0
    overdue: int
    late: int
    late_before: int
    kept: float | None
    kept_before: float | None
    call: SosCall | None

    @property
    def held_url(self) -> str:
        """The deals held."""
        return records_url("held", self._his)

    @property
    def overdue_url(self) -> str:
        """What is overdue."""
        return records_url("overdue", self._his)

    @property
    def _his(self) -> Asked:
        return self.row.asked.with_keys(user=self.row.person.name)

    @property
    def crowded(self) -> list[Cell]:
        """The days of the next five that hold more than fits."""
        return self.row.near_excess

    @property
    def needs_help(self) -> bool:
        """The SOS list: an open call, a load above 100 % within five business days, or three overdue to-dos."""
        return self.call is not None or self.row.too_many_soon > 0 or self.overdue >= MOST_OVERDUE

    @property
    def has_too_many(self) -> bool:
        """Whether he holds more deals than his cap of deals."""
        cap = self.row.person.deal_cap
        return cap is not None and self.held > cap

    @property
    def slips(self) -> bool:
        """Two signs of a spiral: more that is late, and fewer days kept."""
        keeps_less = self.kept is not None and self.kept_before is not None and self.kept < self.kept_before
        return keeps_less and self.late > self.late_before

    @property
    def is_spiral(self) -> bool:
        """All three within two weeks: a fifth more deals, more that is late, and fewer days kept (S1-11)."""
        grows = self.held > self.held_before and self.held >= SPIRAL_GROWTH * self.held_before
        return grows and self.slips


@dataclass(frozen=True, slots=True)
class Strains:
    """Who holds how much and who needs help. people: those shown on the map; helpless: whoever needs help most, first.

    helpless_count: everybody who needs help, of whom `helpless` may hold the first ones alone.
    """

    people: list[Strain]
    helpless: list[Strain]
    helpless_count: int
    spirals: list[Strain]


def strains(shown: LoadMap, asked: Asked, *, all_helpless: bool = False) -> Strains:
    """Four queries. What deals somebody holds is counted where it is shown or could be a sign."""
    before, rows = asked.as_of - SPIRAL_DAYS, shown.rows
    ids = {row.person.pk for row in rows}
    late, kept = _keyed(_late(whose(asked), before), LATE), _keyed(_kept(asked, before), KEPT)
    calls = {call.user_id: call for call in _open_calls() if call.user_id in ids}
    people = {row.person.pk: _strain(row, late, kept, calls.get(row.person.pk)) for row in rows}
    on_page = [row.person.pk for group in shown.groups for row in group.shown]
    looked_at = {*on_page, *(pk for pk, one in people.items() if one.slips)}
    for pk, now, then in _held(sorted(looked_at), asked.as_of, before):
        people[pk] = replace(people[pk], held=now, held_before=then)
    helpless = sorted((one for one in people.values() if one.needs_help), key=_urgency)
    return Strains(
        people=[people[pk] for pk in on_page],
        helpless=helpless if all_helpless else helpless[:MOST_HELPLESS],
        helpless_count=len(helpless),
        spirals=[one for one in people.values() if one.is_spiral],
    )


def _urgency(one: Strain) -> tuple[bool, int, int, int]:
    """Who called comes first, then who has the most too much, then who is late with most."""
    return one.call is None, -one.row.too_many_soon, -one.overdue, one.row.person.pk


def _strain(row: Row, late: PerPerson, kept: PerPerson, call: SosCall | None) -> Strain:
    todos, days = late.get(row.person.pk, {}), kept.get(row.person.pk, {})
    return Strain(
        row=row,
        overdue=todos.get("overdue", 0),
        late=todos.get("now", 0),
        late_before=todos.get("before", 0),
        kept=rate(days.get("hit", 0), days.get("judged", 0)),
        kept_before=rate(days.get("hit_before", 0), days.get("judged_before", 0)),
        call=call,
    )


@prepared
def _open_calls() -> Any:
    return SosCall.objects.filter(settled_on__isnull=True)


def _held(ids: list[int], as_of: date, before: date) -> list[tuple[int, int, int]]:
    """Live deals known by the day, and those that were live two weeks before; of their present owner."""
    kept = _held_by_everybody(as_of, before)()
    if kept is None:
        return _held_by(ids, as_of, before)
    return [row for row in kept[0] if row[0] in ids]


@composed_once
def _held_by_everybody(as_of: date, before: date) -> Callable[[], list[list[Any]] | None]:
    return if_kept(Kept(_holding(as_of, before).filter(fs_owner__isnull=False), of_deals("pk")))


@prepared
def _held_by(ids: list[int], as_of: date, before: date) -> Any:
    return _holding(as_of, before).filter(fs_owner__in=ids)


def _holding(as_of: date, before: date) -> QuerySet[Any]:
    live = Q(status__in=OPEN_STATUSES)
    now = live & Q(known_on__lte=as_of)
    then = Q(created_on__lte=before) & (live | Q(status_entered_on__gt=before))
    rows = Deal.objects.order_by().values_list("fs_owner")
    counted: QuerySet[Any] = rows.annotate(now=Count("pk", filter=now), before=Count("pk", filter=then))
    return counted


@composed_once
def _late(chosen: Asked, before: date) -> Callable[[], list[Any]]:
    """Overdue (M-05), and past the day committed to and not done, on the day and two weeks before."""
    as_of = chosen.as_of
    later = Deal.objects.later(as_of).order_by().values("pk")
    recent = Q(status=TodoStatus.OPEN) | Q(closed_on__gte=before)
    recent &= Q(effective_due_on__lt=as_of) | Q(committed_due_on__lt=as_of)  # what is due later is late in no way
    todos = Todo.objects.filter(recent, assignee__isnull=False).exclude(deal__in=later).order_by()
    overdue = Q(status=TodoStatus.OPEN, effective_due_on__lt=as_of)
    conditions = dict(zip(LATE, (overdue, _late_on(as_of), _late_on(before)), strict=True))
    return kept_rows_of(_counted(chosen.narrow(todos, ASSIGNEES), conditions), of_deals_or_leads())


def _late_on(day: date) -> Q:
    return Q(committed_due_on__lt=day, created_on__lte=day) & (Q(status=TodoStatus.OPEN) | Q(closed_on__gte=day))


@composed_once
def _kept(asked: Asked, before: date) -> Callable[[], list[Any]]:
    """Judged and done on time in the last two weeks and in the two before them."""
    month = asked.of_period(before - SPIRAL_DAYS + timedelta(days=1), asked.as_of)
    recent, hit = Q(committed_on__gt=before), DONE_ON_TIME
    report = answer("on_time", month)
    assert report.whole is not None  # on time is a share
    conditions = dict(zip(KEPT, (recent, recent & hit, ~recent, ~recent & hit), strict=True))
    return report.counts_of(_counted(report.whole.order_by(), conditions))


def _counted(todos: QuerySet[Any], conditions: Mapping[str, Q]) -> QuerySet[Any]:
    """Per assignee how many meet each of them."""
    counts = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    rows: QuerySet[Any] = todos.values_list("assignee").annotate(**counts)
    return rows


def _keyed(ask: Callable[[], list[Any]], names: Iterable[str]) -> PerPerson:
    return {user_id: dict(zip(names, counts, strict=True)) for user_id, *counts in ask()}
