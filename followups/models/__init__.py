"""Rules, what the sweep did, exemptions, what a call result starts, signed checks, and what people are told."""

from followups.models.check import LeakCheck
from followups.models.exemption import RuleExemption
from followups.models.notice import Delivery, Notice, ReturnWarning
from followups.models.outcome import OutcomeEffect, Proposal
from followups.models.rule import Rule, RuleVersion
from followups.models.sweep import SweepChange, SweepRun

__all__ = [
    "Delivery",
    "LeakCheck",
    "Notice",
    "OutcomeEffect",
    "Proposal",
    "ReturnWarning",
    "Rule",
    "RuleExemption",
    "RuleVersion",
    "SweepChange",
    "SweepRun",
]
