"""A call with all that its result starts: to-dos, the lead's status, an appointment, the end of a follow-up (D.6)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from activities.actions import Held, add_todos, cause_of, log_call, refresh_has_open_todo
from activities.models import Activity, Todo
from activities.states import CallOutcome
from activities.yardstick import Yardstick
from deals.actions import Answer, claim, convert_lead, note_bantc
from deals.models import Deal, FollowUpCycle
from deals.states import OPEN_STATUSES
from followups.actions.appointments import (
    APPOINTABLE,
    Appointment,
    appointment_errors,
    is_asleep,
    plan_meeting,
    take_on,
)
from followups.actions.closing import Closing, close_cycle
from followups.actions.lead_effects import follow_lead
from followups.actions.proposing import propose
from followups.actions.reopening import ACCEPTING_ROLES
from followups.models import Proposal, RuleExemption
from leads.models import Lead
from leads.states import SETTLED_STATUSES, LeadStatus
from people.models import User
from people.refusal import Refused, refuse
from people.states import Role
from people.verbs import all_or_nothing

REPLACED = "replaced"  # in `Activity.bantc`: the answers that stood there before the call


class Recorded(NamedTuple):
    """What a call brought about; see `activities.actions.Logged` for the first three.

    deal: made of a lead, or taken on with its meeting. proposal: waits for field sales. lead: whose status it changed.
    next_todo: the one that was asked for.
    """

    activities: list[Activity]
    resumed: list[FollowUpCycle]
    bare_cycle_ids: list[int]
    deal: Deal | None = None
    proposal: Proposal | None = None
    lead: Lead | None = None
    next_todo: Todo | None = None


class Appointed(NamedTuple):
    """What an appointment brought about."""

    deal: Deal | None = None
    proposal: Proposal | None = None
    lead: Lead | None = None


@all_or_nothing
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
    lead_note: str = "",
    learned: Sequence[Answer] = (),
    end_follow_up: str = "",
    held: Held | None = None,
    yardstick: Yardstick | None = None,
) -> Recorded:
    """Log a call, close the to-dos it does, make the next one, and let lead and deal follow the result (S0-52, D.6).

    next_todo: unsaved; deal, lead, contact and person come from the call where empty. appointment: with the result
    `appointment` and no other. lead_status: what the caller chose instead of the table's; lead_note: words for the
    lead's history. learned: what the customer said about his decision. end_follow_up: the reason why the deal's
    follow-up ends with this call. held: where the caller has locked the deal and the to-dos; yardstick: of who gets the
    next to-do, read before this call. `undo_outcome` takes all of it back.
    Refused: what the verbs below refuse; a deal at work or in a follow-up, or a lead, that would be left with no next
    to-do and no `call.no_next_reason` (field next_todo); a reason alone is not enough for a follow-up (D13).
    """
    _check(call, appointment, lead_status, by, as_of)
    call.no_next_reason = call.no_next_reason or end_follow_up
    _keep_bantc(call, learned)
    cycle_ids = _continued_cycles(call, next_todo, held)
    logged = log_call(call, by=by, as_of=as_of, completing=completing, held=held, marks_later=bool(cycle_ids))
    note_bantc(call.deal_id or 0, learned)
    bare_ids = logged.bare_cycle_ids
    if next_todo is not None:
        _continue(next_todo, call, by)
        same = logged.held if next_todo.deal_id == call.deal_id else None
        add_todos([next_todo], by=by, as_of=as_of, held=same, yardstick=_without(yardstick, logged.held, next_todo))
        bare_ids = bare_ids + refresh_has_open_todo(cycle_ids - {next_todo.cycle_id})
    appointed = Appointed()
    if appointment is not None and by is not None:
        appointed = _appoint(call, appointment, by, as_of)
    if end_follow_up.strip() and Deal.objects.filter(pk=call.deal_id or 0, is_followed=True).exists():
        close_cycle([Closing(call.deal_id or 0, end_follow_up)], by=by, as_of=as_of, cause=cause_of(call))
    lead = follow_lead(
        call, chosen=lead_status, nurturing_reason_id=nurturing_reason_id, note=lead_note, by=by, as_of=as_of
    )
    continues = next_todo is not None and next_todo.deal_id == call.deal_id and not end_follow_up
    continued_id = next_todo.cycle_id if next_todo and continues else None
    known = logged.held.deals.get(call.deal_id or 0)
    is_at_hand = continues and known is not None and not known.is_followed
    if continued_id is None and not is_at_hand:  # else the next to-do is the next step
        _demand_next_step(call, as_of)
    bare_ids = _still_bare({*bare_ids} - {continued_id})
    moved = lead or appointed.lead
    return Recorded(logged.activities, logged.resumed, bare_ids, appointed.deal, appointed.proposal, moved, next_todo)


def _still_bare(cycle_ids: set[int]) -> list[int]:
    """Those of these follow-ups that are open and have no to-do now."""
    bare = FollowUpCycle.objects.open().filter(has_open_todo=False, pk__in=cycle_ids)
    return list(bare.values_list("pk", flat=True)) if cycle_ids else []


def _continued_cycles(call: Activity, following: Todo | None, held: Held | None) -> set[int | None]:
    """The follow-ups whose marks wait for the next to-do: it comes to the deal that the caller holds with them."""
    if held is None or following is None or following.deal_id not in (None, call.deal_id):
        return set()
    return {todo.cycle_id for todo in held.todos.values()} & {cycle.pk for cycle in held.cycles.values()}


def _without(yardstick: Yardstick | None, held: Held, following: Todo) -> Yardstick | None:
    """The yardstick once these to-dos are done; None where it says nothing about the next one."""
    is_of_project = any(todo.project_id for todo in (*held.todos.values(), following))
    if yardstick is None or is_of_project or following.assignee_id not in yardstick.loads.limits:
        return None
    yardstick.loads.take_off(held.todos.values())  # they were open when it was read
    return yardstick


def _check(
    call: Activity, appointment: Appointment | None, lead_status: LeadStatus | None, by: User | None, as_of: date
) -> None:
    if call.outcome != CallOutcome.APPOINTMENT:
        if appointment is not None:
            refuse(_("Only the result “appointment won” has a meeting."), field="outcome")
        return
    if call.deal_id is None and call.lead_id is None:
        refuse(_("An appointment belongs to a deal or a lead."), field="deal")
    if appointment is None or by is None:
        refuse(_("Say when the meeting is, and who of field sales holds it."), field="meeting_on")
    errors = appointment_errors(appointment, as_of=as_of)
    if lead_status not in (None, LeadStatus.MEETING_WON):
        errors["lead_status"] = _("With an appointment the lead is won.")
    if errors:
        raise Refused(errors)


def _keep_bantc(call: Activity, learned: Sequence[Answer]) -> None:
    """The call holds what was known after it (S2-30), and what it replaced, for whoever takes it back."""
    if call.deal is None:
        return
    known = call.deal.bantc | {one.field: one.now for one in learned}
    replaced = {REPLACED: {one.field: one.was for one in learned}} if learned else {}
    call.bantc = {name: answer for name, answer in known.items() if answer} | replaced


def _continue(todo: Todo, call: Activity, by: User | None) -> None:
    todo.deal_id, todo.lead_id = todo.deal_id or call.deal_id, todo.lead_id or call.lead_id
    if not todo.contact_text.strip():
        todo.contact_id = todo.contact_id or call.contact_id
    todo.assignee = todo.assignee or by
    if call.outcome:  # a retry is its own purpose
        todo.no_promise_reason = todo.no_promise_reason or str(CallOutcome(call.outcome).label)
    todo.created_at = call.created_at  # one act: undoing the call finds it by its moment (D25)


def _appoint(call: Activity, appointment: Appointment, by: User, as_of: date) -> Appointed:
    """The field takes a deal at once; inside sales proposes it, unless it is that person's live deal already (D9)."""
    cause, may_accept = cause_of(call), by.has_role(*ACCEPTING_ROLES)
    if call.deal_id is None:
        return _make_deal(call, appointment, by, as_of, may_accept=may_accept)
    (deal,) = claim([call.deal_id], APPOINTABLE)
    is_his_already = not is_asleep(deal) and deal.fs_owner_id == appointment.fs_id
    if may_accept or is_his_already:
        return Appointed(take_on(deal.pk, appointment, by=by, as_of=as_of, cause=cause, call=call))
    return Appointed(proposal=propose(deal.pk, appointment, by=by, as_of=as_of, call=call))


def _make_deal(call: Activity, appointment: Appointment, by: User, as_of: date, *, may_accept: bool) -> Appointed:
    """The lead becomes a deal in `appointment`, with field sales at once or once they have accepted it (C-05)."""
    owner_id = Lead.objects.filter(pk=call.lead_id or 0).values_list("owner_id", flat=True).first()
    deal = Deal(fs_owner_id=appointment.fs_id if may_accept else None, is_owner_id=owner_id)
    if owner_id is None and by.has_role(Role.IS):
        deal.is_owner = by
    deal = convert_lead(call.lead_id or 0, deal, by=by, as_of=as_of, cause=cause_of(call))
    lead = Lead.objects.get(pk=call.lead_id or 0)
    if not may_accept:
        return Appointed(deal, propose(deal.pk, appointment, by=by, as_of=as_of, call=call), lead)
    plan_meeting(deal, appointment, by=by, as_of=as_of, cause=cause_of(call), call=call)
    return Appointed(deal, lead=lead)


def _demand_next_step(call: Activity, as_of: date) -> None:
    if call.deal_id:
        _demand_step_of_deal(call, as_of)
    elif call.lead_id:
        _demand_step_of_lead(call)


def _demand_step_of_deal(call: Activity, as_of: date) -> None:
    has_todo = Exists(Todo.objects.open().filter(deal=OuterRef("pk")))
    is_covered = Exists(FollowUpCycle.objects.open().filter(deal=OuterRef("pk"), has_open_todo=True))
    deals = Deal.objects.annotate(has_todo=has_todo, is_covered=is_covered).only("status", "is_followed")
    deal = deals.get(pk=call.deal_id or 0)
    if deal.is_followed:
        exempt = RuleExemption.objects.unexpired(as_of).filter(cycle__deal=deal, cycle__ended_on=None)
        if not deal.is_covered and not exempt.exists():  # type: ignore[attr-defined]
            refuse(
                _("A follow-up always needs a next to-do: choose one, or exempt or end the follow-up with a reason."),
                field="next_todo",
            )
        return
    is_left_alone = deal.status in OPEN_STATUSES and not deal.has_todo  # type: ignore[attr-defined]
    if is_left_alone and not call.no_next_reason.strip():
        refuse(_("Choose the next to-do, or say why there is none."), field="next_todo")


def _demand_step_of_lead(call: Activity) -> None:
    is_left_alone = Lead.objects.filter(pk=call.lead_id or 0).exclude(status__in=SETTLED_STATUSES).exists()
    has_todo = Todo.objects.open().filter(lead=call.lead_id).exists()
    if is_left_alone and not has_todo and not call.no_next_reason.strip():
        refuse(_("Choose the next to-do, or say why there is none."), field="next_todo")
