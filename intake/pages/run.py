"""What the page of one import shows: how far it is, the dry run with its forecast, or the result."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from followups.models import Rule
from followups.states import RuleAction, RuleMode
from intake.field_labels import field_label
from intake.findings import WarningCode
from intake.guessing.plans import listed
from intake.guessing.values import is_coded
from intake.models import ImportBatch
from intake.pages.steps import DRY_RUN, RESULT, steps
from intake.silence import silent_minutes
from intake.states import AT_WORK, BatchStatus, RecordKind, UndoStatus
from intake.undoing.batches import why_not_undoable

SHOWN = 30
# The list in which what came in can be looked at.
LISTS = {
    RecordKind.USERS: "settings:people",
    RecordKind.COMPANIES: "followups:companies",
    RecordKind.CONTACTS: "followups:companies",
    RecordKind.LEADS: "followups:leads",
    RecordKind.DEALS: "followups:deals",
    RecordKind.ACTIVITIES: "followups:deals",
    RecordKind.TODOS: "followups:todos",
}


def run_page(batch: ImportBatch, now: datetime) -> dict[str, Any]:
    """The context of the page."""
    summary = batch.summary
    named = list(_advised(batch, summary.get("named", [])))
    counts = summary.get("counts", {})
    return {
        "batch": batch,
        "upload": batch.upload,
        "summary": summary,
        "forecast": summary.get("forecast"),
        "is_at_work": batch.status in AT_WORK,
        "silent": silent_minutes(batch.beat_at or batch.started_at, now),
        "is_over": batch.status in (BatchStatus.DONE, BatchStatus.CANCELLED, BatchStatus.UNDONE),
        "share": 100 * batch.rows_done // batch.rows_total if batch.rows_total else 0,
        "named": named[:SHOWN],
        "kinds_of_problem": Counter(problem["text"] for problem in named).most_common(5),
        "more": max(summary.get("rejected", 0) - len(named[:SHOWN]), 0),
        "warnings": [(WarningCode(code).label, count) for code, count in counts.items() if code in WarningCode.values],
        "conflicts": list(_kept(batch, summary.get("conflicts"))),
        "conflict_count": counts.get("conflicts", 0),
        "went_in": summary.get("created", 0) + summary.get("updated", 0),
        "is_nothing_new": _is_nothing_new(summary),
        "steps": steps(DRY_RUN if batch.is_dry_run else RESULT),
        "is_undoable": not why_not_undoable(batch),
        "undone": batch.undos.filter(is_preview=False).exclude(status=UndoStatus.REFUSED).first(),
        "list_url": LISTS[RecordKind(batch.kind)],
        "rule_to_try": _rule_to_try(batch),
    }


def _rule_to_try(batch: ImportBatch) -> Rule | None:
    """After the first deals are in: the rule that makes to-dos of stagnant ones, as long as no rule is on."""
    if batch.kind != RecordKind.DEALS or batch.is_dry_run or Rule.objects.exclude(mode=RuleMode.OFF).exists():
        return None
    return Rule.objects.filter(action=RuleAction.TODO).order_by("priority", "code").first()


def _advised(batch: ImportBatch, named: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rejected rows; for a word that nobody has given a meaning yet the advice is to do so."""
    headers = {listed(headers)[0]: field for field, headers in batch.plan.get("columns", {}).items()}
    for problem in named:
        field = headers.get(problem["column"], "")
        known = batch.plan.get("values", {}).get(field, {})
        is_open = is_coded(batch.kind, field) and problem["value"] and problem["value"] not in known
        yield problem | ({"text": _("Go back to the columns and choose what this word means.")} if is_open else {})


def _kept(batch: ImportBatch, conflicts: object) -> Iterator[dict[str, Any]]:
    """The fields that stayed as people had changed them, called as the pages call them."""
    for conflict in conflicts if isinstance(conflicts, list) else ():
        yield conflict | {"field": field_label(batch.kind, conflict["field"])}


def _is_nothing_new(summary: dict[str, Any]) -> bool:
    changes = sum(summary.get(name, 0) for name in ("created", "updated", "rejected"))
    return changes == 0 and bool(summary.get("unchanged"))
