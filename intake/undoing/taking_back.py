"""The way back of one step: rows deleted, former values written, clocks set back, external ids released (ADR 9)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from activities.actions import retract, touch_volume, touches_of
from activities.models import Activity
from deals.actions import record_contacts, touch_cohorts, touch_follow_ups
from deals.models import Deal, DealEvent, FollowUpCycle
from deals.purging import history_may_go
from deals.states import DealEventKind
from intake.models import ImportRow, ImportStep
from intake.states import StaysBecause
from intake.undoing.columns import Held, digest_of, label_of, model_of, of_ids, value_of
from intake.undoing.leavers import Leavers
from intake.undoing.ledger import MODELS
from intake.undoing.standing import Changed, Passed, Standing
from leads.models import Lead
from people.models import User
from people.rows import insert_rows, update_rows

_CLOCKS = frozenset({"last_contact_on", "last_response_on", "first_visit_on"})


@dataclass
class Outcome:
    """What came, or would come, of taking a step back.

    removed: how many rows by table. restored: rows that got former values back. kept: [table, id, name, reason].
    digest: over what the removed rows held.
    """

    removed: dict[str, int] = field(default_factory=dict)
    restored: int = 0
    kept: list[list[Any]] = field(default_factory=list)
    digest: int = 0

    def as_json(self) -> dict[str, Any]:
        """As the step keeps it."""
        return {"removed": self.removed, "restored": self.restored, "kept": self.kept, "digest": f"{self.digest:064x}"}


@dataclass
class Return:
    """What of a step goes back: judged once, then either only told or done."""

    step: ImportStep
    passed: Passed = field(default_factory=Passed)
    outcome: Outcome = field(default_factory=Outcome)

    def __post_init__(self) -> None:
        self.standing = Standing(self.step, self.passed)
        self.leavers = Leavers(self.step.batch, self.standing.changed)
        self.removal = {model: rows for model, rows in self.standing.removal.items() if rows}
        self._restorable = [(change, columns) for change in self.standing.changed if (columns := self._columns(change))]
        self._tell()

    def imagine(self) -> Outcome:
        """Note in `passed` what would be gone and how rows would stand, for the steps before this one."""
        for model, rows in self.removal.items():
            self.passed.gone.setdefault(model, set()).update(rows)
        for change, columns in self._restorable:
            row = self.passed.again.setdefault((change.model, change.id), {})
            row.update({name: change.before[name] for name in columns})
        return self.outcome

    def do(self, *, by: User | None, as_of: date) -> Outcome:
        """Delete and restore; the caller holds the transaction and the step's lock."""
        edited = [change.id for change, _columns in self._restorable if change.model is Activity]
        activities = list(Activity.objects.filter(pk__among=[*self.removal.get(Activity, {}), *edited]))
        deal_ids = self._touch_cycles()
        self._release()
        with history_may_go(self.removal.get(Deal, {}), self.removal.get(Lead, {})):
            for model, rows in self.removal.items():
                where = model._base_manager.filter(pk__among=list(rows))
                where._raw_delete(where.db)  # what hangs on the rows is deleted by name, not by Django's cascade
        for model, changes in self._by_model():
            _write_back(model, changes)
        self._bring_back_gone()
        touch_cohorts(deal_ids)
        self._set_back_clocks(activities, edited)
        self._write_events(by, as_of)
        return self.outcome

    def _columns(self, change: Changed) -> set[str]:
        """The columns of a changed row that get their former values back."""
        together, single = change.columns()
        is_kept = change.now is None or self.standing.is_kept(change.model, change.id, change.now)
        whole = set() if is_kept else together
        single = {name for name in single if change.stands({name})}
        if change.model is Deal and self._is_of_activities():
            single -= _CLOCKS  # they follow the contacts that remain
        refused = self.leavers.columns(change)
        return (set() if whole & refused else whole) | single - refused

    def _is_of_activities(self) -> bool:
        return MODELS[self.step.batch.kind] is Activity

    def _tell(self) -> None:
        outcome, standing = self.outcome, self.standing
        outcome.removed = {label_of(model): len(rows) for model, rows in self.removal.items()}
        outcome.restored = len(self._restorable)
        rows = ((label_of(model), pk, row) for model, found in self.removal.items() for pk, row in found.items())
        outcome.digest = digest_of(rows)
        outcome.kept = list(self._kept_made())
        for change in standing.changed:
            names = set(change.after) - (_CLOCKS if self._is_of_activities() else set())
            missing = names - self._columns(change)
            left = {name for name in missing & self.leavers.columns(change) if change.stands({name})}
            for why, columns in ((StaysBecause.CHANGED, missing - left), (StaysBecause.LEFT, left)):
                if columns:
                    name = _name(change.now or {}) or str(change.id)
                    outcome.kept.append([label_of(change.model), change.id, name, why.value, sorted(columns)])

    def _kept_made(self) -> Iterator[list[Any]]:
        """The records that stay, each once; what hangs on them goes without saying."""
        for label, signatures in self.step.made.items():
            model = model_of(label)
            ids = [int(pk) for pk in signatures if int(pk) not in self.removal.get(model, {})]
            rows = self.passed.seen(model, of_ids(model, ids))
            for pk in ids:
                why = self.standing.reason(model, pk, rows.get(pk))
                if why is not None and (pk in rows or why == StaysBecause.MERGED) and not self._hangs(model, pk, rows):
                    yield [label, pk, _name(rows.get(pk, {})) or str(pk), why.value, []]

    def _hangs(self, model: type[Model], pk: int, rows: Mapping[int, Held]) -> bool:
        """Whether the row is no record of its own, but hangs on one that is named already."""
        if model not in MODELS.values() and not hasattr(model, "name_key"):
            return True
        return model is not Deal and self.standing.hangs_on_deal(model, pk, rows.get(pk))

    def _by_model(self) -> Iterator[tuple[type[Model], list[tuple[Changed, set[str]]]]]:
        models = dict.fromkeys(change.model for change, _columns in self._restorable)
        for model in models:
            yield model, [(change, columns) for change, columns in self._restorable if change.model is model]

    def _release(self) -> None:
        """The external ids of what goes can come in again; a row that was imported before is again as it was then."""
        model = MODELS[self.step.batch.kind]
        stays = {pk for label, pk, *_why in self.outcome.kept if label == label_of(model)}
        own = set(ImportRow.objects.filter(
            pk__among=[line[0] for line in self.step.rows], batch=self.step.batch_id
        ).values_list("pk", flat=True))  # fmt: skip
        lines = [line for line in self.step.rows if line[0] in own and line[1] not in stays]
        fresh = [row_id for row_id, _record_id, former in lines if former is None]
        ImportRow.objects.filter(pk__among=fresh).delete()
        names = ("record_id", "batch_id", "digest", "values")
        again = [(row_id, *(former[name] for name in names)) for row_id, _record_id, former in lines if former]
        update_rows(ImportRow, ("id", *names), again)

    def _touch_cycles(self) -> set[int]:
        """Mark what is kept of the follow-ups of all deals concerned, as they stand; gives back the deals."""
        rows = [(model, pk, row) for model, found in self.removal.items() for pk, row in found.items()]
        for change, _columns in self._restorable:
            rows += [(change.model, change.id, row) for row in (change.before, change.now or {})]
        rows += [(model_of(label), pk, row) for label, pk, row in self.step.gone]
        deal_ids = {deal_id for model, pk, row in rows if (deal_id := pk if model is Deal else row.get("deal_id"))}
        began_on = [row["entered_on"] for model, _pk, row in rows if model is FollowUpCycle and "entered_on" in row]
        if began_on:
            touch_follow_ups(deal_ids, date.fromisoformat(min(began_on)))
        else:
            touch_cohorts(deal_ids)
        return deal_ids

    def _bring_back_gone(self) -> None:
        """Rows that the step had deleted, where what they name still stands."""
        for label, pk, row in self.step.gone:
            model = model_of(label)
            values = {name: value_of(model, name, kept) for name, kept in row.items()}
            insert_rows(model, ("id", *values), [(pk, *values.values())], skip_conflicts=True)

    def _set_back_clocks(self, activities: list[Activity], edited: list[int]) -> None:
        """activities: as they were before; edited: those of them that stand again as they had been."""
        if not activities:
            return
        again = list(Activity.objects.filter(pk__among=edited))
        touch_volume([*activities, *again])
        if self._is_of_activities():
            moved = {change.id for change in self.standing.changed if change.after.keys() & _CLOCKS}
            retract([activity for activity in activities if activity.deal_id in moved])
            record_contacts(touches_of(again))

    def _write_events(self, by: User | None, as_of: date) -> None:
        """What stays in the books says that its change was taken back."""
        rows = [
            (change.id, by.pk if by else None, change.after.get("status", ""), change.before.get("status", ""))
            for change, columns in self._restorable
            if change.model is Deal and columns - _CLOCKS
        ]
        constants = {
            "kind": DealEventKind.UNDONE.value, "happened_on": as_of, "cause": f"import-undo:{self.step.batch_id}",
        }  # fmt: skip
        insert_rows(DealEvent, ("deal_id", "by_id", "from_status", "to_status"), rows, constants=constants)


def _write_back(model: type[Model], changes: list[tuple[Changed, set[str]]]) -> None:
    """One statement for all rows of which the same columns go back."""
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for change, columns in changes:
        names = tuple(sorted(columns))
        values = (value_of(model, name, change.before[name]) for name in names)
        groups.setdefault(names, []).append((change.id, *values))
    has_version = any(field.name == "version" for field in model._meta.concrete_fields)
    for names, rows in groups.items():
        update_rows(model, ("id", *names), rows, expressions=["version = t.version + 1"] if has_version else [])


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or row.get("subject") or row.get("external_id") or "")
