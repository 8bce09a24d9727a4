"""未設定: what a person has in hand without any next step (S0-02, S3-08, SC-03)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from activities.models import Todo
from deals.models import Deal
from deals.querysets import DealQuerySet
from followups.lists import deal_rows
from leads.models import Lead
from leads.querysets import LeadQuerySet
from leads.states import WORKED_STATUSES

ROWS = 50


@dataclass(frozen=True, slots=True)
class Unset:
    """Live deals and leads without an open to-do, those that have waited longest first."""

    deals: DealQuerySet
    leads: LeadQuerySet

    @property
    def count(self) -> int:
        """How many there are; one query."""
        ids = self.deals.order_by().values("pk").union(self.leads.order_by().values("pk"), all=True)
        return ids.count()

    def rows(self) -> dict[str, Any]:
        """The first fifty of each, with everything a row shows."""
        return {"unset_deals": deal_rows(self.deals)[:ROWS], "unset_leads": self.leads.select_related("company")[:ROWS]}


def without_next_step(person_id: int) -> Unset:
    """What this person holds as FS, and his leads."""
    deals = Deal.objects.open().filter(~Exists(Todo.objects.open().filter(deal=OuterRef("pk"))), fs_owner=person_id)
    open_lead = Todo.objects.open().filter(lead=OuterRef("pk"))
    leads = Lead.objects.filter(~Exists(open_lead), owner=person_id, status__in=WORKED_STATUSES)
    return Unset(deals.order_by("status_entered_on", "id"), leads.order_by("status_entered_on", "id"))
