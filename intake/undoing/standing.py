"""What of one step still stands as the import left it, and why the rest stays (ADR 9)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, Model, Q

from activities.models import Todo
from deals.models import Deal
from intake.models import ImportRow, ImportStep
from intake.states import BatchStatus, StaysBecause
from intake.undoing.columns import Held, held, label_of, model_of, of_ids, signature
from intake.undoing.kept import judged, worked_on
from intake.undoing.ledger import MODELS
from leads.models import Company, Contact, Lead, Merge
from leads.states import MergeKind

Key = tuple[type[Model], int]
Bundle = tuple[str, int]  # rows that are taken back together or not at all

# Columns that move together; the others go back one by one.
_SINGLE: dict[type[Model], frozenset[str]] = {
    Deal: frozenset(
        {
            "external_id", "name", "search_key", "starts_key", "company_id", "contact_id", "lead_id", "product_id",
            "source_id", "team_id", "is_owner_id", "fs_owner_id", "amount", "priority", "probability", "competitor",
            "created_on", "first_visit_on", "last_contact_on", "last_response_on", "source_status",
        }
    ),
}  # fmt: skip
_TOGETHER: dict[type[Model], frozenset[str]] = {
    Lead: frozenset({"status", "status_entered_on", "nurturing_reason_id", "no_appointment_reason_id"}),
}
_ALL_TOGETHER = (
    "deals.followupcycle",
    "deals.dealloss",
    "activities.todo",
    "activities.activity",
    "followups.proposal",
)


@dataclass
class Passed:
    """What a preview has, in its mind, taken back of later steps: rows gone and rows as they would be again."""

    gone: dict[type[Model], set[int]] = field(default_factory=dict)
    again: dict[Key, Held] = field(default_factory=dict)

    def seen(self, model: type[Model], rows: dict[int, Held]) -> dict[int, Held]:
        """The rows as they would stand."""
        gone = self.gone.get(model, ())
        return {pk: row | self.again.get((model, pk), {}) for pk, row in rows.items() if pk not in gone}


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that the step changed: the values before and after, and how it stands now (None: gone)."""

    model: type[Model]
    id: int
    before: Held
    after: Held
    now: Held | None

    def columns(self) -> tuple[set[str], set[str]]:
        """Those that go back only together, and those that go back one by one."""
        names = set(self.after)
        if label_of(self.model) in _ALL_TOGETHER:
            return names, set()
        if self.model in _TOGETHER:
            return names & _TOGETHER[self.model], names - _TOGETHER[self.model]
        single = _SINGLE.get(self.model, names)
        return names - single, names & single

    def stands(self, names: set[str]) -> bool:
        """Whether these columns hold what the import wrote."""
        return self.now is not None and all(self.now[name] == self.after[name] for name in names)


class Standing:
    """Judges one step; `removal` is what can be deleted, `kept` why the rest stays, by bundle."""

    def __init__(self, step: ImportStep, passed: Passed) -> None:
        self.step, self.passed = step, passed
        self.kept: dict[Bundle, StaysBecause] = {}
        self.removal: dict[type[Model], dict[int, Held]] = {}
        self.bundles: dict[Key, Bundle] = {}
        self.changed = [self._changed(*line) for line in self._grouped(step.changed)]
        self._changes = {(change.model, change.id): change for change in self.changed}
        self._deal_ids = self._bundled_deals()
        self._take_made()
        self._heed_changed()
        self._heed_later_imports()
        self._heed_references()

    def is_kept(self, model: type[Model], pk: int, row: Held | None = None) -> bool:
        """Whether what belongs together with this row stays."""
        return self._bundle(model, pk, row) in self.kept

    def reason(self, model: type[Model], pk: int, row: Held | None = None) -> StaysBecause | None:
        """Why the row stays; None where it goes or is gone already."""
        return self.kept.get(self._bundle(model, pk, row))

    def hangs_on_deal(self, model: type[Model], pk: int, row: Held | None) -> bool:
        """Whether the row goes or stays with a deal of this step."""
        return self._bundle(model, pk, row)[0] == "deal"

    def _grouped(self, lines: list[Any]) -> Iterator[tuple[type[Model], int, dict[str, list[Any]], Held | None]]:
        by_model: dict[str, dict[int, dict[str, list[Any]]]] = {}
        for label, pk, pairs in lines:
            by_model.setdefault(label, {})[pk] = pairs
        for label, rows in by_model.items():
            model = model_of(label)
            now = self.passed.seen(model, of_ids(model, rows))
            for pk, pairs in rows.items():
                yield model, pk, pairs, now.get(pk)

    def _changed(self, model: type[Model], pk: int, pairs: dict[str, list[Any]], now: Held | None) -> Changed:
        before, after = ({name: pair[n] for name, pair in pairs.items()} for n in (0, 1))
        return Changed(model, pk, before, after, now)

    def _bundled_deals(self) -> set[int]:
        """Deals that the step made, or moved as a whole; what hangs on them goes or stays with them."""
        made = {int(pk) for pk in self.step.made.get(label_of(Deal), {})}
        return made | {change.id for change in self.changed if change.model is Deal and change.columns()[0]}

    def _bundle(self, model: type[Model], pk: int, row: Held | None) -> Bundle:
        deal_id = pk if model is Deal else (row or {}).get("deal_id")
        return ("deal", deal_id) if deal_id in self._deal_ids else self.bundles.get((model, pk), (label_of(model), pk))

    def _keep(self, bundle: Bundle, why: StaysBecause) -> None:
        self.kept.setdefault(bundle, why)

    def _take_made(self) -> None:
        for label, signatures in self.step.made.items():
            model = model_of(label)
            ids = [int(pk) for pk in signatures]
            rows = self.passed.seen(model, of_ids(model, ids))
            self.removal[model] = rows
            merged = _merged(model, ids)
            for pk in ids:
                row = rows.get(pk)
                if pk in merged:
                    self._keep(self._bundle(model, pk, row), StaysBecause.MERGED)
                elif row is not None and signature(model, row) != signatures[str(pk)]:
                    self._keep(self._bundle(model, pk, row), StaysBecause.CHANGED)

    def _heed_changed(self) -> None:
        for change in self.changed:
            together, _single = change.columns()
            if together and not change.stands(together):
                self._keep(self._bundle(change.model, change.id, change.now), StaysBecause.CHANGED)

    def _heed_later_imports(self) -> None:
        """Rows that a later import, which still stands, has read anew."""
        model = MODELS[self.step.batch.kind]
        lines = {row_id: record_id for row_id, record_id, _former in self.step.rows}
        found = ImportRow.objects.filter(pk__among=list(lines)).exclude(batch=self.step.batch_id)
        for row_id in found.exclude(batch__status=BatchStatus.UNDONE).values_list("pk", flat=True):
            row = self.removal.get(model, {}).get(lines[row_id])
            bundle = self._bundle(model, lines[row_id], row)
            if row is not None and self.kept.get(bundle) in (None, StaysBecause.CHANGED):
                self.kept[bundle] = StaysBecause.LATER_IMPORT

    def _heed_references(self) -> None:
        """Until nothing that goes is named by anything that stays."""
        self._drop_kept()
        fresh = {model: set(rows) for model, rows in self.removal.items()}
        while any(fresh.values()):
            found: dict[type[Model], set[int]] = {}
            count = len(self.kept)
            for model, ids in fresh.items():
                for relation in _relations(model):
                    self._heed(model, ids & self.removal[model].keys(), relation, found)
            self._drop_kept()
            # Where something stays after all, what it names has to be asked about again.
            again = len(self.kept) > count
            fresh = {model: set(rows) for model, rows in self.removal.items()} if again else found

    def _heed(
        self, model: type[Model], ids: set[int], relation: "Field[Any, Any]", found: dict[type[Model], set[int]]
    ) -> None:
        other, column = relation.model, relation.attname
        if not ids:
            return
        rows = self.passed.seen(other, held(other, Q(**{f"{relation.name}__among": list(ids)})))
        known = self.removal.get(other, {})
        rows = {pk: row for pk, row in rows.items() if pk not in known and not self._lets_go(other, pk, column)}
        own = self.step.made.get(label_of(other), {})
        worked = worked_on(rows) if other is Todo and rows else set()
        for pk, row in rows.items():
            bundle = self._bundle(model, row[column], self.removal[model].get(row[column]))
            why = _why(other, column, row, is_own=str(pk) in own, is_worked_on=pk in worked)
            if why is not None:
                self._keep(bundle, why)
                continue
            self.bundles[other, pk] = bundle
            self.removal.setdefault(other, {})[pk] = row
            found.setdefault(other, set()).add(pk)

    def _lets_go(self, model: type[Model], pk: int, column: str) -> bool:
        """Whether the row refers to something else once its former values are back."""
        change = self._changes.get((model, pk))
        if change is None or column not in change.after or self.is_kept(model, pk, change.now):
            return False
        together, _single = change.columns()
        return change.stands(together if column in together else {column})

    def _drop_kept(self) -> None:
        for model, rows in self.removal.items():
            self.removal[model] = {pk: row for pk, row in rows.items() if not self.is_kept(model, pk, row)}


def _why(
    other: type[Model], column: str, row: Held, *, is_own: bool, is_worked_on: bool
) -> StaysBecause | None:  # fmt: skip
    if is_own:  # of this step, and it stays
        return StaysBecause.USED
    return judged(other, column, row) or (StaysBecause.WORKED if is_worked_on else None)


def _relations(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    """The foreign keys that point to the table; those without a constraint are history, which outlives it."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        key: Any = relation.field  # type: ignore[union-attr]
        if key.db_constraint:
            yield key


def _merged(model: type[Model], ids: list[int]) -> set[int]:
    """Companies and contacts that became one with another: those that are gone and those that took others in."""
    kinds = {Company: MergeKind.COMPANY, Contact: MergeKind.CONTACT}
    if model not in kinds:
        return set()
    merges = Merge.objects.filter(Q(kept_id__in=ids) | Q(gone_id__in=ids), kind=kinds[model])
    return {pk for pair in merges.values_list("kept_id", "gone_id") for pk in pair} & set(ids)
