"""Rules, the sweep, exemptions, what a call result starts, signed checks, what people are told, and the program."""

from followups.models.check import LeakCheck
from followups.models.exemption import RuleExemption
from followups.models.notice import Delivery, Notice, ReturnWarning
from followups.models.outcome import OutcomeEffect, Proposal
from followups.models.program import FollowUpProgram
from followups.models.rule import Rule, RuleVersion
from followups.models.sweep import SweepChange, SweepRun

__all__ = [
    "Delivery",
    "FollowUpProgram",
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
