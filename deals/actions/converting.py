"""From a lead to a deal."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from deals.actions.entering import create_deals
from deals.models import Deal
from deals.states import DealStatus
from leads.models import Lead
from leads.states import LeadStatus
from people.models import User
from people.records import lock
from people.refusal import refuse


@transaction.atomic
def convert_lead(lead_id: int, deal: Deal, *, by: User | None, as_of: date, cause: str = "user") -> Deal:
    """A meeting is won: the lead becomes meeting_won and a deal in `appointment` is made of it (C-05).

    deal: unsaved, with what the caller knows (product, FS owner, amount); company, contact and source come from the
    lead, the name too where empty, the IS owner is the lead's owner where nobody else is named. Refused: a lead that is
    gone or was converted already.
    """
    lead = lock(Lead.objects.all(), [lead_id], "company").get(lead_id) or refuse(_("This lead no longer exists."))
    if lead.status == LeadStatus.MEETING_WON:
        refuse(_("This lead has become a deal already."))
    deal.lead, deal.status = lead, DealStatus.APPOINTMENT.value
    deal.name = deal.name or (lead.company.name if lead.company else lead.name)
    deal.is_owner_id = deal.is_owner_id or lead.owner_id
    return create_deals([deal], by=by, as_of=as_of, cause=cause).deals[0]
