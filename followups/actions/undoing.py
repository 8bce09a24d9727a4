"""Taking a call back with all that it started (D25)."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from activities.actions import cancel_todos, cause_of, lock_deals, undo_activity
from activities.models import Activity, Todo, TodoMove
from activities.states import CancelReason, TodoStatus
from deals.actions import Answer, Exclusion, OwnerChange, hand_over, note_bantc
from deals.models import Deal, DealEvent, HandOver
from deals.states import DealEventKind, DealStatus, HandOverDirection
from followups.actions.closing import mark_out_of_target
from followups.actions.lead_effects import take_back_lead
from followups.actions.outcomes import REPLACED
from followups.actions.pending import decide, stop_waiting
from followups.models import Proposal
from followups.states import UNDONE_REASON, ProposalStatus
from leads.models import LeadEvent
from people.models import User
from people.refusal import refuse


@transaction.atomic
def undo_outcome(activity_id: int, *, now: datetime, by: User, as_of: date) -> Activity:
    """Void a call within ten seconds, as if it had not been, and take back what it started.

    Beside what `undo_activity` does: a proposal is withdrawn, a deal made of a lead is excluded, a deal taken on goes
    back to its former owner, status and follow-up, the lead to its status and reason. History keeps both lines.
    Refused: later than that, undone already, or somebody has gone on working on the deal or the lead since.
    """
    found = Activity.objects.filter(pk=activity_id).first() or refuse(_("This was undone already."))
    made_ids = _deals_made_by(found)
    lock_deals([found.deal_id, *made_ids])
    _refuse_worked_on(found, made_ids)
    for proposal in Proposal.objects.pending().filter(call=found):
        decide(proposal, ProposalStatus.WITHDRAWN, by, as_of)
        stop_waiting(proposal, by=by, as_of=as_of, cause=_undoing(found))
    _exclude(found, made_ids, by, as_of)
    _give_back(found, by, as_of)
    call = undo_activity(activity_id, now=now, by=by, as_of=as_of)
    _forget(call)
    _refuse_lasting_change(call)
    take_back_lead(call, by=by, as_of=as_of)
    return call


def _forget(call: Activity) -> None:
    """Answers about the customer's decision become what they were; one that somebody has changed since stays."""
    deal = Deal.objects.get(pk=call.deal_id) if call.deal_id and call.bantc.get(REPLACED) else None
    if deal is None:
        return
    given = {name: call.bantc.get(name, "") for name in call.bantc[REPLACED]}
    untouched = [name for name, answer in given.items() if getattr(deal, name) == answer]
    note_bantc(deal.pk, [Answer(name, given[name], call.bantc[REPLACED][name]) for name in untouched])


def _deals_made_by(call: Activity) -> list[int]:
    made = DealEvent.objects.filter(kind=DealEventKind.CREATED, cause=cause_of(call), deal__lead=call.lead_id)
    return list(made.values_list("deal_id", flat=True))


def _refuse_worked_on(call: Activity, made_ids: Collection[int]) -> None:
    """Somebody has decided, moved, closed or logged something on the same deal or lead after the call."""
    deals, later = {call.deal_id, *made_ids} - {None}, Q(created_at__gt=call.created_at)
    proposals = Proposal.objects.filter(call=call)
    moments = {call.created_at, *proposals.values_list("created_at", flat=True)}
    made = Todo.objects.filter(Q(deal__in=deals) | Q(lead=call.lead_id, lead__isnull=False), created_at__in=moments)
    activities = Activity.objects.filter(later, is_void=False).exclude(pk=call.pk)
    since = (
        DealEvent.objects.filter(later, deal__in=deals).exclude(cause=cause_of(call)),
        LeadEvent.objects.filter(later, lead=call.lead_id).exclude(cause=cause_of(call)),
        activities.filter(Q(deal__in=deals) | Q(lead=call.lead_id, lead__isnull=False)),
        proposals.exclude(status=ProposalStatus.PENDING),
        made.exclude(status=TodoStatus.OPEN),
        TodoMove.objects.filter(todo__in=made),
    )
    if any(found.exists() for found in since):
        refuse(_("This has been worked on since, so it cannot be undone any more."))


def _exclude(call: Activity, deal_ids: Collection[int], by: User, as_of: date) -> None:
    """A deal that the call made of a lead stays in the books as excluded, with nothing left to do."""
    if not deal_ids:
        return
    cause, todos = _undoing(call), Todo.objects.open().filter(deal__in=deal_ids)
    cancel_todos(list(todos.values_list("pk", flat=True)), CancelReason.DUPLICATE, by=by, as_of=as_of, cause=cause)
    exclusions = [Exclusion(deal_id, UNDONE_REASON) for deal_id in deal_ids]
    mark_out_of_target(exclusions, by=by, as_of=as_of, cause=cause)


def _give_back(call: Activity, by: User, as_of: date) -> None:
    """Whoever had the deal before the call gave it to somebody has it again."""
    given = DealEvent.objects.filter(deal=call.deal_id, kind=DealEventKind.OWNER, cause=cause_of(call))
    if not call.deal_id or not given.exists():
        return
    owner_id = Deal.objects.values_list("fs_owner_id", flat=True).get(pk=call.deal_id)
    passes = HandOver.objects.filter(deal=call.deal_id, to_user=owner_id, direction=HandOverDirection.WITHIN)
    former_id = passes.order_by("-id").values_list("from_user_id", flat=True).first()
    hand_over([OwnerChange(call.deal_id, {"fs_owner": former_id})], by=by, as_of=as_of, cause=_undoing(call))


def _undoing(call: Activity) -> str:
    """Not the cause of the call: what closed by that opens again (D25)."""
    return f"undo:{call.pk}"


def _refuse_lasting_change(call: Activity) -> None:
    """A loss that was not followed up tells its answers nowhere but on the deal, so it cannot be put back."""
    changed = DealEvent.objects.filter(deal=call.deal_id, kind=DealEventKind.STATUS, cause=cause_of(call))
    first = changed.order_by("id").first()
    if first is not None and Deal.objects.get(pk=call.deal_id or 0).status != first.from_status:
        text = _("The deal was “%(status)s” before and cannot be put back to it; please set it again.")
        refuse(text % {"status": DealStatus(first.from_status).label})
