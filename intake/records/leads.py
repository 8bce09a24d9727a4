"""Leads."""

from collections.abc import Sequence

from intake.drafts import Change, Draft, Said, objections, picked, unknown
from intake.on_sight import make_companies, make_people, make_sources
from intake.records.kind import Kind, drop, edits
from intake.rows import Values
from leads.actions import LEAD_FIELDS, LeadMove, create_leads, edit_leads, lead_status_errors, move_leads
from leads.models import Lead
from leads.states import LeadStatus
from people.text import e164

STATUS_COLUMNS = ("status", "nurturing_reason_id")


class Leads(Kind):
    """A lead's owner gets no role by it (D1)."""

    model = Lead
    related = ("company", "contact", "source", "owner", "nurturing_reason")

    def object(self, external_id: str, values: Values) -> list[Said]:
        """A nurturing status says why, and with a reason that we know."""
        reasons = self.run.references.nurturing_reasons
        return unknown(values, "nurturing_reason", reasons) or objections(
            values, lead_status_errors(values["status"], picked(values, "nurturing_reason", reasons))
        )

    def prepare(self, rows: Sequence[Values], former: Sequence[Values]) -> None:
        """Owners, sources and companies are made on sight."""
        make_people(self.run, rows, "owner")
        make_sources(self.run, rows)
        make_companies(self.run, rows)

    def draft(self, external_id: str, values: Values) -> Draft:
        """created_on falls back to the other date of the row, then to today; status_entered_on to created_on."""
        draft = Draft(external_id, values)
        references = self.run.references
        created_on = values.get("created_on") or values.get("status_entered_on") or self.run.as_of
        draft.columns = {
            "external_id": values.get("external_id"),
            "name": values.get("name") or external_id,
            "company_id": draft.link("company", references.companies),
            "contact_id": draft.link("contact", references.contacts),
            "email": values.get("email", ""),
            "phone": e164(values["phone"]) if "phone" in values else "",
            "source_id": draft.link("source", references.sources),
            "source_status": values.get("source_status", ""),
            "owner_id": draft.link("owner", references.users),
            "created_on": created_on,
            "status": values["status"],
            "nurturing_reason_id": picked(values, "nurturing_reason", references.nurturing_reasons),
            "status_entered_on": values.get("status_entered_on") or created_on,
        }
        return draft

    def create(self, drafts: Sequence[Draft]) -> list[int]:
        """Insert them with their first events."""
        leads = [Lead(**draft.columns) for draft in drafts]
        made = create_leads(leads, by=None, as_of=self.run.as_of, cause=self.run.cause)
        return [lead.pk for lead in made]

    def object_to(self, change: Change) -> list[Said]:
        """The status and its reason stand or fall together: where one was kept, so is the other."""
        if any(kept.field in ("status", "nurturing_reason") for kept in change.kept):
            drop(change, STATUS_COLUMNS)
        return []

    def change(self, changes: Sequence[Change]) -> None:
        """Write the columns; a change of status goes through its verb."""
        moving = [change for change in changes if change.columns.keys() & STATUS_COLUMNS]
        moves = [self._move(change) for change in moving]
        for change in moving:
            drop(change, ("status_entered_on",))
        edit_leads(edits(changes, {f"{name}_id" for name in LEAD_FIELDS} | LEAD_FIELDS))
        move_leads(moves, by=None, as_of=self.run.as_of, cause=self.run.cause)

    def _move(self, change: Change) -> LeadMove:
        lead = change.record
        assert isinstance(lead, Lead)
        status = LeadStatus(change.columns.get("status", lead.status))
        reason_id = change.columns.get("nurturing_reason_id", lead.nurturing_reason_id)
        return LeadMove(lead.pk, status, reason_id, change.new.values.get("status_entered_on"))
