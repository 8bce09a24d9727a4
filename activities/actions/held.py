"""What a verb has locked and read, for the verbs that go on with it: nobody asks for the same rows again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Self

from activities.models import Todo
from deals.models import Deal, FollowUpCycle
from people.prepared import prepared

COLUMNS = ("fs_owner_id", "status", "is_followed", "last_contact_on", "last_response_on", "first_visit_on")


class HeldDeal(NamedTuple):
    """A deal as it stood when it was locked. clocks: last contact, last response, first visit."""

    fs_owner_id: int | None
    status: str
    is_followed: bool
    clocks: tuple[date | None, ...]

    @classmethod
    def of(cls, deal: Deal) -> Self:
        """Of a record that was read as it was locked."""
        return cls(deal.fs_owner_id, deal.status, deal.is_followed, tuple(getattr(deal, name) for name in COLUMNS[3:]))


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
    return {row[0]: HeldDeal(row[1], row[2], row[3], tuple(row[4:])) for row in _deals(*wanted)}


@prepared
def _deals(deal_ids: list[int], todo_ids: list[int]) -> Any:
    named: Any = Deal.objects.filter(pk__in=deal_ids).order_by().values("pk")
    if todo_ids:  # a union and no OR: for that PostgreSQL would read all deals
        named = named.union(Todo.objects.filter(pk__in=todo_ids).order_by().values("deal_id"))
    rows = (
        Deal.objects.filter(pk__in=named if todo_ids else deal_ids)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    return rows.values_list("pk", *COLUMNS)
