"""Judging past losses anew after an admin has changed whether their reason is followed up (S0-17, D5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Length, Trim
from django.utils.translation import gettext as _

from activities.actions import supersede_todos
from deals.actions import (
    CycleEnding,
    DealHappening,
    correct_losses,
    end_cycles,
    lost_cycle,
    open_cycles,
    open_cycles_of,
    save_statuses,
    write_events,
)
from deals.models import Deal, FollowUpCycle, LostReason
from deals.querysets import DealQuerySet
from deals.states import HOOK_MIN_LENGTH, CycleEnd, CycleKind, DealEventKind, DealStatus
from followups.actions.first_steps import Start, begin
from people.models import User
from people.records import lock
from people.refusal import refuse

_HAS_PERSON = Q(approach_contact__isnull=False) | ~Q(approach_contact_text="")
RESCOPING = "rescope:"  # the cause of its events, before the code of the reason


@dataclass(frozen=True, slots=True)
class Stopgap:
    """Answers for past losses that lack them; each answer that a loss has of its own stays."""

    next_approach_on: date
    approach_contact_text: str
    hook: str


@dataclass(frozen=True, slots=True)
class Rescoped:
    """Ids of deals whose follow-up began or ended, and of those left alone for want of answers."""

    began: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    lacking: list[int] = field(default_factory=list)


def judged_otherwise(reason: LostReason, as_of: date) -> DealQuerySet:
    """Deals lost for the reason until as_of whose follow-up would begin or end if judged as it stands now."""
    lost = Deal.objects.filter(status=DealStatus.LOST, lost_reason=reason, closed_on__lte=as_of)
    if reason.in_scope:
        return lost.filter(lost_in_scope=False, is_followed=False)
    in_lost_cycle = FollowUpCycle.objects.open().filter(kind=CycleKind.LOST)
    return lost.filter(lost_in_scope=True, is_followed=True, pk__in=in_lost_cycle.values("deal"))


def lacking_answers(deals: DealQuerySet) -> DealQuerySet:
    """Those without the day, the person or the hook that a follow-up needs."""
    hook_length = Length(Trim("hook"))
    answered = Q(_HAS_PERSON, next_approach_on__isnull=False, hook_length__gte=HOOK_MIN_LENGTH)
    return deals.alias(hook_length=hook_length).exclude(answered)


@transaction.atomic
def rescope_losses(
    reason_id: int, *, in_scope: bool, stopgap: Stopgap | None, by: User | None, as_of: date
) -> Rescoped:
    """Judge the past losses of a reason as it stands now; each deal's history says so.

    Now followed up: a cycle begins as of today for each, its first to-do is left to the next sweep, which levels them
    all and writes the ledger (as for an import, D6); a loss without answers takes the stopgap's, or stays as it is
    without one. Followed up no more: the open cycle ends as excluded and its rule-made to-dos are superseded. Once
    judged, a loss is not found again. Refused: the reason has been changed since it was looked at (in_scope).
    """
    reason = LostReason.objects.select_for_update(no_key=True).get(pk=reason_id)
    assert isinstance(reason, LostReason)  # the manager is the picklists'
    if reason.in_scope is not in_scope:
        refuse(_("Somebody has changed meanwhile whether this reason is followed up."))
    found = judged_otherwise(reason, as_of)
    deals = list(lock(found, list(found.values_list("pk", flat=True))).values())
    if not reason.in_scope:
        return _leave(deals, reason, by, as_of)
    lacking = set(lacking_answers(found).values_list("pk", flat=True)) if stopgap is None else set()
    began = [deal for deal in deals if deal.pk not in lacking]
    _follow(began, reason, stopgap, by, as_of)
    return Rescoped(began=[deal.pk for deal in began], lacking=sorted(lacking))


def _follow(deals: Sequence[Deal], reason: LostReason, stopgap: Stopgap | None, by: User | None, as_of: date) -> None:
    for deal in deals:
        deal.lost_in_scope = True
        if stopgap is not None:
            _fill(deal, stopgap)
    save_statuses(deals)
    cycles = [lost_cycle(deal, None, as_of) for deal in deals]
    open_cycles(cycles)
    correct_losses(deals, {cycle.deal_id: cycle for cycle in cycles})
    cause = f"{RESCOPING}{reason.code}"[:40]
    starts = [Start(deal, cycle, cycle.next_approach_on or as_of) for deal, cycle in zip(deals, cycles, strict=True)]
    begin(starts, by=by, as_of=as_of, cause=cause, leaves_todo_to_sweep=True)
    said = _("“%(reason)s” is followed up now.") % {"reason": reason.label}
    _write(cycles, DealEventKind.CYCLE_OPENED, said, cause, by, as_of)


def _fill(deal: Deal, stopgap: Stopgap) -> None:
    if deal.next_approach_on is None:
        deal.next_approach_on, deal.has_default_approach_date = stopgap.next_approach_on, True
    if deal.approach_contact_id is None and not deal.approach_contact_text:
        deal.approach_contact_text = stopgap.approach_contact_text
    if len(deal.hook.strip()) < HOOK_MIN_LENGTH:
        deal.hook = stopgap.hook


def _leave(deals: Sequence[Deal], reason: LostReason, by: User | None, as_of: date) -> Rescoped:
    cycles = list(open_cycles_of([deal.pk for deal in deals]).values())
    for deal in deals:
        deal.lost_in_scope = False
    save_statuses(deals)
    correct_losses(deals, {})
    cause, said = f"{RESCOPING}{reason.code}"[:40], _("“%(reason)s” is followed up no more.") % {"reason": reason.label}
    end_cycles([CycleEnding(cycle, as_of, said) for cycle in cycles], end_type=CycleEnd.EXCLUDED, by=by)
    supersede_todos({cycle.pk: cause for cycle in cycles}, by=by, as_of=as_of)
    _write(cycles, DealEventKind.CYCLE_ENDED, said, cause, by, as_of)
    return Rescoped(ended=[deal.pk for deal in deals])


def _write(
    cycles: Sequence[FollowUpCycle], kind: DealEventKind, said: str, cause: str, by: User | None, as_of: date
) -> None:
    happenings = [DealHappening(cycle.deal_id, kind, as_of, cycle_id=cycle.pk, detail=said) for cycle in cycles]
    write_events(happenings, by=by, cause=cause)
