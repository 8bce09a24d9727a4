"""What the page of an undo shows: how far it is, what it takes back or took back, and what stays and why."""

from datetime import datetime
from typing import Any

from django.apps import apps

from intake.models import ImportUndo
from intake.silence import silent_minutes
from intake.states import StaysBecause, UndoStatus
from intake.undoing.asked import AT_WORK
from intake.undoing.ledger import MODELS

SHOWN = 100


def undo_page(undo: ImportUndo, now: datetime) -> dict[str, Any]:
    """The context of the page."""
    summary, records = undo.summary, {model._meta.label_lower for model in MODELS.values()}
    removed = summary.get("removed", {})
    return {
        "undo": undo,
        "batch": undo.batch,
        "is_at_work": undo.status in AT_WORK,
        "silent": silent_minutes(undo.beat_at or undo.asked_at, now),
        "is_done": undo.status == UndoStatus.DONE,
        "refused": summary.get("refused", ""),
        "removed": [(_named(label), count) for label, count in removed.items() if label in records],
        "removed_count": sum(count for label, count in removed.items() if label in records),
        "along": sum(count for label, count in removed.items() if label not in records),
        "restored": summary.get("restored", 0),
        "kept": [row | {"kind": _named(row["table"])} for row in summary.get("kept", [])[:SHOWN]],
        "reasons": [(StaysBecause(code).label, count) for code, count in summary.get("stays", {}).items()],
        "kept_count": sum(summary.get("stays", {}).values()),
        "shown": SHOWN,
    }


def _named(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)
