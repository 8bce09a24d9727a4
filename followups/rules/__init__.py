"""The nightly sweep: `plan(as_of)` reads and decides, `apply(plan)` writes in small atomic batches with a ledger."""

from followups.rules.plan import Plan, plan
from followups.rules.sweep import sweep

__all__ = ["Plan", "plan", "sweep"]
