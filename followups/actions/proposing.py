"""An appointment that inside sales won, until field sales accepts or declines it (D9)."""

from datetime import date

from activities.models import Activity
from followups.actions.appointments import Appointment
from followups.models import Proposal
from people.models import User


def propose(deal_id: int, appointment: Appointment, *, by: User, as_of: date, call: Activity | None = None) -> Proposal:
    """Ask the person of field sales to take the deal with its meeting; the deal stays as it is until he answers.

    Whoever proposes gets a to-do to look after the answer. Refused: a deal that waits for an answer already.
    """
    raise NotImplementedError


def accept_proposal(proposal_id: int, *, by: User, as_of: date) -> Proposal:
    """Take the deal: it is live again in `appointment`, with the meeting as a promised to-do.

    Refused: anybody but the person asked, a manager or an admin; a proposal that was decided meanwhile.
    """
    raise NotImplementedError


def decline_proposal(proposal_id: int, *, by: User, as_of: date, reason: str) -> Proposal:
    """Leave the deal with inside sales, who get a to-do for the next business day. Refused: no reason; as above."""
    raise NotImplementedError


def withdraw_proposal(proposal_id: int, *, by: User, as_of: date, reason: str = "") -> Proposal:
    """Take the question back. Refused: anybody but who asked, a manager or an admin; one that was decided."""
    raise NotImplementedError
