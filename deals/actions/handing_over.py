"""Passing deals between people, with the record of each pass (S2-02, S2-29)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from deals.actions.events import DealHappening, write_events
from deals.actions.moving import claim
from deals.models import Deal, HandOver
from deals.states import DealEventKind, DealStatus, HandOverDirection
from people.models import User
from people.records import save_columns
from people.rows import insert_rows

OWNERS = ("is_owner", "fs_owner")


@dataclass(frozen=True, slots=True)
class OwnerChange:
    """New owners of one deal: 'is_owner' or 'fs_owner' → user id, None takes the owner away; others stay."""

    deal_id: int
    owners: Mapping[str, int | None]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass as it is written down; it carries how much of BANTC the deal knew."""

    deal: Deal
    direction: HandOverDirection
    from_user_id: int | None
    to_user_id: int | None
    on: date
    reason: str = ""


@transaction.atomic
def hand_over(changes: Sequence[OwnerChange], *, by: User | None, as_of: date, cause: str = "user") -> list[Deal]:
    """Give deals other owners; gives back those that changed.

    One HandOver row per owner changed, one event per deal. Nothing happens to cycles and to-dos. The keys of
    OwnerChange.owners are OWNERS.
    """
    deals = claim([change.deal_id for change in changes], DealStatus.values)
    passes: list[Pass] = []
    for deal, change in zip(deals, changes, strict=True):
        passes += _pass_on(deal, change, as_of)
    changed = list({one.deal.pk: one.deal for one in passes}.values())
    save_columns(changed, {f"{owner}_id" for owner in OWNERS})
    write_hand_overs(passes, by=by)
    reasons = {change.deal_id: change.reason for change in changes}
    write_events(
        [DealHappening(deal.pk, DealEventKind.OWNER, as_of, detail=reasons[deal.pk]) for deal in changed],
        by=by,
        cause=cause,
    )
    return changed


def write_hand_overs(passes: Sequence[Pass], *, by: User | None) -> None:
    """Add the passes to the deals' history."""
    columns = ("deal_id", "direction", "from_user_id", "to_user_id", "handed_on", "reason", "bantc_count")
    rows = [
        (one.deal.pk, one.direction.value, one.from_user_id, one.to_user_id, one.on, one.reason, one.deal.bantc_count)
        for one in passes
    ]
    insert_rows(HandOver, columns, rows, constants={"by_id": by.pk if by else None})


def _pass_on(deal: Deal, change: OwnerChange, as_of: date) -> list[Pass]:
    passes = []
    for owner, user_id in change.owners.items():
        before = getattr(deal, f"{owner}_id")
        if before != user_id:
            setattr(deal, f"{owner}_id", user_id)
            passes.append(Pass(deal, HandOverDirection.WITHIN, before, user_id, as_of, change.reason))
    return passes
