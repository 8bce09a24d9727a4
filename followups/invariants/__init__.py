"""What must hold whatever people, rules, imports and crashes do: `manage.py check_invariants` asks for all of it.

Based on reliability 3.9 and on decisions D4 … D25. The constraints of the database keep some of these sentences; they
are asked all the same, since a restored or hand-mended database may lack a constraint.
"""

from followups.invariants import cycles, deals, history, ledger, proposals, rollups, todos
from followups.invariants.invariant import Invariant, Violation

INVARIANTS: tuple[Invariant, ...] = (
    *deals.INVARIANTS,
    *cycles.INVARIANTS,
    *todos.INVARIANTS,
    *proposals.INVARIANTS,
    *history.INVARIANTS,
    *ledger.INVARIANTS,
    *rollups.INVARIANTS,
)


def violations() -> list[Violation]:
    """Every record that breaks an invariant; the empty list is the proof."""
    return [violation for invariant in INVARIANTS for violation in invariant.violations()]


__all__ = ["INVARIANTS", "Invariant", "Violation", "violations"]
