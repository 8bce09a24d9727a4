"""記録する: a call, mail, visit or web meeting on a deal or lead, and what comes next (SC-02, plain)."""

from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from activities.actions import add_todos, log_activities
from activities.models import Activity, Todo
from activities.states import ActivityKind, CallOutcome, Direction
from activities.words import call_outcome_words
from deals.models import Deal
from deals.states import OPEN_STATUSES
from followups.actions import record_outcome
from followups.forms.fields import DealContactField, MomentInput, OpenRadio, TodoBoxesField, offer_contacts, offer_todos
from followups.forms.lead_fate import LeadFateForm
from followups.forms.meeting import MeetingForm
from followups.outcome_effects import outcome_effects
from leads.models import Lead
from people.models import User
from people.wordings import Words

LOGGED_KINDS = (
    ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.VISIT, ActivityKind.WEB_MEETING, ActivityKind.OTHER,
)  # fmt: skip


class LogForm(MeetingForm, LeadFateForm):
    """The result is asked of calls alone; a newsletter can be marked on mails alone (S3-33, S1-27).

    A call on a deal or lead at work says what follows, or why nothing does; a follow-up ends with that reason.
    """

    aliases = MeetingForm.aliases

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

    def __init__(self, *args: Any, about: Deal | Lead, kind: ActivityKind, in_reach: list[Todo], **kwargs: Any) -> None:
        super().__init__(*args, deal=about if isinstance(about, Deal) else None, **kwargs)
        self.kind, self.about = kind, about
        offer_contacts(self, "contact", about)
        offer_todos(self, "done", in_reach)
        is_call = kind == ActivityKind.CALL
        self.ask_fate(about if isinstance(about, Lead) and is_call else None)
        if not is_call:
            for name in ("outcome", "no_appointment_reason", *self.meeting_fields):
                del self.fields[name]
        elif _may_end_without_a_step(about):
            self.fields["no_next_reason"] = forms.CharField(
                label=_("Why nothing follows"), max_length=200, required=False
            )
        if kind != ActivityKind.EMAIL:
            del self.fields["is_bulk"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.lead is not None and cleaned.get("outcome"):
            self.check_reasons(outcome_effects()[cleaned["outcome"]])
        return cleaned

    @property
    def outcomes(self) -> list[tuple[forms.boundfield.BoundWidget, Words]]:
        """The results to choose from, each with the words that say when it is chosen."""
        words = call_outcome_words()
        return [(option, words[str(option.data["value"])]) for option in self["outcome"]]

    def next_todo(self, by: User, like: Todo | None) -> Todo | None:
        """The next to-do as typed, for the same deal or lead."""
        following = super().next_todo(by, like)
        if following is not None and isinstance(self.about, Lead):
            following.lead = self.about
        return following

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
        call.no_appointment_reason = self.why_not(is_asked=call.outcome == CallOutcome.DECLINED)
        record_outcome(
            call,
            by=by,
            as_of=as_of,
            completing=completing,
            next_todo=following,
            appointment=self.appointment(),
            end_follow_up=reason if is_followed else "",
            **self.fate(),
        )

    def _activity(self) -> Activity:
        names = ("outcome", "contact", "direction", "occurred_at", "note", "is_bulk")
        answers = {name: self.cleaned_data[name] for name in names if name in self.fields}
        subject = "lead" if isinstance(self.about, Lead) else "deal"
        return Activity(kind=self.kind, company_id=self.about.company_id, **{subject: self.about}, **answers)


def _may_end_without_a_step(about: Deal | Lead) -> bool:
    """A follow-up asks for its own reason; what is over needs none."""
    if isinstance(about, Lead):
        return not about.is_settled
    return about.status in OPEN_STATUSES and not about.is_followed
