"""What handing many records to somebody would do to his days, said before it is done (S1-25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import transaction

from activities.capacity import OVERRIDERS, Loads, StripDay
from activities.models import Todo
from deals.models import Deal
from deals.states import OPEN_STATUSES
from followups.actions import reassign_open_todos
from people.models import User
from people.working_days import load_calendar

SHOWN = 20  # days, and to-dos that stay
ANY_REASON = "?"  # of a rehearsal: what his days would be like if somebody gave one


@dataclass(frozen=True, slots=True)
class DealsLoad:
    """How many deals a person holds before and after; cap None: without one, or as IS owner."""

    person: User
    before: int
    after: int
    cap: int | None

    @property
    def is_over(self) -> bool:
        """Whether the cap is exceeded afterwards; a cap that is reached is not."""
        return self.cap is not None and self.after > self.cap


class DayChange(NamedTuple):
    """One business day of who takes to-dos: how many were due on it, and how it would be."""

    before: int
    after: StripDay


@dataclass(frozen=True, slots=True)
class TodosLoad:
    """What giving to-dos to a person does: his days that fill, and the to-dos that stay, each with why.

    going: how many go. days: as they would be with a reason, where the reader may give one. person None is the pool.
    """

    person: User | None
    going: int
    days: Sequence[DayChange]
    stays: Sequence[tuple[Todo, str]]
    takes_reason: bool

    @property
    def is_over(self) -> bool:
        """Whether a day goes above its cap; a cap that is reached is not."""
        return any(day.after.state == "over" for day in self.days)

    @property
    def shown_days(self) -> Sequence[DayChange]:
        """The fullest days, in their order."""
        fullest = sorted(self.days, key=lambda day: (day.after.state != "over", day.after.state != "full"))
        return sorted(fullest[:SHOWN], key=lambda day: day.after.day)

    @property
    def other_days(self) -> int:
        return max(0, len(self.days) - SHOWN)

    @property
    def shown_stays(self) -> Sequence[tuple[Todo, str]]:
        """The first of those that stay."""
        return self.stays[:SHOWN]

    @property
    def other_stays(self) -> int:
        return max(0, len(self.stays) - SHOWN)


def deals_load(person: User, side: str, deal_ids: Sequence[int]) -> DealsLoad:
    """How many live deals he holds as FS owner, or follows up as IS owner, and how many he would."""
    held = Deal.objects.filter(**{side: person})
    held = held.filter(status__in=OPEN_STATUSES) if side == "fs_owner" else held.filter(is_followed=True)
    before = held.count()
    coming = Deal.objects.filter(pk__among=deal_ids).exclude(**{side: person})
    live = coming.filter(status__in=OPEN_STATUSES) if side == "fs_owner" else coming.filter(is_followed=True)
    return DealsLoad(person, before, before + live.count(), person.deal_cap if side == "fs_owner" else None)


def todos_load(todo_ids: Sequence[int], to: User | None, *, reason: str, by: User, as_of: date) -> TodosLoad:
    """What `reassign_open_todos` would do now, to-do by to-do and day by day; nothing is written."""
    stays, days = _rehearsed(todo_ids, to, reason, by, as_of)
    may_override = by.has_role(*OVERRIDERS)
    if stays and may_override and not reason:
        _still_stays, days = _rehearsed(todo_ids, to, ANY_REASON, by, as_of)
    todos = Todo.objects.select_related("deal__company", "lead", "assignee").in_bulk(stays)
    takes_reason = may_override and any(day.after.state == "over" for day in days)
    going = len(todo_ids) - len(stays)
    return TodosLoad(to, going, days, [(todos[pk], why) for pk, why in stays.items() if pk in todos], takes_reason)


def _rehearsed(
    todo_ids: Sequence[int], to: User | None, reason: str, by: User, as_of: date
) -> tuple[dict[int, str], list[DayChange]]:
    with transaction.atomic():
        before = _days_of(to, as_of)
        found = reassign_open_todos(todo_ids, to, over_cap_reason=reason, by=by, as_of=as_of)
        after = _days_of(to, as_of)
        transaction.set_rollback(True)
    changed = [DayChange(before[day].count if day in before else 0, one) for day, one in after.items()]
    return dict(found.failed), [change for change in changed if change.before != change.after.count]


def _days_of(person: User | None, as_of: date) -> dict[date, StripDay]:
    """The days of a person on which something is due."""
    if person is None:
        return {}
    loads = Loads.load([person.pk], as_of, load_calendar())
    return {day: loads.on(person.pk, day) for _user_id, day in sorted(loads.counts)}
