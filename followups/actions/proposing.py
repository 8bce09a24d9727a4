"""An appointment that inside sales won, until field sales accepts or declines it (D9)."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions import add_todos, lock_deals
from activities.models import Activity, Todo
from deals.actions import claim
from deals.models import Deal
from deals.states import OPEN_STATUSES
from followups.actions.appointments import APPOINTABLE, Appointment, appointment_errors, concerning, take_on
from followups.actions.pending import decide, stop_waiting, waiting_todos
from followups.actions.returning import Return, return_to_is
from followups.models import Proposal
from followups.states import DECLINED_SUBJECT, WAITING_SUBJECT, WITHDRAWN_SUBJECT, MeetingWay, ProposalStatus
from people.models import User
from people.records import insert_records, lock
from people.refusal import Refused, refuse
from people.states import Role
from people.working_days import load_calendar

DECIDING_FOR_OTHERS = (Role.IS_MANAGER, Role.OPS_ADMIN)


@transaction.atomic
def propose(deal_id: int, appointment: Appointment, *, by: User, as_of: date, call: Activity | None = None) -> Proposal:
    """Ask the person of field sales to take the deal with its meeting; the deal stays as it is until he answers.

    Who asks gets a to-do for the next business day to look after the answer; in a follow-up it is the follow-up's.
    Refused: a day in the past, somebody who is not field sales, a deal that is won or waits for an answer already.
    """
    (deal,) = claim([deal_id], APPOINTABLE)
    errors = appointment_errors(appointment, as_of=as_of)
    if errors:
        raise Refused(errors)
    _refuse_second(deal_id)
    proposal = Proposal(
        deal=deal,
        fs_id=appointment.fs_id,
        call=call,
        meeting_on=appointment.meeting_on,
        meeting_time=appointment.meeting_time,
        way=appointment.way,
        note=appointment.note.strip(),
        proposed_on=as_of,
        proposed_by=by,
    )
    if call is not None:  # apart from the next to-do of the same call, which goes by the moment of the call (D25)
        proposal.created_at = call.created_at + timedelta(microseconds=1)
    insert_records([proposal])
    _wait(proposal, by, as_of)
    return proposal


@transaction.atomic
def accept_proposal(proposal_id: int, *, by: User, as_of: date) -> Proposal:
    """Take the deal: it is live in `appointment` or where it stood further along, with the meeting as promised to-do.

    Refused: anybody but the person asked, a manager or an admin; one who has left; a proposal that was decided or a
    deal that was won meanwhile.
    """
    proposal = _claim(proposal_id)
    _refuse_others(proposal.fs_id, by)
    if not proposal.fs.is_active:
        refuse(_("This person does not work here any more."))
    decide(proposal, ProposalStatus.ACCEPTED, by, as_of)
    cause = _cause(proposal)
    take_on(proposal.deal_id, _appointment(proposal), by=by, as_of=as_of, cause=cause, call=proposal.call)
    stop_waiting(proposal, by=by, as_of=as_of, cause=cause)
    return proposal


@transaction.atomic
def decline_proposal(proposal_id: int, *, by: User, as_of: date, reason: str) -> Proposal:
    """Leave the deal with inside sales: who asked gets a to-do for the next business day that says why.

    A deal that nobody of the field has goes back to inside sales in a follow-up of its own. Refused: no reason, anybody
    but the person asked, a manager or an admin, a proposal that was decided.
    """
    proposal = _claim(proposal_id)
    _refuse_others(proposal.fs_id, by)
    if not reason.strip():
        refuse(_("Say why you decline."), field="decline_reason")
    proposal.decline_reason = reason.strip()
    decide(proposal, ProposalStatus.DECLINED, by, as_of)
    _hand_back(proposal, DECLINED_SUBJECT, proposal.decline_reason, by, as_of)
    return proposal


@transaction.atomic
def withdraw_proposal(proposal_id: int, *, by: User, as_of: date, reason: str = "") -> Proposal:
    """Take the question back; the deal stays with inside sales as after a decline.

    Refused: anybody but who asked, a manager or an admin; a proposal that was decided.
    """
    proposal = _claim(proposal_id)
    _refuse_others(proposal.proposed_by_id, by)
    decide(proposal, ProposalStatus.WITHDRAWN, by, as_of)
    _hand_back(proposal, WITHDRAWN_SUBJECT, reason.strip() or WITHDRAWN_SUBJECT, by, as_of)
    return proposal


def _claim(proposal_id: int) -> Proposal:
    """Lock the deal, then the proposal. Refused: one that is gone or decided."""
    found = Proposal.objects.filter(pk=proposal_id).values_list("deal_id", flat=True).first()
    lock_deals([found])
    proposal = lock(Proposal.objects.all(), [proposal_id], "fs").get(proposal_id)
    if proposal is None:
        refuse(_("This proposal no longer exists."))
    if proposal.status != ProposalStatus.PENDING:
        who = {"name": proposal.decided_by, "status": proposal.get_status_display()}
        refuse(_("%(name)s has decided this already: %(status)s.") % who)
    return proposal


def _refuse_second(deal_id: int) -> None:
    standing = Proposal.objects.pending().filter(deal=deal_id).select_related("proposed_by", "fs").first()
    if standing is not None:
        text = _("%(name)s has proposed an appointment to %(fs)s already, and the answer is still to come.")
        refuse(text % {"name": standing.proposed_by, "fs": standing.fs})


def _refuse_others(person_id: int, by: User) -> None:
    if by.pk != person_id and not by.has_role(*DECIDING_FOR_OTHERS):
        refuse(_("Only the person asked or a manager may do this."))


def _wait(proposal: Proposal, by: User, as_of: date) -> None:
    todo = Todo(
        subject=WAITING_SUBJECT,
        deal_id=proposal.deal_id,
        contact_text=proposal.fs.name,
        assignee=by,
        original_due_on=load_calendar().add(as_of, 1),
        created_by=by,
        created_at=proposal.created_at,
    )
    add_todos([todo], by=None, as_of=as_of)  # whatever the day's cap: nothing may be forgotten


def _hand_back(proposal: Proposal, subject: str, why: str, by: User, as_of: date) -> None:
    """No deal is forgotten: a live one that nobody has goes into a follow-up, any other gets a to-do."""
    waiting, cause = waiting_todos(proposal), _cause(proposal)
    deal, tomorrow = Deal.objects.get(pk=proposal.deal_id), load_calendar().add(as_of, 1)
    assignee_id = next((todo.assignee_id for todo in waiting), proposal.proposed_by_id)
    if deal.status in OPEN_STATUSES and not deal.is_followed and deal.fs_owner_id is None:
        stop_waiting(proposal, by=by, as_of=as_of, cause=cause)
        back = Return(deal_id=deal.pk, reason=why, next_approach_on=tomorrow, assignee_id=assignee_id)
        return_to_is([back], by=by, as_of=as_of, cause=cause)
        return
    todo = concerning(deal, proposal.call)
    todo.subject, todo.hook, todo.original_due_on = subject, why, tomorrow
    todo.assignee = User.objects.active().filter(pk=assignee_id).first() or by
    todo.created_by = by
    add_todos([todo], by=None, as_of=as_of)
    stop_waiting(proposal, by=by, as_of=as_of, cause=cause)


def _appointment(proposal: Proposal) -> Appointment:
    way = MeetingWay(proposal.way)
    return Appointment(proposal.fs_id, proposal.meeting_on, proposal.meeting_time, way, proposal.note)


def _cause(proposal: Proposal) -> str:
    return f"proposal:{proposal.pk}"
