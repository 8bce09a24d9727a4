"""Rules, what the sweep did, and who was exempted."""

from followups.models.exemption import RuleExemption
from followups.models.rule import Rule, RuleVersion
from followups.models.sweep import SweepChange, SweepRun

__all__ = ["Rule", "RuleExemption", "RuleVersion", "SweepChange", "SweepRun"]
