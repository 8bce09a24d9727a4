"""Who is how full on which of the next ten business days, and what could move (SC-10, SC-15, M-06)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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
from dashboards.reports.load import LOAD_ON
from people.limits import limits_of
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
    todos: Any = answer("load", asked).rows.order_by()
    held, promised = _held(todos.filter(load_on__lte=days[-1]))
    people = _people(asked, {user_id for user_id, _day in held})
    limits = limits_of(User.objects.filter(pk__in=[person.pk for person in people]), asked.as_of)
    loads = Loads(asked.as_of, asked.calendar, limits, held)
    rows = [_row(person, days, loads, promised, asked) for person in people]
    page = Paginator(sorted(rows, key=lambda row: -row.total), PEOPLE_PER_PAGE).get_page(number)
    groups = _groups(rows, {row.person.pk for row in page})
    crowded = _crowded(groups)
    first = crowded[:MOST_OFFERS]
    looked_at = {opened_id, *(row.person.pk for row, _day, _side in first)}
    _look_ahead(todos, loads, [pk for pk in limits if pk in looked_at])
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


def _held(todos: Any) -> tuple[Counter[tuple[int, date]], Counter[tuple[int, date]]]:
    """To-dos by person and day, and the promised ones of them."""
    held, promised = Counter[tuple[int, date]](), Counter[tuple[int, date]]()
    counted = todos.values_list("assignee", LOAD_ON)
    for user_id, day, count, agreed in counted.annotate(n=Count("pk"), agreed=Count("pk", filter=Q(is_promised=True))):
        held[user_id, day], promised[user_id, day] = count, agreed
    return held, promised


def _look_ahead(todos: Any, loads: Loads, user_ids: Collection[int]) -> None:
    """Add what these people hold after the days of the map, as far ahead as room is looked for."""
    ahead = loads.calendar.next_days(loads.as_of, STRIP_BUSINESS_DAYS)[-1]
    last_on = loads.calendar.add(loads.as_of, SEARCHED_BUSINESS_DAYS + STRIP_BUSINESS_DAYS)
    loads.counts.update(_held(todos.filter(assignee__in=user_ids, load_on__gt=ahead, load_on__lte=last_on))[0])


def _people(asked: Asked, holder_ids: Collection[int]) -> list[Any]:
    """With a column `side`."""
    staff = User.objects.active().with_role(Role.IS, Role.FS).order_by().values("pk")
    chosen = Asked(as_of=asked.as_of, where={name: key for name, key in asked.where.items() if name in PEOPLE})
    people = chosen.narrow(User.objects.filter(Q(pk__in=staff) | Q(pk__in=holder_ids)), PEOPLE)
    return list(people.annotate(side=_side()).order_by("kana", "name", "id"))


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
