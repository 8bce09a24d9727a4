"""The verbs that every entrance calls: they carry a deal through its follow-up, cycle and to-dos included.

Each is atomic, takes many records, writes one DealEvent per deal, and refuses all or none. `by` None is the system or
an import, `cause` says which. `create_deals`, `win`, `mark_out_of_target` and `lose` do what those of deals.actions do
and then what that means for to-dos; `advance`, `hand_over`, `edit_deals` and `convert_lead` stand in deals.actions.
"""

from followups.actions.appointments import Appointment
from followups.actions.closing import Closing, close_cycle, create_deals, mark_out_of_target, win
from followups.actions.exempting import Exemption, exempt, exemption_errors
from followups.actions.leaving import Departure, deactivate_user, preview_deactivation, set_roles
from followups.actions.losing import lose, reclassify_loss
from followups.actions.merging import Merging, merge_companies, merge_contacts
from followups.actions.objecting import object_to_return
from followups.actions.outcomes import Recorded, record_outcome
from followups.actions.proposing import accept_proposal, decline_proposal, propose, withdraw_proposal
from followups.actions.reassigning import Reassigned, reassign_deals, reassign_open_todos
from followups.actions.reopening import REOPENABLE, Reopening, reopen
from followups.actions.rescoping import (
    RESCOPING,
    Rescoped,
    Stopgap,
    judged_otherwise,
    lacking_answers,
    rescope_losses,
)
from followups.actions.returning import Return, default_call_day, return_errors, return_to_is
from followups.actions.statuses import StatusChange, change_statuses
from followups.actions.undoing import undo_outcome

__all__ = [
    "REOPENABLE",
    "RESCOPING",
    "Appointment",
    "Closing",
    "Departure",
    "Exemption",
    "Merging",
    "Reassigned",
    "Recorded",
    "Reopening",
    "Rescoped",
    "Return",
    "StatusChange",
    "Stopgap",
    "accept_proposal",
    "change_statuses",
    "close_cycle",
    "create_deals",
    "deactivate_user",
    "decline_proposal",
    "default_call_day",
    "exempt",
    "exemption_errors",
    "judged_otherwise",
    "lacking_answers",
    "lose",
    "mark_out_of_target",
    "merge_companies",
    "merge_contacts",
    "object_to_return",
    "preview_deactivation",
    "propose",
    "reassign_deals",
    "reassign_open_todos",
    "reclassify_loss",
    "record_outcome",
    "reopen",
    "rescope_losses",
    "return_errors",
    "return_to_is",
    "set_roles",
    "undo_outcome",
    "win",
    "withdraw_proposal",
]
