"""Questions about deals and cycles. Every question that depends on time takes as_of."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models

from deals.states import OPEN_STATUSES
from leads.search import matching

if TYPE_CHECKING:
    from deals.models import Deal, FollowUpCycle


class DealQuerySet(models.QuerySet["Deal"]):
    def known(self, as_of: date) -> Self:
        """Deals none of whose dates lies after as_of; a sweep leaves the others alone (D11)."""
        return self.filter(known_on__lte=as_of)

    def later(self, as_of: date) -> Self:
        """Deals with a created, status, contact or closing date after as_of (D11)."""
        return self.filter(known_on__gt=as_of)

    def open(self) -> Self:
        """Live deals in the hands of FS."""
        return self.filter(status__in=OPEN_STATUSES)

    def matching(self, text: str) -> Self:
        """Deals that are found, or whose company is found, by the text (leads/search.py); all for ''."""
        return self.filter(matching(text) | matching(text, "company__"))


class CycleQuerySet(models.QuerySet["FollowUpCycle"]):
    def open(self) -> Self:
        """Cycles that have not ended."""
        return self.filter(ended_on__isnull=True)

    def open_on(self, as_of: date) -> Self:
        """Open cycles entered on or before as_of, of deals known by then: the total of the proof bar (D11, D15)."""
        return self.open().filter(entered_on__lte=as_of, deal__known_on__lte=as_of)
