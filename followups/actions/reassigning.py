"""Many deals to another person at once; what cannot be passed on is named and the rest goes on (S1-25)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions import give_todos, reassign_todos
from activities.models import Todo
from deals.actions import OwnerChange, hand_over
from deals.models import Deal
from people.models import User
from people.refusal import Refused, refuse
from people.states import Role

SIDES = {"is_owner": Role.IS, "fs_owner": Role.FS}


@dataclass(frozen=True, slots=True)
class Reassigned:
    """The ids of the records that were passed on, and those that were not, with why."""

    done: list[int]
    failed: list[tuple[int, str]]


def reassign_deals(
    deal_ids: Sequence[int], side: str, to: User | None, *, reason: str = "", by: User | None, as_of: date
) -> Reassigned:
    """Give deals another IS or FS owner, one HandOver row each; his open to-dos on them go along.

    side: 'is_owner' or 'fs_owner'. None takes the owner away; his to-dos then go back to the pool. Refused as a whole:
    somebody who has left or does not hold the role. A deal that refuses stays as it is and is named.
    """
    _refuse_unfit(side, to)
    return _each_that_can(deal_ids, lambda ids: _pass_on(ids, side, to, reason, by, as_of))


def reassign_open_todos(
    todo_ids: Sequence[int], to: User | None, *, over_cap_reason: str = "", by: User, as_of: date
) -> Reassigned:
    """Give open to-dos to somebody else as far as his days hold them; one that stays where it is is named.

    over_cap_reason: why his days go above the cap, by somebody who may say so.
    """
    if to is not None and not to.is_active:
        refuse(_("This person does not work here any more."), field="to")
    given = give_todos(todo_ids, to, over_cap_reason=over_cap_reason, by=by, as_of=as_of)
    return Reassigned(given.done, given.refused)


def _refuse_unfit(side: str, to: User | None) -> None:
    if to is None:
        return
    if not to.is_active:
        refuse(_("This person does not work here any more."), field="to")
    if not to.has_role(SIDES[side]):
        refuse(_("This person does not hold the role for it."), field="to")


def _each_that_can(ids: Sequence[int], verb: Callable[[list[int]], object]) -> Reassigned:
    """Let the verb act on all; where it refuses a record, on all but that one."""
    left, failed = list(ids), []
    while left:
        try:
            verb(left)
            break
        except Refused as refused:
            failed.append((left.pop(refused.position), str(refused)))
    return Reassigned(left, failed)


@transaction.atomic
def _pass_on(deal_ids: list[int], side: str, to: User | None, reason: str, by: User | None, as_of: date) -> None:
    former = dict(Deal.objects.filter(pk__among=deal_ids).values_list("pk", f"{side}_id"))
    changes = [OwnerChange(pk, {side: to.pk if to else None}, reason) for pk in deal_ids]
    hand_over(changes, by=by, as_of=as_of)
    todos = Todo.objects.open().filter(deal__among=deal_ids).order_by("pk").values_list("pk", "deal_id", "assignee_id")
    his = [(pk, deal_id) for pk, deal_id, assignee in todos if deal_id and assignee and former[deal_id] == assignee]
    if to is not None and former:
        his = [(pk, deal_id) for pk, deal_id in his if former[deal_id] != to.pk]
    try:
        reassign_todos([pk for pk, _deal_id in his], to, by=by, as_of=as_of)
    except Refused as refused:
        raise Refused(refused.errors, position=deal_ids.index(his[refused.position][1])) from refused
