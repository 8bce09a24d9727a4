"""Questions about rules, runs and exemptions."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from followups.states import ProposalStatus, RuleMode, RunStatus

if TYPE_CHECKING:
    from followups.models import Proposal, Rule, RuleExemption, SweepRun


class RuleQuerySet(models.QuerySet["Rule"]):
    def acting(self) -> Self:
        """Rules in auto, in the order in which they act."""
        return self.filter(mode=RuleMode.AUTO).order_by("priority", "code")

    def speaking(self) -> Self:
        """Rules in auto or suggest: the statuses they name are not ルール対象外 (D20)."""
        return self.filter(mode__in=[RuleMode.AUTO, RuleMode.SUGGEST])


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def pending(self) -> Self:
        """Appointments that field sales has not answered yet."""
        return self.filter(status=ProposalStatus.PENDING)


class SweepRunQuerySet(models.QuerySet["SweepRun"]):
    def finished(self) -> Self:
        """Runs that came to their end and still stand, newest first."""
        return self.filter(status=RunStatus.DONE).order_by("-id")


class RuleExemptionQuerySet(models.QuerySet["RuleExemption"]):
    def unexpired(self, as_of: date) -> Self:
        """Exemptions in force on that day; the last day is included, a revoked one ends the day it was revoked."""
        in_force = Q(starts_on__lte=as_of, expires_on__gte=as_of)
        return self.filter(in_force, Q(revoked_on__isnull=True) | Q(revoked_on__gt=as_of))
