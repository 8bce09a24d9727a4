"""How the rows of each kind of file become records: through the verbs of the floors below, many at once."""

from intake.drafts import Run
from intake.records.activities import Activities
from intake.records.customers import Companies, Contacts
from intake.records.deals import Deals
from intake.records.kind import Kind
from intake.records.leads import Leads
from intake.records.people import Users
from intake.records.todos import Todos
from intake.states import RecordKind

_KINDS: dict[str, type[Kind]] = {
    RecordKind.USERS: Users,
    RecordKind.COMPANIES: Companies,
    RecordKind.CONTACTS: Contacts,
    RecordKind.LEADS: Leads,
    RecordKind.DEALS: Deals,
    RecordKind.ACTIVITIES: Activities,
    RecordKind.TODOS: Todos,
}


def kind_of(run: Run) -> Kind:
    """The kind of the run's map."""
    return _KINDS[run.plan.kind](run)


__all__ = ["Kind", "kind_of"]
