"""Rules, what the sweep did, who was exempted, and what a call result starts."""

from followups.models.exemption import RuleExemption
from followups.models.outcome import OutcomeEffect, Proposal
from followups.models.rule import Rule, RuleVersion
from followups.models.sweep import SweepChange, SweepRun

__all__ = ["OutcomeEffect", "Proposal", "Rule", "RuleExemption", "RuleVersion", "SweepChange", "SweepRun"]
