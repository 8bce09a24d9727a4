"""What a verb has locked and read, for the verbs that go on with it: nobody asks for the same rows again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from activities.models import Todo
from deals.models import Deal
from people.prepared import prepared


class HeldDeal(NamedTuple):
    """A deal as it stood when it was locked. clocks: last contact, last response, first visit."""

    fs_owner_id: int | None
    status: str
    is_followed: bool
    clocks: tuple[date | None, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """deals: locked until the end of the transaction. contact_ids: people who may be contacted, as was just asked."""

    deals: Mapping[int, HeldDeal]
    contact_ids: frozenset[int] = frozenset()

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
    columns = "pk", "fs_owner_id", "status", "is_followed", "last_contact_on", "last_response_on", "first_visit_on"
    return rows.values_list(*columns)
