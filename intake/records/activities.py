"""Calls, mails, visits and meetings of another system (D24)."""

from collections.abc import Sequence

from activities.actions import activity_errors, edit_activities, log_activities
from activities.models import Activity
from activities.states import ActivityKind, Direction
from intake.drafts import Change, Draft, Said, objections
from intake.on_sight import make_people
from intake.records.kind import Kind, edits
from intake.rows import Values

_LINKS = (("deal", "deals"), ("lead", "leads"), ("contact", "contacts"), ("company", "companies"))


class Activities(Kind):
    """A link that names nothing stays empty, and the row goes in as 未紐付け; a call may have no result."""

    model = Activity
    related = ("deal", "lead", "contact", "company", "owner")

    def object(self, external_id: str, values: Values) -> list[Said]:
        """Only a call has a call result."""
        if "outcome" not in values or values["kind"] == ActivityKind.CALL:
            return []
        activity = Activity(kind=values["kind"], outcome=values["outcome"], is_imported=True)
        return objections(values, activity_errors(activity, as_of=self.run.as_of))

    def prepare(self, rows: Sequence[Values], former: Sequence[Values]) -> None:
        """Owners are made on sight; deals, leads, contacts and companies never."""
        make_people(self.run, rows, "owner")

    def draft(self, external_id: str, values: Values) -> Draft:
        """Outbound where the file says nothing else."""
        draft = Draft(external_id, values)
        references = self.run.references
        draft.columns = {
            "external_id": values.get("external_id"),
            "kind": values["kind"],
            "direction": values.get("direction", Direction.OUTBOUND.value),
            "outcome": values.get("outcome"),
            "occurred_at": values["occurred_at"],
            "owner_id": draft.link("owner", references.users),
            "subject": values.get("subject", ""),
            "note": values.get("note", ""),
            "duration_s": values.get("duration_s"),
            "is_bulk": values.get("bulk", False),
        }
        for name, index in _LINKS:
            draft.columns[f"{name}_id"] = draft.link(name, getattr(references, index))
        return draft

    def create(self, drafts: Sequence[Draft]) -> list[int]:
        """Log them; those of a deal move its clocks."""
        activities = [Activity(**draft.columns, is_imported=True) for draft in drafts]
        logged = log_activities(activities, by=None, as_of=self.run.as_of)
        return [activity.pk for activity in logged.activities]

    def change(self, changes: Sequence[Change]) -> None:
        """Correct them; the clocks follow."""
        edit_activities(edits(changes), by=None, as_of=self.run.as_of)
