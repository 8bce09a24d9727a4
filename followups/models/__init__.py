"""Rules, the sweep, exemptions, what a call result starts, signed checks, what people are told, and the program."""

from followups.models.announcement import Announcement, Receipt
from followups.models.check import LeakCheck
from followups.models.exemption import RuleExemption
from followups.models.notice import Delivery, Notice, ReturnWarning
from followups.models.outcome import OutcomeEffect, Proposal
from followups.models.program import FollowUpProgram
from followups.models.rollup import AppointmentDay, CohortDay
from followups.models.rule import Rule, RuleDraft, RuleVersion
from followups.models.suggestion import Suggestion
from followups.models.sweep import SweepChange, SweepRun

__all__ = [
    "Announcement",
    "AppointmentDay",
    "CohortDay",
    "Delivery",
    "FollowUpProgram",
    "LeakCheck",
    "Notice",
    "OutcomeEffect",
    "Proposal",
    "Receipt",
    "ReturnWarning",
    "Rule",
    "RuleDraft",
    "RuleExemption",
    "RuleVersion",
    "Suggestion",
    "SweepChange",
    "SweepRun",
]
