"""Deals and leads with a whole history, as the verbs make them, and calls on them: the invariants hold of all of it."""

from datetime import date, time, timedelta
from typing import Any

from activities.actions import add_todos
from activities.models import Activity, Todo
from deals.actions import Loss
from deals.models import Deal, FollowUpCycle
from followups.actions import Appointment, Recorded, Return, create_deals, lose, record_outcome, return_to_is
from followups.states import MeetingWay
from leads.actions import create_leads
from leads.models import Lead, NurturingReason
from people.models import User
from tests.factories import TODAY, ActivityFactory, ContactFactory, days_ago, reason

TOMORROW = date(2025, 8, 1)  # a Friday
TEN_DAYS_AGO = days_ago(10)
NEXT_WEEK = date(2025, 8, 7)


def known_deal(status: str = "ongoing", **fields: Any) -> Deal:
    """A deal in that status for a month, with somebody to talk to."""
    contact = fields.pop("contact", None) or ContactFactory(name="鈴木課長")
    deal = Deal(name="アオバ商事", status=status, created_on=days_ago(30), contact=contact, **fields)
    return create_deals([deal], by=None, as_of=TODAY)[0]


def lost(deal: Deal, code: str = "deprioritised", on: date = TEN_DAYS_AGO) -> Deal:
    """The deal lost; for a reason in scope its follow-up has begun."""
    answers = {"next_approach_on": days_ago(-60), "approach_contact_text": "佐藤部長", "hook": "来期の予算を確認"}
    loss = Loss(deal_id=deal.pk, reason_id=reason(code).pk, **(answers if code != "price" else {}))
    lose([loss], by=None, as_of=on)
    deal.refresh_from_db()
    return deal


def returned(deal: Deal, on: date = TEN_DAYS_AGO) -> Deal:
    """The deal handed back to inside sales."""
    return_to_is([Return(deal_id=deal.pk, reason="手一杯")], by=None, as_of=on)
    deal.refresh_from_db()
    return deal


def known_lead(status: str = "new", **fields: Any) -> Lead:
    """A lead of a month ago in that status."""
    if status.startswith("nurturing"):
        fields["nurturing_reason"] = nurturing("timing")
    since = days_ago(30)
    lead = Lead(name="ミドリ工業", status=status, created_on=since, status_entered_on=since, **fields)
    return create_leads([lead], by=None, as_of=TODAY)[0]


def nurturing(code: str) -> NurturingReason:
    """A shipped nurturing reason."""
    return NurturingReason.objects.get(code=code)


def planned(on: date = TODAY, **fields: Any) -> Todo:
    """A to-do made by hand."""
    todo = Todo(**{"subject": "再架電", "contact_text": "佐藤部長", "original_due_on": on} | fields)
    return add_todos([todo], by=None, as_of=TODAY)[0]


def next_step(on: date = TOMORROW, **fields: Any) -> Todo:
    """What comes next, unsaved."""
    return Todo(**{"subject": "再架電", "contact_text": "佐藤部長", "original_due_on": on} | fields)


def meeting(fs: User, on: date = NEXT_WEEK, **fields: Any) -> Appointment:
    """A visit at two o'clock."""
    return Appointment(**{"fs_id": fs.pk, "meeting_on": on, "meeting_time": time(14), "way": MeetingWay.VISIT} | fields)


def call_on(record: Deal | Lead, outcome: str, **fields: Any) -> Activity:
    """An unsaved call on the deal or lead."""
    subject = {"deal": record} if isinstance(record, Deal) else {"lead": record}
    return ActivityFactory.build(outcome=outcome, **subject, **fields)


def recorded(
    record: Deal | Lead, outcome: str, *, by: User, said: dict[str, Any] | None = None, **more: Any
) -> Recorded:
    """A call written down; said: fields of the call."""
    return record_outcome(call_on(record, outcome, **(said or {})), by=by, as_of=TODAY, **more)


def cycle_of(deal: Deal) -> FollowUpCycle:
    """The newest follow-up of the deal."""
    return FollowUpCycle.objects.filter(deal=deal).latest("number")


def seconds_after(call: Activity, seconds: int = 5) -> Any:
    """A moment after the call was entered."""
    return call.created_at + timedelta(seconds=seconds)
