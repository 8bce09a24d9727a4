"""Writing down calls, mails and meetings, with what they set in motion: clocks, to-dos done, a conversation resumed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions.blocking import refuse_blocked_activities
from activities.actions.closing import Completion, complete_todos
from activities.actions.held import Held, hold_deals
from activities.actions.open_todos import lock_deals
from activities.actions.resuming import cause_of, end_resumed_cycles, is_contact, is_response
from activities.actions.retracting import retract
from activities.actions.starting import start_deals
from activities.actions.volumes import touch_volume
from activities.models import Activity
from activities.states import MEETING_KINDS, ActivityKind, CallOutcome
from deals.actions import Touch, record_contacts
from deals.models import FollowUpCycle
from people.models import User
from people.records import Edit, edit_records, insert_records
from people.refusal import refuse_first
from people.verbs import all_or_nothing

ACTIVITY_FIELDS = frozenset(
    {
        "external_id", "kind", "direction", "outcome", "occurred_at", "occurred_on", "owner", "deal", "lead", "contact",
        "company", "subject", "note", "duration_s", "is_bulk",
    }
)  # fmt: skip


class Logged(NamedTuple):
    """What was written: the activities, the stagnant cycles they ended, and the cycles left without a to-do.

    held: what is locked and known now, for a verb that goes on with it.
    """

    activities: list[Activity]
    resumed: list[FollowUpCycle]
    bare_cycle_ids: list[int]
    held: Held


def activity_errors(activity: Activity, *, as_of: date) -> dict[str, str]:
    """What an unsaved activity lacks, by field. An imported one may lack result, reason and subject (D24).

    A call or mail of a coming day is refused; a meeting of a coming day is a booking.
    """
    errors = {}
    if activity.outcome is not None and activity.kind != ActivityKind.CALL:
        errors["outcome"] = _("Only a call has a call result.")
    if activity.is_imported:
        return errors
    if activity.kind == ActivityKind.CALL and not activity.outcome:
        errors["outcome"] = _("Choose the result of the call.")
    if activity.outcome == CallOutcome.DECLINED and activity.no_appointment_reason_id is None:
        errors["no_appointment_reason"] = _("Choose why there is no appointment.")  # S3-23
    if activity.kind not in MEETING_KINDS and timezone.localdate(activity.occurred_at) > as_of:
        errors["occurred_at"] = _("This day is still to come.")
    if not (activity.deal_id or activity.lead_id or activity.contact_id or activity.company_id):
        errors["deal"] = _("Say which deal, lead, contact or company it concerns.")
    return errors


@all_or_nothing
def log_activities(
    activities: Sequence[Activity], *, by: User | None, as_of: date, completing: Sequence[int] = (),
    held: Held | None = None, marks_later: bool = False,
) -> Logged:  # fmt: skip
    """Insert unsaved activities of any kind and let them take effect.

    Those with a deal move its clocks forward (D23, D24); bulk mails and what lies after as_of (a booking) move nothing.
    The first one on a deal begins the work on it, imports apart. A contact of the field ends a stagnant cycle (D7).
    completing: open to-dos that the first activity does. held: where the caller has locked all deals and to-dos that it
    takes; marks_later: he makes the marks of the cycles of these to-dos true himself. The owner is `by` where empty and
    not imported. Refused: what
    `activity_errors` finds, a call or mail to a person who must not be contacted, a to-do that is closed.
    """
    refuse_first({n: activity_errors(activity, as_of=as_of) for n, activity in enumerate(activities)})
    reachable = refuse_blocked_activities(activities, held.contact_ids if held else frozenset())
    for activity in activities:
        activity.occurred_on = timezone.localdate(activity.occurred_at)
        activity.is_completed = activity.occurred_on <= as_of
        if activity.owner_id is None and not activity.is_imported:
            activity.owner = by
    held = held or Held(hold_deals((activity.deal_id for activity in activities), completing), reachable)
    insert_records(activities)
    touch_volume(activities, held.deals)
    closed = _complete(completing, activities, held, by=by, as_of=as_of, marks_later=marks_later)
    record_contacts(touches_of(activities), {pk: deal.clocks for pk, deal in held.deals.items()})
    start_deals(activities, by=by, held=held.deals)
    resumed = end_resumed_cycles(activities, held.fs_owners, by=by, as_of=as_of)
    ended = {cycle.pk for cycle in resumed}
    bare_ids = [cycle_id for cycle_id in closed if cycle_id not in ended]
    cycles = {pk: cycle for pk, cycle in held.cycles.items() if marks_later and cycle.pk not in ended}
    return Logged(list(activities), resumed, bare_ids, replace(held, cycles=cycles))


def log_call(
    call: Activity, *, by: User | None, as_of: date, completing: Sequence[int] = (), held: Held | None = None,
    marks_later: bool = False,
) -> Logged:  # fmt: skip
    """Log one call; its result is required (S3-33). See `log_activities`."""
    call.kind = ActivityKind.CALL.value
    return log_activities([call], by=by, as_of=as_of, completing=completing, held=held, marks_later=marks_later)


def log_emails(emails: Sequence[Activity], *, by: User | None, as_of: date, completing: Sequence[int] = ()) -> Logged:
    """Log mails, inbound or outbound; `is_bulk` marks a newsletter, which counts nowhere (S1-27)."""
    for email in emails:
        email.kind = ActivityKind.EMAIL.value
    return log_activities(emails, by=by, as_of=as_of, completing=completing)


def log_meeting(meeting: Activity, *, by: User | None, as_of: date, completing: Sequence[int] = ()) -> Logged:
    """Log one visit or web meeting; one of a coming day is booked and moves nothing. Another kind raises ValueError."""
    if meeting.kind not in MEETING_KINDS:
        raise ValueError(f"{meeting.kind} is no meeting")
    return log_activities([meeting], by=by, as_of=as_of, completing=completing)


@all_or_nothing
def edit_activities(edits: Sequence[Edit], *, by: User | None, as_of: date) -> list[Activity]:
    """Correct ACTIVITY_FIELDS of what was imported; gives back those that changed. The clocks follow."""
    lock_deals(_deals_of(edits))
    before = Activity.objects.in_bulk([edit.id for edit in edits])
    changed = edit_records(Activity.objects.all(), [_dated(edit) for edit in edits], ACTIVITY_FIELDS)
    touch_volume([*changed, *(before[activity.pk] for activity in changed)])
    retract([before[activity.pk] for activity in changed])
    fs_owners = lock_deals(activity.deal_id for activity in changed)
    record_contacts(touches_of(changed))
    end_resumed_cycles(changed, fs_owners, by=by, as_of=as_of)
    return changed


def _complete(
    todo_ids: Sequence[int], activities: Sequence[Activity], held: Held, *, by: User | None, as_of: date,
    marks_later: bool,
) -> list[int]:  # fmt: skip
    if not todo_ids:
        return []
    first = activities[0]
    completions = [Completion(todo_id, first.occurred_on, first.pk) for todo_id in todo_ids]
    closed = complete_todos(
        completions, by=by, as_of=as_of, cause=cause_of(first), has_deals=True, held=held.todos, marks_later=marks_later
    )
    return closed.bare_cycle_ids


def touches_of(activities: Sequence[Activity]) -> list[Touch]:
    """The contacts with deals' customers among them, as `record_contacts` takes them."""
    return [_touch(activity, activity.deal_id) for activity in activities if activity.deal_id and is_contact(activity)]


def _touch(activity: Activity, deal_id: int) -> Touch:
    day = activity.occurred_on
    visited_on = day if activity.kind in MEETING_KINDS else None
    return Touch(deal_id, day, day if is_response(activity) else None, visited_on)


def _deals_of(edits: Sequence[Edit]) -> list[int | None]:
    stored = Activity.objects.filter(pk__in=[edit.id for edit in edits]).values_list("deal_id", flat=True)
    named = [edit.values.get("deal") or edit.values.get("deal_id") for edit in edits]
    return [*stored, *(getattr(deal, "pk", deal) for deal in named)]


def _dated(edit: Edit) -> Edit:
    """Keep occurred_on in step with occurred_at."""
    moment = edit.values.get("occurred_at")
    values: Mapping[str, object] = edit.values
    if moment is not None:
        values = {**values, "occurred_on": timezone.localdate(moment)}
    return Edit(edit.id, values, edit.version)
