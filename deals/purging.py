"""Deleting records with their history, which the database allows to nobody else (ADR 9)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from deals.models import HistoryPurge
from deals.models.purge import HistoryOwner
from people.rows import insert_rows

NOBODY = 0  # no row has this id


@contextmanager
def history_may_go(deal_ids: Collection[int], lead_ids: Collection[int]) -> Iterator[None]:
    """Inside, and inside this transaction only, events and hand-overs of these deals and leads can be deleted."""
    rows = [(HistoryOwner.DEAL.value, pk) for pk in deal_ids] + [(HistoryOwner.LEAD.value, pk) for pk in lead_ids]
    insert_rows(HistoryPurge, ("owner", "record_id"), rows, constants={"never_id": NOBODY})
    yield
    HistoryPurge.objects.all().delete()
