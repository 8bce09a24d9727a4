"""The admin of everything whose verbs live on this floor: people, deals, to-dos, rules and their ledger (D26)."""

from followups.admin import deals, ledger, people, rules, todos

__all__ = ["deals", "ledger", "people", "rules", "todos"]
