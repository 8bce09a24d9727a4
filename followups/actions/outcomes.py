"""A call with what its result starts."""

from datetime import date
from typing import NamedTuple

from django.db import transaction

from activities.actions import add_todos, log_call
from activities.models import Activity, Todo
from activities.states import CallOutcome
from deals.models import Deal, FollowUpCycle
from followups.actions.appointments import Appointment
from followups.models import Proposal
from leads.models import Lead
from leads.states import LeadStatus
from people.models import User


class Recorded(NamedTuple):
    """What a call brought about; see `activities.actions.Logged` for the first three.

    deal: made of a lead or live again by it. proposal: waits for field sales. lead: whose status it changed.
    """

    activities: list[Activity]
    resumed: list[FollowUpCycle]
    bare_cycle_ids: list[int]
    deal: Deal | None = None
    proposal: Proposal | None = None
    lead: Lead | None = None


@transaction.atomic
def record_outcome(
    call: Activity,
    *,
    by: User | None,
    as_of: date,
    completing: tuple[int, ...] = (),
    next_todo: Todo | None = None,
    appointment: Appointment | None = None,
    lead_status: LeadStatus | None = None,
    nurturing_reason_id: int | None = None,
    end_follow_up: str = "",
) -> Recorded:
    """Log a call, close the to-dos it does and make the next one (S0-52).

    next_todo: unsaved; deal, lead, contact and person come from the call where empty. In the result, `bare_cycle_ids`
    names the open cycles left without a to-do: ask for the next step. Taking the call back takes the next to-do back.
    end_follow_up: the reason for which the deal's follow-up ends with this call, instead of a next to-do.
    """
    logged = log_call(call, by=by, as_of=as_of, completing=completing)
    if next_todo is not None:
        _continue(next_todo, call, by)
        add_todos([next_todo], by=by, as_of=as_of)
    still_bare = FollowUpCycle.objects.open().filter(pk__in=logged.bare_cycle_ids, has_open_todo=False)
    return Recorded(logged.activities, logged.resumed, list(still_bare.values_list("pk", flat=True)))


def _continue(todo: Todo, call: Activity, by: User | None) -> None:
    todo.deal_id, todo.lead_id = todo.deal_id or call.deal_id, todo.lead_id or call.lead_id
    if not todo.contact_text.strip():
        todo.contact_id = todo.contact_id or call.contact_id
    todo.assignee = todo.assignee or by
    if call.outcome:  # a retry is its own purpose
        todo.no_promise_reason = todo.no_promise_reason or str(CallOutcome(call.outcome).label)
    todo.created_at = call.created_at  # one act: undoing the call finds it by its moment (D25)
