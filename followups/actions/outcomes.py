"""A call with what its result starts."""

from datetime import date

from django.db import transaction

from activities.actions import Logged, add_todos, log_call
from activities.models import Activity, Todo
from deals.models import FollowUpCycle
from people.models import User


@transaction.atomic
def record_outcome(
    call: Activity, *, by: User | None, as_of: date, completing: tuple[int, ...] = (), next_todo: Todo | None = None
) -> Logged:
    """Log a call, close the to-dos it does and make the next one (S0-52).

    next_todo: unsaved; deal, lead, contact and person come from the call where empty. In the result, `bare_cycle_ids`
    names the open cycles left without a to-do: ask for the next step. Taking the call back takes the next to-do back.
    """
    logged = log_call(call, by=by, as_of=as_of, completing=completing)
    if next_todo is not None:
        _continue(next_todo, call, by)
        add_todos([next_todo], by=by, as_of=as_of)
    still_bare = FollowUpCycle.objects.open().filter(pk__in=logged.bare_cycle_ids, has_open_todo=False)
    return logged._replace(bare_cycle_ids=list(still_bare.values_list("pk", flat=True)))


def _continue(todo: Todo, call: Activity, by: User | None) -> None:
    todo.deal_id, todo.lead_id = todo.deal_id or call.deal_id, todo.lead_id or call.lead_id
    if not todo.contact_text.strip():
        todo.contact_id = todo.contact_id or call.contact_id
    todo.assignee = todo.assignee or by
    todo.created_at = call.created_at  # one act: undoing the call finds it by its moment (D25)
