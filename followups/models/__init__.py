"""Rules, what the sweep did, who was exempted, what a call result starts, and who has checked the day."""

from followups.models.check import LeakCheck
from followups.models.exemption import RuleExemption
from followups.models.outcome import OutcomeEffect, Proposal
from followups.models.rule import Rule, RuleVersion
from followups.models.sweep import SweepChange, SweepRun

__all__ = [
    "LeakCheck",
    "OutcomeEffect",
    "Proposal",
    "Rule",
    "RuleExemption",
    "RuleVersion",
    "SweepChange",
    "SweepRun",
]
