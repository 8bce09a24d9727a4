"""One person's ten business days as they are drawn: cells with their words and addresses, rows, and sides (SC-15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.capacity import StripDay
from dashboards.addresses import page_url, records_url
from dashboards.reports import Asked
from dashboards.reports.dimensions import Label
from people.models import User
from people.templatetags.ui import day as day_in_words

PAGE = "dashboards:capacity"
NEAR_DAYS = 5  # business days whose overload is a call for help (S1-25)


def excess_of(at: StripDay) -> int:
    """To-dos above the cap; all of them on a day on which he is away."""
    return max(0, at.count - (0 if at.is_off else at.cap))


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's day. promised: how many of its to-dos the customer agreed to; url: the to-dos.

    says: the day in words, with what makes it special.
    """

    name: str
    at: StripDay
    promised: int
    url: str
    panel_url: str
    as_of: date

    @property
    def excess(self) -> int:
        """To-dos above the cap; all of them on a day on which he is away."""
        return excess_of(self.at)

    @property
    def movable(self) -> int:
        """How many of the excess may be offered to move: promises never are."""
        return min(self.excess, self.at.count - self.promised)

    @property
    def is_free_day(self) -> bool:
        """Whether he is away and nothing stands in the way of it."""
        return self.at.state == "off" and not self.at.count

    @property
    def off(self) -> str:
        """The word for a day away."""
        return _("off")

    @property
    def says(self) -> str:
        """Everything in words, for a reader who sees no colour."""
        at, day = self.at, day_in_words(self.at.day, self.as_of)
        special = {"full": _("at the cap"), "off": _("off"), "over": pgettext("capacity", "over")}.get(at.state)
        said = _("%(name)s %(day)s: %(n)s of %(cap)s") % {"name": self.name, "day": day, "n": at.count, "cap": at.cap}
        return f"{said}, {special}" if special else said

    @property
    def look(self) -> str:
        """The words of the styles; to-dos on a day away are as much as too many."""
        return f"{self.tint} over" if self.at.state == "off" else self.tint

    @property
    def tint(self) -> str:
        """Its look: off, over and full by name, a free day by thirds of the cap (h0, h1, h2)."""
        if self.at.state != "free":
            return self.at.state
        return f"h{3 * self.at.count // self.at.cap}"


@dataclass(frozen=True)
class Row:
    """One person's ten business days. promised: of each day. total: all their to-dos; free: how many more would fit.

    Its cells with their addresses are made where they are drawn: most people stand on another page.
    """

    person: User
    side: str
    strip: Sequence[StripDay]
    promised: Sequence[int]
    asked: Asked

    @cached_property
    def cells(self) -> list[Cell]:
        return [self._cell(at, promised) for at, promised in zip(self.strip, self.promised, strict=True)]

    @property
    def url(self) -> str:
        """All their to-dos."""
        return records_url("load", self._his.of_period(self.strip[0].day, self.strip[-1].day))

    @cached_property
    def total(self) -> int:
        return sum(at.count for at in self.strip)

    @property
    def free(self) -> int:
        return sum(max(0, at.cap - at.count) for at in self.strip if not at.is_off)

    @cached_property
    def excesses(self) -> list[int]:
        """To-dos above the cap, of each day."""
        return [excess_of(at) for at in self.strip]

    @property
    def is_over(self) -> bool:
        """Whether a day holds more than fits."""
        return any(self.excesses)

    @property
    def near_excess(self) -> list[Cell]:
        """The crowded ones of the next five business days (S1-25)."""
        return [cell for cell in self.cells[:NEAR_DAYS] if cell.excess]

    @property
    def too_many_soon(self) -> int:
        """To-dos above the cap of the next five business days."""
        return sum(self.excesses[:NEAR_DAYS])

    @cached_property
    def _his(self) -> Asked:
        return self.asked.with_keys(user=self.person.name)

    def _cell(self, at: StripDay, promised: int) -> Cell:
        day = at.day.isoformat()
        return Cell(
            self.person.name,
            at,
            promised,
            records_url("load", self._his, day=day) if at.count else "",
            page_url(PAGE, self.asked, person=self.person.pk, day=day) + "#cell",
            self.asked.as_of,
        )


@dataclass(frozen=True)
class Group:
    """The people of one side. code: is, fs or other; totals: per day, of everybody, adding up to `total`.

    shown: those who stand on the page that is looked at.
    """

    code: str
    label: Label
    rows: Sequence[Row]
    shown: Sequence[Row]

    @cached_property
    def totals(self) -> list[int]:
        return [sum(at.count for at in days) for days in zip(*(row.strip for row in self.rows), strict=True)]

    @property
    def total(self) -> int:
        return sum(self.totals)

    @property
    def free(self) -> int:
        return sum(row.free for row in self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether everybody is shown."""
        return len(self.shown) == len(self.rows)
