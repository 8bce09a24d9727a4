"""The nightly sweep: `plan(as_of)` reads and decides, `apply(plan)` writes in small atomic batches with a ledger,
`undo_sweep` takes back what a run did and nobody has touched since.
"""

from followups.rules.plan import Plan, plan
from followups.rules.sweep import sweep
from followups.rules.undoing import preview_undo, undo_sweep

__all__ = ["Plan", "plan", "preview_undo", "sweep", "undo_sweep"]
