"""What handing many records to somebody would do to his days, said before it is done (S1-25)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from activities.models import Todo
from deals.models import Deal
from deals.states import OPEN_STATUSES
from people.limits import limits_of
from people.models import User


@dataclass(frozen=True, slots=True)
class Load:
    """A person's load before and after: of deals held, or of to-dos on his busiest day."""

    person: User
    before: int
    after: int
    cap: int | None
    busiest_before: int = 0
    busiest_after: int = 0
    busiest_on: date | None = None

    @property
    def is_over(self) -> bool:
        """Whether the cap is exceeded afterwards; a cap that is reached is not."""
        return self.cap is not None and (self.busiest_after if self.busiest_on else self.after) > self.cap


def deals_load(person: User, side: str, deal_ids: Sequence[int]) -> Load:
    """How many live deals he holds as FS owner, or follows up as IS owner, and how many he would."""
    held = Deal.objects.filter(**{side: person})
    held = held.filter(status__in=OPEN_STATUSES) if side == "fs_owner" else held.filter(is_followed=True)
    before = held.count()
    coming = Deal.objects.filter(pk__among=deal_ids).exclude(**{side: person})
    live = coming.filter(status__in=OPEN_STATUSES) if side == "fs_owner" else coming.filter(is_followed=True)
    return Load(person, before, before + live.count(), person.deal_cap if side == "fs_owner" else None)


def todos_load(person: User, todo_ids: Sequence[int], as_of: date) -> Load:
    """How many open to-dos he has, how many he would, and what becomes of his busiest day; overdue ones count today."""
    has = _per_day(Todo.objects.open().filter(assignee=person).values_list("effective_due_on", flat=True), as_of)
    coming = Todo.objects.open().filter(pk__among=todo_ids).exclude(assignee=person)
    would = has + _per_day(coming.values_list("effective_due_on", flat=True), as_of)
    busiest = max(would, key=lambda day: (would[day], -day.toordinal()), default=as_of)
    cap = limits_of(User.objects.filter(pk=person.pk), as_of)[person.pk].cap_on(busiest)
    return Load(person, has.total(), would.total(), cap, has[busiest], would[busiest], busiest)


def _per_day(days: Iterable[date], as_of: date) -> Counter[date]:
    return Counter(max(day, as_of) for day in days)
