"""Verbs about deals.

Each is keyword-only, atomic, takes many records, locks the deals in ascending id and writes one DealEvent per deal and
verb. `by` None is the system or an import; `cause` says which ('user', 'import:3', 'activity:12').

`create_deals`, `win`, `mark_out_of_target` and `lose` may end a cycle. What then happens to its to-dos is the business
of the floor above: entrances call the verbs of the same name in `followups.actions`.
"""

from deals.actions.advancing import Advance, Exclusion, Win, advance, mark_out_of_target, win
from deals.actions.cohorts import marks_after, marks_of_losses, touch_cohorts, touch_follow_ups
from deals.actions.contacting import Retraction, Touch, record_contacts, retract_contacts
from deals.actions.converting import convert_lead
from deals.actions.cycles import CycleEnding, end_cycles, open_cycles, open_cycles_of, revive_cycles
from deals.actions.editing import ANSWER_FIELDS, DEAL_FIELDS, Answer, edit_deals, note_bantc
from deals.actions.entering import Created, create_deals, deal_errors, ensure_products
from deals.actions.events import DealHappening, write_events
from deals.actions.handing_over import OwnerChange, Pass, hand_over, write_hand_overs
from deals.actions.losing import Loss, Lost, lose, loss_errors, lost_cycle, take_answers
from deals.actions.moving import claim, enter_status, save_statuses
from deals.actions.remembering import correct_losses, remember_losses
from deals.actions.taking_back import take_back_status

__all__ = [
    "ANSWER_FIELDS",
    "DEAL_FIELDS",
    "Advance",
    "Answer",
    "Created",
    "CycleEnding",
    "DealHappening",
    "Exclusion",
    "Loss",
    "Lost",
    "OwnerChange",
    "Pass",
    "Retraction",
    "Touch",
    "Win",
    "advance",
    "claim",
    "convert_lead",
    "correct_losses",
    "create_deals",
    "deal_errors",
    "edit_deals",
    "end_cycles",
    "ensure_products",
    "enter_status",
    "hand_over",
    "lose",
    "loss_errors",
    "lost_cycle",
    "mark_out_of_target",
    "marks_after",
    "marks_of_losses",
    "note_bantc",
    "open_cycles",
    "open_cycles_of",
    "record_contacts",
    "remember_losses",
    "retract_contacts",
    "revive_cycles",
    "save_statuses",
    "take_answers",
    "take_back_status",
    "touch_cohorts",
    "touch_follow_ups",
    "win",
    "write_events",
    "write_hand_overs",
]
