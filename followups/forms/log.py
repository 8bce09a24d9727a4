"""記録する: a call, mail, visit or web meeting on a deal, and what comes next (SC-02, plain)."""

from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from activities.actions import add_todos, log_activities
from activities.models import Activity, Todo
from activities.states import ActivityKind, CallOutcome, Direction
from deals.models import Deal
from deals.states import OPEN_STATUSES
from followups.actions import record_outcome
from followups.forms.fields import DealContactField, MomentInput, OpenRadio, TodoBoxesField, offer_contacts, offer_todos
from followups.forms.meeting import MeetingForm
from people.models import User

LOGGED_KINDS = (
    ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.VISIT, ActivityKind.WEB_MEETING, ActivityKind.OTHER,
)  # fmt: skip


class LogForm(MeetingForm):
    """The result is asked of calls alone; a newsletter can be marked on mails alone (S3-33, S1-27).

    A call on a deal at work says what follows, or why nothing does; a follow-up ends with that reason.
    """

    outcome = forms.ChoiceField(
        label=_("Result"), choices=CallOutcome.choices, widget=OpenRadio,
        error_messages={"required": _("Choose the result of the call.")},
    )  # fmt: skip
    contact = DealContactField(label=_("Contact"))
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, initial=Direction.OUTBOUND)
    occurred_at = forms.DateTimeField(label=_("When"), widget=MomentInput)
    done = TodoBoxesField(label=_("Completes these to-dos"))
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    is_bulk = forms.BooleanField(label=_("Newsletter to many (moves no clock)"), required=False)

    def __init__(self, *args: Any, deal: Deal, kind: ActivityKind, in_reach: list[Todo], **kwargs: Any) -> None:
        super().__init__(*args, deal=deal, **kwargs)
        self.kind = kind
        offer_contacts(self, "contact", deal)
        offer_todos(self, "done", in_reach)
        if kind != ActivityKind.CALL:
            for name in ("outcome", *self.meeting_fields):
                del self.fields[name]
        elif deal.status in OPEN_STATUSES and not deal.is_followed:
            self.fields["no_next_reason"] = forms.CharField(
                label=_("Why nothing follows"), max_length=200, required=False
            )
        if kind != ActivityKind.EMAIL:
            del self.fields["is_bulk"]

    @transaction.atomic
    def save(self, *, by: User, as_of: date) -> None:
        """Log it, complete the to-dos it was for, make the next one or end the follow-up; all or nothing."""
        done = list(self.cleaned_data["done"]) if "done" in self.fields else []
        activity, following = self._activity(), self.next_todo(by, like=done[0] if done else None)
        completing = tuple(todo.pk for todo in done)
        if self.kind == ActivityKind.CALL:
            self._record(activity, following, completing, by, as_of)
            return
        bare = log_activities([activity], by=by, as_of=as_of, completing=completing).bare_cycle_ids
        if following is not None:
            following.contact_id = activity.contact_id or following.contact_id
            add_todos([following], by=by, as_of=as_of)
        self.settle([] if following else bare, by=by, as_of=as_of)

    def _record(
        self, call: Activity, following: Todo | None, completing: tuple[int, ...], by: User, as_of: date
    ) -> None:
        reason = self.cleaned_data.get("no_next_reason", "").strip()
        is_followed = self.deal is not None and self.deal.is_followed
        call.no_next_reason = reason
        record_outcome(
            call,
            by=by,
            as_of=as_of,
            completing=completing,
            next_todo=following,
            appointment=self.appointment(),
            end_follow_up=reason if is_followed else "",
        )

    def _activity(self) -> Activity:
        names = ("outcome", "contact", "direction", "occurred_at", "note", "is_bulk")
        answers = {name: self.cleaned_data[name] for name in names if name in self.fields}
        company_id = self.deal.company_id if self.deal else None
        return Activity(kind=self.kind, deal=self.deal, company_id=company_id, **answers)
