"""未設定: what a person has in hand without any next step (S0-02, S3-08, SC-03)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from activities.models import Todo
from deals.models import Deal
from deals.querysets import DealQuerySet
from followups.lists import deal_rows
from leads.models import Lead
from leads.querysets import LeadQuerySet
from leads.states import WORKED_STATUSES
from people.models import User
from people.prepared import prepared

ROWS = 50


@dataclass(frozen=True, slots=True)
class Unset:
    """Live deals that a person holds as FS and leads of his without an open to-do, those that wait longest first."""

    person_id: int

    @property
    def count(self) -> int:
        """How many there are; one query."""
        return sum(next(iter(_counts(self.person_id)), ()))

    def rows(self) -> dict[str, Any]:
        """The first fifty of each, with everything a row shows."""
        deals = _deals(self.person_id).order_by("status_entered_on", "id")
        leads = _leads(self.person_id).order_by("status_entered_on", "id")
        return {"unset_deals": deal_rows(deals)[:ROWS], "unset_leads": leads.select_related("company")[:ROWS]}


def _deals(person_id: int) -> DealQuerySet:
    planned = Todo.objects.open().filter(deal=OuterRef("pk"))
    deals: DealQuerySet = Deal.objects.open().filter(~Exists(planned), fs_owner=person_id)
    return deals


def _leads(person_id: int) -> LeadQuerySet:
    planned = Todo.objects.open().filter(lead=OuterRef("pk"))
    leads: LeadQuerySet = Lead.objects.filter(~Exists(planned), owner=person_id, status__in=WORKED_STATUSES)
    return leads


@prepared
def _counts(person_id: int) -> Any:
    deals = _deals(person_id).order_by().values("fs_owner").annotate(n=Count("pk")).values("n")
    leads = _leads(person_id).order_by().values("owner").annotate(n=Count("pk")).values("n")
    counts = Coalesce(Subquery(deals), 0), Coalesce(Subquery(leads), 0)
    return User.objects.filter(pk=person_id).values_list(*counts)
