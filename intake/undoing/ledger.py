"""What one chunk of an import does to the tables, written down in the transaction that does it.

Rows that an import may touch are read before and after: what is new was made by it, what differs was changed by it. So
no verb has to tell what it does, and one that learns to do more is still taken back whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q

from activities.models import Activity, Todo, TodoMove
from deals.models import Deal, DealLoss, FollowUpCycle
from followups.models import Proposal
from intake.drafts import Change, Draft
from intake.models import ImportRow, ImportStep
from intake.states import RecordKind
from intake.undoing.columns import Values, as_held, columns_of, label_of, plain, signature_of, standing_rows
from leads.models import Company, Contact, Lead
from people.models import RoleGrant, User
from people.rows import insert_rows

MODELS: dict[str, type[Model]] = {
    RecordKind.USERS: User,
    RecordKind.COMPANIES: Company,
    RecordKind.CONTACTS: Contact,
    RecordKind.LEADS: Lead,
    RecordKind.DEALS: Deal,
    RecordKind.ACTIVITIES: Activity,
    RecordKind.TODOS: Todo,
}
# What hangs on a deal and moves with it.
_ON_DEAL = (FollowUpCycle, DealLoss, Proposal)

Area = list[tuple[type[Model], Q]]
Rows = dict[type[Model], dict[int, Values]]


@dataclass
class Step:
    """The ledger of one chunk, opened before its records are written and closed after."""

    kind: str
    batch_id: int
    area: Area = field(default_factory=list)
    before: Rows = field(default_factory=dict)
    former: dict[int, dict[str, Any]] = field(default_factory=dict)

    def open(self, drafts: Sequence[Draft], changes: Sequence[Change], row_ids: Sequence[int]) -> None:
        """Read what stands. row_ids: the last imported rows that will be written over."""
        self.area = _area(self.kind, drafts, changes)
        self.before = _read(self.area)
        names = ("record_id", "batch_id", "digest", "values")
        rows = ImportRow.objects.filter(pk__among=list(row_ids)).values("pk", *names) if row_ids else []
        self.former = {row["pk"]: {name: row[name] for name in names} for row in rows}

    def close(
        self, ids: Sequence[int], rows: Iterable[tuple[int, int]], on_sight: dict[type[Model], list[int]]
    ) -> None:
        """Write down what has become of it.

        ids: of the new records. rows: each imported row's id with its record's. on_sight: what was made because a row
        named it.
        """
        named: Area = [(model, Q(pk__among=made)) for model, made in on_sight.items() if made]
        after = _read([*self.area, *_of_new(self.kind, ids), *named])
        made, changed, gone = _differences(self.before, after)
        lines = [[row_id, record_id, self.former.get(row_id)] for row_id, record_id in rows]
        if made or changed or gone or lines:
            columns = ("batch_id", "made", "changed", "gone", "rows")
            insert_rows(ImportStep, columns, [(self.batch_id, made, changed, gone, lines)])


def _area(kind: str, drafts: Sequence[Draft], changes: Sequence[Change]) -> Area:
    """The rows that writing these may touch."""
    ids = [change.id for change in changes]
    columns = [draft.columns for draft in drafts] + [change.new.columns for change in changes]
    area: Area = [(MODELS[kind], Q(pk__among=ids))] if ids else []
    if kind == RecordKind.DEALS:
        return area + _around_deals([*ids, *_named(columns, "revived_from_id")], _named(columns, "lead_id"))
    if kind in (RecordKind.ACTIVITIES, RecordKind.TODOS):
        standing = [getattr(change.record, "deal_id", None) for change in changes]
        deal_ids = sorted({*_named(columns, "deal_id"), *(pk for pk in standing if pk)})
        cycles = Q(cycle__deal__among=deal_ids)
        area += [(Deal, Q(pk__among=deal_ids)), (FollowUpCycle, Q(deal__among=deal_ids)), (Todo, cycles)]
        return area + [(TodoMove, Q(todo__among=ids))] if kind == RecordKind.TODOS else area
    return area + _around_people(changes) if kind == RecordKind.USERS else area


def _around_deals(deal_ids: Sequence[int], lead_ids: Sequence[int]) -> Area:
    area: Area = [(Lead, Q(pk__among=list(lead_ids)))] if lead_ids else []
    if not deal_ids:
        return area
    of_deals = Q(deal__among=list(deal_ids))
    area += [(Deal, Q(pk__among=list(deal_ids))), *((model, of_deals) for model in _ON_DEAL), (Todo, of_deals)]
    return [*area, (Activity, of_deals & Q(is_imported=True)), (TodoMove, Q(todo__deal__among=list(deal_ids)))]


def _around_people(changes: Sequence[Change]) -> Area:
    ids = [change.id for change in changes]
    area: Area = [(RoleGrant, Q(user__among=ids))] if ids else []
    leaving = [change.id for change in changes if "is_active" in change.columns]
    if not leaving:
        return area
    owned = Q(is_owner__among=leaving) | Q(fs_owner__among=leaving)
    # Where they go the work gets another owner, so the rows are named by their ids as they stand before.
    named: Area = [
        (Deal, owned), (FollowUpCycle, Q(is_owner__among=leaving)), (Todo, Q(assignee__among=leaving)),
        (Lead, Q(owner__among=leaving)),
    ]  # fmt: skip
    return area + [(model, Q(pk__among=list(standing_rows(model, where)))) for model, where in named]


def _of_new(kind: str, ids: Sequence[int]) -> Area:
    """The new records, and what came with them."""
    if not ids:
        return []
    area: Area = [(MODELS[kind], Q(pk__among=list(ids)))]
    if kind == RecordKind.USERS:
        return [*area, (RoleGrant, Q(user__among=list(ids)))]
    of_deals = Q(deal__among=list(ids))
    return [*area, *((model, of_deals) for model in (*_ON_DEAL, Activity))] if kind == RecordKind.DEALS else area


def _named(columns: Sequence[dict[str, Any]], name: str) -> list[int]:
    return sorted({row[name] for row in columns if row.get(name)})


def _read(area: Area) -> Rows:
    rows: Rows = {}
    for model, where in area:
        rows.setdefault(model, {}).update(standing_rows(model, where))
    return rows


def _differences(before: Rows, after: Rows) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """What is new with its signature, what differs with both values, and what is gone with all that it held."""
    made, changed, gone = {}, [], []
    for model, rows in after.items():
        stood, label = before.get(model, {}), label_of(model)
        new = {str(pk): signature_of(model, row) for pk, row in rows.items() if pk not in stood}
        if new:
            made[label] = new
        for pk, row in rows.items():
            if pk in stood and row != stood[pk]:
                changed.append([label, pk, _pairs(model, stood[pk], row)])
        gone += [[label, pk, as_held(model, row)] for pk, row in stood.items() if pk not in rows]
    return made, changed, gone


def _pairs(model: type[Model], before: Values, after: Values) -> dict[str, list[Any]]:
    """The columns that differ, each with its value before and after."""
    columns = zip(columns_of(model), before, after, strict=True)
    return {name: [plain(was), plain(now)] for name, was, now in columns if was != now}
