"""Questions about rules, runs and exemptions."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from followups.states import DeliveryState, ProposalStatus, RuleMode, RunStatus

CHECK_ENDS_AT_HOUR = 12  # a double check at noon or later is none for that morning

if TYPE_CHECKING:
    from followups.models import Announcement, Delivery, LeakCheck, Notice, Proposal, Rule, RuleExemption, SweepRun
    from people.models import User


class RuleQuerySet(models.QuerySet["Rule"]):
    def acting(self) -> Self:
        """Rules in auto, in the order in which they act."""
        return self.filter(mode=RuleMode.AUTO).order_by("priority", "code")

    def speaking(self) -> Self:
        """Rules in auto or suggest: the statuses they name are not ルール対象外 (D20)."""
        return self.filter(mode__in=[RuleMode.AUTO, RuleMode.SUGGEST])


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def waiting(self, as_of: date | None = None) -> Self:
        """Published and not yet in force, the first to come first; as_of: those whose day has come by then."""
        waiting = self.filter(enacted_on__isnull=True, refusal="").order_by("effective_on", "id")
        return waiting if as_of is None else waiting.filter(effective_on__lte=as_of)

    def newest(self) -> Self:
        """The last announcement of each rule: what everybody should know today."""
        newer = self.model._default_manager.filter(rule=OuterRef("rule"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(newer))

    def unconfirmed(self, user: "User | int") -> Self:
        """The newest ones that this person has not confirmed, the oldest first."""
        return self.newest().exclude(receipts__user=user).order_by("id")


class LeakCheckQuerySet(models.QuerySet["LeakCheck"]):
    def of_company(self) -> Self:
        """Signatures for everybody, not for one team."""
        return self.filter(team__isnull=True)

    def covering(self, team_id: int | None) -> Self:
        """Signatures that speak for the team: its own and those for everybody. None: those for everybody."""
        return self.filter(Q(team__isnull=True) | Q(team=team_id)) if team_id else self.of_company()

    def in_time(self) -> Self:
        """Signed before noon of the day itself, in Tokyo (M-22)."""
        return self.filter(signed_at__date=F("checked_on"), signed_at__hour__lt=CHECK_ENDS_AT_HOUR)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def pending(self) -> Self:
        """Appointments that field sales has not answered yet."""
        return self.filter(status=ProposalStatus.PENDING)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self, user: "User | int") -> Self:
        """What this person has not marked as read; a partial index answers."""
        return self.filter(user=user, read_at__isnull=True)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> Self:
        """What waits to leave and may be tried at this moment, the oldest first."""
        may_be_tried = Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
        return self.filter(may_be_tried, state=DeliveryState.QUEUED).order_by("id")


class SweepRunQuerySet(models.QuerySet["SweepRun"]):
    def asked_for(self) -> Self:
        """Runs of the page that wait or are at work, the oldest first."""
        at_work = Q(status=RunStatus.RUNNING, beat_at__isnull=False)
        return self.filter(at_work | Q(status=RunStatus.WAITING)).order_by("id")

    def finished(self) -> Self:
        """Runs that came to their end and still stand, newest first."""
        return self.filter(status=RunStatus.DONE).order_by("-id")


class RuleExemptionQuerySet(models.QuerySet["RuleExemption"]):
    def unexpired(self, as_of: date) -> Self:
        """Exemptions in force on that day; the last day is included, a revoked one ends the day it was revoked."""
        in_force = Q(starts_on__lte=as_of, expires_on__gte=as_of)
        return self.filter(in_force, Q(revoked_on__isnull=True) | Q(revoked_on__gt=as_of))
