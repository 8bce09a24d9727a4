"""Who is how full on which of the next ten business days, and what could move (SC-10, SC-15, M-06)."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from activities.capacity import SEARCHED_BUSINESS_DAYS, STRIP_BUSINESS_DAYS, Loads, StripDay
from dashboards.addresses import page_url, records_url
from dashboards.reports import Asked, answer
from dashboards.reports.dimensions import Label, team, user
from dashboards.reports.load import LOAD_ON
from people.limits import limits_of
from people.models import User
from people.states import Role

PAGE = "dashboards:capacity"
NEAR_DAYS = 5  # business days whose overload is a call for help (S1-25)
# By what the people themselves may be narrowed; the other keys of a question narrow their to-dos alone.
PEOPLE = {"team": team("team"), "user": user(_("Person"), "name")}


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's day. promised: how many of its to-dos the customer agreed to; url: the to-dos."""

    at: StripDay
    promised: int
    url: str
    panel_url: str

    @property
    def excess(self) -> int:
        """To-dos above the cap; all of them on a day on which he is away."""
        return max(0, self.at.count - (0 if self.at.is_off else self.at.cap))

    @property
    def movable(self) -> int:
        """How many of the excess may be offered to move: promises never are."""
        return min(self.excess, self.at.count - self.promised)

    @property
    def tint(self) -> str:
        """Its look: off, over and full by name, a free day by thirds of the cap (h0, h1, h2)."""
        if self.at.state != "free":
            return self.at.state
        return f"h{3 * self.at.count // self.at.cap}"


@dataclass(frozen=True, slots=True)
class Row:
    """One person's ten business days. total: all their to-dos; free: how many more would fit."""

    person: User
    cells: Sequence[Cell]
    url: str

    @property
    def total(self) -> int:
        return sum(cell.at.count for cell in self.cells)

    @property
    def free(self) -> int:
        return sum(max(0, cell.at.cap - cell.at.count) for cell in self.cells if not cell.at.is_off)

    @property
    def is_over(self) -> bool:
        """Whether a day holds more than fits."""
        return any(cell.excess for cell in self.cells)

    @property
    def near_excess(self) -> list[Cell]:
        """The crowded ones of the next five business days (S1-25)."""
        return [cell for cell in self.cells[:NEAR_DAYS] if cell.excess]


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one side. code: is, fs or other; totals: per day, adding up to `total`."""

    code: str
    label: Label
    rows: Sequence[Row]

    @property
    def totals(self) -> list[int]:
        return [sum(cell.at.count for cell in cells) for cells in zip(*(row.cells for row in self.rows), strict=True)]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def free(self) -> int:
        return sum(row.free for row in self.rows)


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


@dataclass(frozen=True, slots=True)
class LoadMap:
    """The map: the days, the people by side, the crowded days in their order, and the loads it was drawn from."""

    days: Sequence[date]
    groups: Sequence[Group]
    offers: Sequence[Offer]
    loads: Loads
    url: str

    @property
    def rows(self) -> list[Row]:
        """Everybody."""
        return [row for group in self.groups for row in group.rows]

    @property
    def by_side(self) -> list[tuple[Group, list[Group]]]:
        """Each group, and what a table of it alone is drawn from."""
        return [(group, [group]) for group in self.groups]

    @property
    def total(self) -> int:
        """To-dos of everybody on these days."""
        return sum(group.total for group in self.groups)


SIDES: tuple[tuple[str, Label], ...] = (("is", _("Inside sales")), ("fs", _("Field sales")), ("other", _("Others")))


def load_map(asked: Asked) -> LoadMap:
    """Everybody of IS and FS who works here, and whoever else holds a to-do on these days. Five queries."""
    days = asked.calendar.next_days(asked.as_of, STRIP_BUSINESS_DAYS)
    held, promised = _held(asked)
    people = _people(asked, {user_id for user_id, day in held if day <= days[-1]})
    limits = limits_of(User.objects.filter(pk__in=[person.pk for person in people]), asked.as_of)
    loads = Loads(asked.as_of, asked.calendar, limits, held)
    rows = [_row(person, days, loads, promised, asked) for person in people]
    groups = [Group(code, label, [row for row in rows if side_of(row.person) == code]) for code, label in SIDES]
    shown = [group for group in groups if group.rows]
    return LoadMap(days, shown, _offers(shown, loads), loads, page_url(PAGE, asked))


def side_of(person: User) -> str:
    """The code of his side; who holds both roles calls with inside sales."""
    roles = person.roles if person.is_active else frozenset()
    return "is" if Role.IS in roles else "fs" if Role.FS in roles else "other"


def _held(asked: Asked) -> tuple[Counter[tuple[int, date]], Counter[tuple[int, date]]]:
    """To-dos by person and day, and the promised ones of them, as far ahead as room is looked for."""
    last_on = asked.calendar.add(asked.as_of, SEARCHED_BUSINESS_DAYS + STRIP_BUSINESS_DAYS)
    rows: Any = answer("load", asked).rows.filter(load_on__lte=last_on).order_by().values_list("assignee", LOAD_ON)
    held, promised = Counter[tuple[int, date]](), Counter[tuple[int, date]]()
    for user_id, day, count, agreed in rows.annotate(n=Count("pk"), agreed=Count("pk", filter=Q(is_promised=True))):
        held[user_id, day], promised[user_id, day] = count, agreed
    return held, promised


def _people(asked: Asked, holder_ids: Collection[int]) -> list[User]:
    staff = User.objects.active().with_role(Role.IS, Role.FS).order_by().values("pk")
    chosen = Asked(as_of=asked.as_of, where={name: key for name, key in asked.where.items() if name in PEOPLE})
    people = chosen.narrow(User.objects.filter(Q(pk__in=staff) | Q(pk__in=holder_ids)), PEOPLE)
    return list(people.prefetch_related("role_grants").order_by("kana", "name", "id"))


def _row(person: User, days: Iterable[date], loads: Loads, promised: Counter[tuple[int, date]], asked: Asked) -> Row:
    his = asked.with_keys(user=person.name)
    strip = [loads.on(person.pk, day) for day in days]
    cells = [
        Cell(
            at,
            promised[person.pk, at.day],
            records_url("load", his, day=at.day.isoformat()) if at.count else "",
            page_url(PAGE, asked, person=person.pk, day=at.day.isoformat()) + "#cell",
        )
        for at in strip
    ]
    return Row(person, cells, records_url("load", his.of_period(strip[0].day, strip[-1].day)))


def _offers(groups: Sequence[Group], loads: Loads) -> list[Offer]:
    found = [
        _offer(row, cell, group.rows, loads) for group in groups for row in group.rows for cell in row.cells
        if cell.excess
    ]  # fmt: skip
    return sorted(found, key=lambda offer: (offer.cell.at.day, -offer.cell.excess, offer.person.pk))


def _offer(row: Row, cell: Cell, side: Sequence[Row], loads: Loads) -> Offer:
    later = loads.better_days(row.person.pk, cell.at.day, 1)
    others = [(other, loads.on(other.person.pk, cell.at.day)) for other in side if other is not row]
    roomy = [(other, at) for other, at in others if loads.has_room(other.person.pk, at.day)]
    colleague, at = min(roomy, key=lambda one: one[1].count / one[1].cap, default=(None, None))
    return Offer(row.person, cell, later[0] if later else None, colleague, at)
