"""Losing a deal, and correcting why it was lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

import deals.actions as deal_verbs
from activities.actions import supersede_todos
from deals.actions import (
    CycleEnding,
    DealHappening,
    Loss,
    Lost,
    claim,
    correct_losses,
    end_cycles,
    loss_errors,
    lost_cycle,
    open_cycles,
    open_cycles_of,
    save_statuses,
    take_answers,
    touch_cohorts,
    write_events,
)
from deals.models import Deal, FollowUpCycle, LostReason
from deals.states import CycleEnd, DealEventKind, DealStatus
from followups.actions.first_steps import Start, begin
from people.models import User
from people.refusal import refuse_first
from people.rows import update_rows


@transaction.atomic
def lose(
    losses: Sequence[Loss], *, by: User | None, as_of: date, cause: str = "user", leaves_todo_to_sweep: bool = False
) -> list[Lost]:
    """Lose deals; a loss for a reason in scope begins its follow-up at once (S0-22 … S0-28, D5, D6, D8).

    An open cycle ends as converted_to_lost, also before a reason out of scope, which no cycle follows; its open
    rule-made to-dos are superseded. No to-do is deleted: those people made go to the IS assignee with the new cycle.
    leaves_todo_to_sweep: for imports (D6). Refused, all or none: what `loss_errors` finds, and a deal neither open nor
    returned, such as one that somebody else has just lost.
    """
    lost = deal_verbs.lose(losses, by=by, as_of=as_of, cause=cause)
    supersede_todos({one.ended.pk: cause for one in lost if one.ended}, by=by, as_of=as_of)
    starts = [Start(one.deal, one.opened, _asked_for(one.opened)) for one in lost if one.opened]
    begin(starts, by=by, as_of=as_of, cause=cause, leaves_todo_to_sweep=leaves_todo_to_sweep)
    return lost


@transaction.atomic
def reclassify_loss(loss: Loss, *, by: User | None, as_of: date, cause: str = "user") -> Deal:
    """Correct the reason or the answers of a deal that is lost already.

    The day of the loss stays. A reason in scope needs the answers; if none is open, a cycle begins as of today with its
    first to-do. With a reason out of scope the open cycle ends as excluded. Otherwise the open cycle takes the new
    answers. Refused: what `loss_errors` finds, and a deal that is not lost.
    """
    deal = claim([loss.deal_id], [DealStatus.LOST])[0]
    reasons = LostReason.objects.in_bulk({loss.reason_id, deal.lost_reason_id} - {None})
    reason = reasons.get(loss.reason_id or 0)
    refuse_first({0: loss_errors(replace(loss, closed_on=deal.closed_on), reason, as_of=as_of)})
    assert reason is not None
    before = reasons[deal.lost_reason_id or 0]
    take_answers(deal, loss, reason)
    save_statuses([deal], "competitor")
    cycle = _follow(deal, by=by, as_of=as_of, cause=cause)
    correct_losses([deal], {deal.pk: cycle} if cycle and deal.lost_in_scope else {})
    detail = f"{before.code} → {reason.code}"
    happening = DealHappening(
        deal.pk, DealEventKind.RECLASSIFIED, as_of, cycle_id=cycle.pk if cycle else None, detail=detail
    )
    write_events([happening], by=by, cause=cause)
    return deal


def _follow(deal: Deal, *, by: User | None, as_of: date, cause: str) -> FollowUpCycle | None:
    """Bring the follow-up in line with the deal's reason; gives back the cycle concerned."""
    current = open_cycles_of([deal.pk]).get(deal.pk)
    if not deal.lost_in_scope:
        if current is not None:
            end_cycles([CycleEnding(current, as_of)], end_type=CycleEnd.EXCLUDED, by=by)
            supersede_todos({current.pk: cause}, by=by, as_of=as_of)
        return current
    cycle = lost_cycle(deal, None, as_of)
    if current is not None:
        update_rows(FollowUpCycle, ("id", *_ANSWERS), [(current.pk, *(getattr(cycle, name) for name in _ANSWERS))])
        touch_cohorts([deal.pk])
        return current
    open_cycles([cycle])
    begin([Start(deal, cycle, _asked_for(cycle))], by=by, as_of=as_of, cause=cause)
    return cycle


_ANSWERS = (
    "reason_id", "next_approach_on", "approach_contact_id", "approach_contact_text", "hook", "change_trigger",
    "has_default_approach_date", "has_imported_answers",
)  # fmt: skip


def _asked_for(cycle: FollowUpCycle) -> date:
    return cycle.next_approach_on or cycle.entered_on
