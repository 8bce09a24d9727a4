"""Giving follow-ups the to-do that they lack, without waiting for the night (D13, S0-02)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from activities.actions import refresh_has_open_todo
from activities.models import Todo
from deals.actions import DealHappening, claim, open_cycles_of, write_events
from deals.models import FollowUpCycle
from deals.states import DealEventKind
from followups.actions.exempting import EXEMPTABLE
from followups.actions.first_steps import Start, first_todo
from followups.desk import Desk
from people.models import User
from people.records import insert_records
from people.refusal import refuse
from people.rows import update_rows


@transaction.atomic
def cover_deals(deal_ids: Sequence[int], *, by: User, as_of: date, cause: str = "user") -> list[Todo]:
    """Make one to-do for the open follow-up of each deal, by the same desk as the sweep's.

    Due on the next approach date, else at once with room. Refused, all or none: a deal that is in no follow-up, or
    whose follow-up has an open to-do by now.
    """
    deals = claim(deal_ids, EXEMPTABLE)
    cycles = open_cycles_of(deal_ids)
    for position, deal in enumerate(deals):
        if deal.pk not in cycles:
            refuse(_("The deal is not in follow-up any more."), position=position)
        if cycles[deal.pk].has_open_todo:
            refuse(_("The follow-up has a to-do by now."), position=position)
    starts = [Start(deal, cycles[deal.pk], _asked_for(cycles[deal.pk])) for deal in deals]
    desk, steps = Desk.load(as_of), _last_steps([start.cycle.pk for start in starts])
    ordered = sorted(starts, key=lambda start: (start.asked_for, start.deal.pk))  # as levelling goes (D16)
    todos = [first_todo(start, desk, by, as_of, step=1 + steps.get(start.cycle.pk, 0)) for start in ordered]
    insert_records(todos)
    update_rows(FollowUpCycle, ("id", "is_owner_id"), [(start.cycle.pk, start.cycle.is_owner_id) for start in ordered])
    refresh_has_open_todo({start.cycle.pk for start in starts})
    happenings = [DealHappening(t.deal_id or 0, DealEventKind.TODO_CREATED, as_of, cycle_id=t.cycle_id) for t in todos]
    write_events(happenings, by=by, cause=cause)
    return todos


def _asked_for(cycle: FollowUpCycle) -> date:
    return cycle.next_approach_on or cycle.entered_on


def _last_steps(cycle_ids: Sequence[int]) -> dict[int, int]:
    """The highest step that each cycle has had (D14)."""
    made = Todo.objects.filter(cycle__in=cycle_ids, step__isnull=False).order_by()
    return dict(made.values_list("cycle_id").annotate(last=Max("step")))
