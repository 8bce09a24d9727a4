"""Questions about activities and to-dos. Every question that depends on time takes as_of."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from activities.states import MEETING_KINDS, RIGHT_PARTY_OUTCOMES, ActivityKind, Direction, TodoOrigin, TodoStatus

if TYPE_CHECKING:
    from activities.models import Activity, Todo


class ActivityQuerySet(models.QuerySet["Activity"]):
    def contacts(self) -> Self:
        """Completed, non-bulk touches, attempts included: what moves the no_activity clock (C-24, C-25)."""
        return self.filter(is_completed=True, is_bulk=False, is_void=False)

    def responses(self) -> Self:
        """Touches in which the customer wrote, was reached or met us: what moves the no_response clock (D23)."""
        return (
            self.contacts()
            .filter(Q(direction=Direction.INBOUND) | Q(outcome__in=RIGHT_PARTY_OUTCOMES) | Q(kind__in=MEETING_KINDS))
            .exclude(kind=ActivityKind.IMPORTED)
        )

    def calls(self) -> Self:
        """Completed calls that were not undone."""
        return self.filter(kind=ActivityKind.CALL, is_completed=True, is_void=False)

    def volume(self) -> Self:
        """行動量 (M-11): the calls, and the mails that we sent one by one; no newsletter, no mail of a customer."""
        sent = Q(kind=ActivityKind.EMAIL, direction=Direction.OUTBOUND, is_bulk=False)
        return self.filter(Q(kind=ActivityKind.CALL) | sent, is_completed=True, is_void=False)

    def dialled(self) -> Self:
        """Outbound calls with a result: what the connect rate is a share of (M-07)."""
        return self.calls().filter(direction=Direction.OUTBOUND, outcome__isnull=False)


class TodoQuerySet(models.QuerySet["Todo"]):
    def open(self) -> Self:
        """Still to be done."""
        return self.filter(status=TodoStatus.OPEN)

    def filling_days(self) -> Self:
        """Open, and counting to the cap: all but those of call projects that do not (M-06)."""
        return self.open().filter(Q(project__isnull=True) | Q(project__counts_to_capacity=True))

    def overdue(self, as_of: date) -> Self:
        """Open with an effective due date before as_of (M-05)."""
        return self.open().filter(effective_due_on__lt=as_of)

    def promised(self) -> Self:
        """Agreed with the customer."""
        return self.filter(is_promised=True)

    def rule_made(self) -> Self:
        """Made by a rule, the cover step or a verb for a cycle."""
        return self.filter(origin=TodoOrigin.RULE)

    def unassigned(self) -> Self:
        """Open to-dos of a cycle that nobody has: the second half of 抜け漏れ (D15)."""
        return self.open().filter(cycle__isnull=False, assignee__isnull=True)

    def of_project(self, project_id: int) -> Self:
        """The calls of a call project."""
        return self.filter(project=project_id)
