"""Companies, the people in them, and leads: what comes before a deal."""

from leads.models.customer import AvailabilityGuess, Company, ConsentEvent, Contact, Merge
from leads.models.lead import Lead, LeadEvent
from leads.models.picklists import LeadSource, NoAppointmentReason, NurturingReason, Picklist, picklist_label

__all__ = [
    "AvailabilityGuess",
    "Company",
    "ConsentEvent",
    "Contact",
    "Lead",
    "LeadEvent",
    "LeadSource",
    "Merge",
    "NoAppointmentReason",
    "NurturingReason",
    "Picklist",
    "picklist_label",
]
