"""Verbs about what people did (activities) and what they will do (to-dos).

Every verb locks the deals it concerns first, in ascending id, then cycles, then to-dos; and leaves
`FollowUpCycle.has_open_todo` right. To-dos and activities write no DealEvent of their own: they are the record.
"""

from activities.actions.adding import TODO_FIELDS, add_todos, edit_todos, todo_errors
from activities.actions.assigning import Given, give_todos, reassign_todos
from activities.actions.closing import (
    Closed,
    Completion,
    cancel_todos,
    complete_todos,
    overtake_todos,
    reopen_todos,
    supersede_todos,
)
from activities.actions.held import Held
from activities.actions.lead_owners import give_leads
from activities.actions.lead_statuses import set_lead_status
from activities.actions.members import place_of
from activities.actions.moving import TodoShift, move_todos
from activities.actions.open_todos import claim_todos, lock_deals, refresh_has_open_todo
from activities.actions.projects import (
    PROJECT_FIELDS,
    Added,
    Scheduled,
    add_to_project,
    create_project,
    edit_project,
    remove_from_project,
    set_call_dates,
)
from activities.actions.recording import (
    ACTIVITY_FIELDS,
    Logged,
    activity_errors,
    edit_activities,
    log_activities,
    log_call,
    log_emails,
    log_meeting,
    touches_of,
)
from activities.actions.resuming import cause_of
from activities.actions.retracting import retract
from activities.actions.saved_lists import delete_list, edit_list, save_list
from activities.actions.undoing import undo_activity
from activities.actions.volumes import forget_volume, refresh_volume, touch_volume

__all__ = [
    "ACTIVITY_FIELDS",
    "PROJECT_FIELDS",
    "TODO_FIELDS",
    "Added",
    "Closed",
    "Completion",
    "Given",
    "Held",
    "Logged",
    "Scheduled",
    "TodoShift",
    "activity_errors",
    "add_to_project",
    "add_todos",
    "cancel_todos",
    "cause_of",
    "claim_todos",
    "complete_todos",
    "create_project",
    "delete_list",
    "edit_activities",
    "edit_list",
    "edit_project",
    "edit_todos",
    "give_leads",
    "give_todos",
    "lock_deals",
    "log_activities",
    "log_call",
    "log_emails",
    "log_meeting",
    "move_todos",
    "overtake_todos",
    "place_of",
    "reassign_todos",
    "refresh_has_open_todo",
    "remove_from_project",
    "reopen_todos",
    "retract",
    "save_list",
    "set_call_dates",
    "set_lead_status",
    "supersede_todos",
    "todo_errors",
    "touch_volume",
    "touches_of",
    "forget_volume",
    "refresh_volume",
    "undo_activity",
]
