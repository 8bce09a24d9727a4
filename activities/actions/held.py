"""What a verb has locked and read, for the verbs that go on with it: nobody asks for the same rows again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Self

from django.db.models import Max, OuterRef, QuerySet, Subquery

from activities.models import Todo
from deals.models import Deal, DealLoss, FollowUpCycle
from people.prepared import prepared

CLOCKS = ("last_contact_on", "last_response_on", "first_visit_on")
COLUMNS = ("fs_owner_id", "status", "is_followed", "closed_on", "last_lost_on", *CLOCKS)


class HeldDeal(NamedTuple):
    """A deal as it stood when it was locked. clocks: last contact, last response, first visit."""

    fs_owner_id: int | None
    status: str
    is_followed: bool
    closed_on: date | None
    last_lost_on: date | None
    clocks: tuple[date | None, ...]

    @classmethod
    def of(cls, deal: Deal) -> Self:
        """Of a record that was read `with_last_loss` as it was locked."""
        return cls.of_columns(getattr(deal, name) for name in COLUMNS)

    @classmethod
    def of_columns(cls, columns: Iterable[Any]) -> Self:
        """Of the values of COLUMNS."""
        owner, status, is_followed, closed_on, lost_on, *clocks = columns
        return cls(owner, status, is_followed, closed_on, lost_on, tuple(clocks))

    def may_be_lost_since(self, day: date) -> bool:
        """Whether a loss of that day or later may stand; one that came in while the lock was waited for closed it."""
        return max(self.closed_on or date.min, self.last_lost_on or date.min) >= day


def with_last_loss(deals: QuerySet[Deal]) -> QuerySet[Any]:
    """The deals with `last_lost_on`: the day of their latest loss, None without one."""
    losses = DealLoss.objects.filter(deal=OuterRef("pk")).order_by().values("deal")
    return deals.annotate(last_lost_on=Subquery(losses.annotate(last=Max("lost_on")).values("last")))


@dataclass(frozen=True, slots=True)
class Held:
    """deals, todos: locked until the end of the transaction. contact_ids: people who may be contacted, as just asked.

    cycles: open ones of these deals, by the deal; their marks (`has_open_todo`) are true once the next to-do is there.
    A deal in a follow-up that does not stand here has to be asked for.
    """

    deals: Mapping[int, HeldDeal]
    contact_ids: frozenset[int] = frozenset()
    todos: Mapping[int, Todo] = field(default_factory=dict)
    cycles: Mapping[int, FollowUpCycle] = field(default_factory=dict)

    @property
    def fs_owners(self) -> dict[int, int | None]:
        """Of the deals, by their ids."""
        return {pk: deal.fs_owner_id for pk, deal in self.deals.items()}


def hold_deals(deal_ids: Iterable[int | None], todo_ids: Iterable[int] = ()) -> dict[int, HeldDeal]:
    """Lock these deals, and those of these to-dos, in ascending id; one query."""
    wanted = sorted({pk for pk in deal_ids if pk}), sorted(set(todo_ids))
    return {row[0]: HeldDeal.of_columns(row[1:]) for row in _deals(*wanted)}


@prepared
def _deals(deal_ids: list[int], todo_ids: list[int]) -> Any:
    named: Any = Deal.objects.filter(pk__in=deal_ids).order_by().values("pk")
    if todo_ids:  # a union and no OR: for that PostgreSQL would read all deals
        named = named.union(Todo.objects.filter(pk__in=todo_ids).order_by().values("deal_id"))
    rows = (
        with_last_loss(Deal.objects.filter(pk__in=named if todo_ids else deal_ids))
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    return rows.values_list("pk", *COLUMNS)
