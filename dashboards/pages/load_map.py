"""Who is how full on which of the next ten business days, and what could move (SC-10, SC-15, M-06)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy

from activities.capacity import SEARCHED_BUSINESS_DAYS, STRIP_BUSINESS_DAYS, Loads, StripDay
from dashboards.addresses import page_url
from dashboards.pages.load_rows import PAGE, Cell, Group, Row
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import Label, team, user
from people.composed import composed_once, rows_of
from people.limits import Limits, limits_by_id, limits_of_everybody
from people.models import RoleGrant, User
from people.states import Role

PEOPLE_PER_PAGE = 25
MOST_OFFERS = 5
# By what the people themselves may be narrowed; the other keys of a question narrow their to-dos alone.
PEOPLE = {"team": team("team"), "user": user(gettext_lazy("Person"), "name")}


@dataclass(frozen=True, slots=True)
class Offer:
    """A crowded day, and where its to-dos could go.

    to_on: his own next day with room, None without one; colleague: who of the same side has most room on the day.
    """

    person: User
    cell: Cell
    to_on: date | None
    colleague: Row | None
    colleague_at: StripDay | None


@dataclass(frozen=True)
class LoadMap:
    """The map: the days, the people by side, the first crowded days in their order, and the loads it was drawn from.

    page: the people shown, the fullest first. crowded: how many days of anybody hold more than fits.
    """

    days: Sequence[date]
    groups: Sequence[Group]
    page: Page[Row]
    offers: Sequence[Offer]
    crowded: int
    loads: Loads
    url: str

    @property
    def rows(self) -> list[Row]:
        """Everybody."""
        return [row for group in self.groups for row in group.rows]

    @property
    def by_side(self) -> list[tuple[Group, list[Group]]]:
        """Each group of which somebody is shown, and what a table of it alone is drawn from."""
        return [(group, [group]) for group in self.groups if group.shown]

    @property
    def total(self) -> int:
        """To-dos of everybody on these days."""
        return sum(group.total for group in self.groups)


SIDED = ("is", "fs")
SIDES: tuple[tuple[str, Label], ...] = (
    ("is", gettext_lazy("Inside sales")),
    ("fs", gettext_lazy("Field sales")),
    ("other", gettext_lazy("Others")),
)


def load_map(asked: Asked, number: str | int = 1, opened_id: int | None = None) -> LoadMap:
    """Everybody of IS and FS who works here, and whoever else holds a to-do on these days. Six queries.

    number: the page of people that is drawn; opened_id: whose day is looked at more closely.
    """
    days = asked.calendar.next_days(asked.as_of, STRIP_BUSINESS_DAYS)
    loads = Loads(asked.as_of, asked.calendar, {}, Counter())
    loads.counts, promised = _held(_by_day(asked, days[-1])(), loads)
    people = _people(asked, {user_id for user_id, _day in loads.counts})
    loads.limits = limits = _limits(people, asked.as_of)
    rows = [_row(person, days, loads, promised, asked) for person in people]
    page = Paginator(sorted(rows, key=lambda row: -row.total), PEOPLE_PER_PAGE).get_page(number)
    groups = _groups(rows, {row.person.pk for row in page})
    crowded = _crowded(groups)
    first = crowded[:MOST_OFFERS]
    looked_at = {opened_id, *(row.person.pk for row, _day, _side in first)}
    _look_ahead(asked, loads, tuple(pk for pk in limits if pk in looked_at))
    offers = [_offer(row, row.cells[day], side, loads) for row, day, side in first]
    return LoadMap(days, groups, page, offers, len(crowded), loads, page_url(PAGE, asked))


def _groups(rows: Sequence[Row], shown_ids: Collection[int]) -> list[Group]:
    """By side, in the order of names; sides without anybody are left out."""
    by_code: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_code[row.side].append(row)
    return [
        Group(code, label, found, [row for row in found if row.person.pk in shown_ids])
        for code, label in SIDES
        if (found := by_code[code])
    ]


def _side() -> Case:
    """The code of his side; who holds both roles calls with inside sales, who has left stands with the others."""
    bears = {role: Exists(RoleGrant.objects.filter(user=OuterRef("pk"), role=role)) for role in (Role.IS, Role.FS)}
    sides = [When(Q(bears[role], is_active=True), then=Value(code)) for role, code in zip(bears, SIDED, strict=True)]
    return Case(*sides, default=Value("other"))


def _held(counted: Iterable[Any], loads: Loads) -> tuple[Counter[tuple[int, date]], Counter[tuple[int, date]]]:
    """To-dos by person and the day that they fill, and the promised ones of them."""
    held, promised = Counter[tuple[int, date]](), Counter[tuple[int, date]]()
    for user_id, due_on, count, agreed in counted:
        day = loads.day_filled(due_on)
        held[user_id, day] += count
        promised[user_id, day] += agreed
    return held, promised


@composed_once
def _by_day(
    asked: Asked, last_on: date, after: date | None = None, user_ids: tuple[int, ...] | None = None
) -> Callable[[], list[Any]]:
    """Person, effective due date, to-dos and the promised ones of them, up to the day.

    after: what is due behind that day alone; user_ids: of these people alone.
    """
    report = answer("load", asked)
    todos = report.rows.order_by().filter(effective_due_on__lte=last_on)
    if after is not None:
        todos = todos.filter(effective_due_on__gt=after)
    if user_ids is not None:
        todos = todos.filter(assignee__in=user_ids)
    agreed = Count("pk", filter=Q(is_promised=True))
    return report.counts_of(todos.values_list("assignee", "effective_due_on").annotate(n=Count("pk"), agreed=agreed))


def _look_ahead(asked: Asked, loads: Loads, user_ids: tuple[int, ...]) -> None:
    """Add what these people hold after the days of the map, as far ahead as room is looked for."""
    ahead = loads.calendar.next_days(loads.as_of, STRIP_BUSINESS_DAYS)[-1]
    last_on = loads.calendar.add(loads.as_of, SEARCHED_BUSINESS_DAYS + STRIP_BUSINESS_DAYS)
    loads.counts.update(_held(_by_day(asked, last_on, ahead, user_ids)(), loads)[0])


def _people(asked: Asked, holder_ids: Collection[int]) -> list[Any]:
    """The staff, and who else holds something, with a column `side`; one query, two where somebody else does."""
    staff = _staff(whose(asked))()
    others = tuple(sorted({*holder_ids} - {person.pk for person in staff}))
    return _staff(whose(asked), others)() if others else staff


def whose(asked: Asked) -> Asked:
    """The question narrowed by what people may be narrowed by alone."""
    where = {name: key for name, key in asked.where.items() if name in PEOPLE}
    return replace(asked, first_on=None, last_on=None, where=where)


@composed_once
def _staff(chosen: Asked, others: tuple[int, ...] = ()) -> Callable[[], list[Any]]:
    """Those who sell, and the others."""
    staff = User.objects.active().with_role(Role.IS, Role.FS).order_by().values("pk")
    people = chosen.narrow(User.objects.filter(Q(pk__in=staff) | Q(pk__in=others)), PEOPLE)
    return rows_of(people.annotate(side=_side()).order_by("kana", "name", "id"))


def _limits(people: Sequence[Any], as_of: date) -> Mapping[int, Limits]:
    """Of these people; of everybody at once where they are more than a page."""
    ids = [person.pk for person in people]
    return limits_by_id(ids, as_of) if len(ids) <= PEOPLE_PER_PAGE else limits_of_everybody(as_of)


def _row(person: Any, days: Iterable[date], loads: Loads, promised: Counter[tuple[int, date]], asked: Asked) -> Row:
    strip = [loads.on(person.pk, day) for day in days]
    return Row(person, person.side, strip, [promised[person.pk, at.day] for at in strip], asked)


def _crowded(groups: Sequence[Group]) -> list[tuple[Row, int, Sequence[Row]]]:
    """Each crowded day as its person, its place among the days and the people of the side; the worst of a day first."""
    found = [
        (row, number, group.rows) for group in groups for row in group.rows
        for number, excess in enumerate(row.excesses) if excess
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one[1], -one[0].excesses[one[1]], one[0].person.pk))


def _offer(row: Row, cell: Cell, side: Sequence[Row], loads: Loads) -> Offer:
    later = loads.better_days(row.person.pk, cell.at.day, 1)
    others = [(other, loads.on(other.person.pk, cell.at.day)) for other in side if other is not row]
    roomy = [(other, at) for other, at in others if loads.has_room(other.person.pk, at.day)]
    colleague, at = min(roomy, key=lambda one: one[1].count / one[1].cap, default=(None, None))
    return Offer(row.person, cell, later[0] if later else None, colleague, at)
