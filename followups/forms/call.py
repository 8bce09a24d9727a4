"""The one form of the call panel: what came of the call, and what comes next (SC-02, D.6)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.actions import Held, TodoShift, move_todos
from activities.models import Activity, Todo
from activities.states import CallOutcome
from activities.yardstick import Yardstick
from followups.actions import Appointment, Recorded, record_outcome
from followups.call_panel import CallPanel
from followups.forms.bantc import BantcForm
from followups.forms.fields import OpenRadio, PersonField
from followups.forms.lead_fate import LeadFateForm
from followups.models import OutcomeEffect
from followups.outcome_effects import suggested_day
from followups.states import MeetingWay
from leads.models import Contact
from people.business_days import BusinessCalendar
from people.forms import DayInput
from people.models import User
from people.refusal import refuse
from people.states import Role

DATE, NONE = "date", "none"
NOBODY = "---------"  # as Django draws the empty choice
ISO_LENGTH = len("2026-11-20")
MAX_SUBJECT = 200
MAX_MOVE_NOTE = 200
NEXT_IS_MISSING = _("Choose the next to-do, or say why there is none.")


class CallForm(BantcForm, LeadFateForm):
    """`when` is a preset, a day of the strip, 'date' (the day typed), 'none', or empty: what the result suggests."""

    aliases = {
        "original_due_on": "when", "meeting_on": "when", "due_on": "when", "next_todo": "when", "fs_id": "fs",
        "subject": "next_subject", "hook": "next_subject", "contact": "next_contact",
    }  # fmt: skip

    outcome = forms.ChoiceField(
        label=_("Result"), choices=CallOutcome.choices, widget=OpenRadio,
        error_messages={"required": _("Choose the result of the call.")},
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    when = forms.CharField(label=_("Next to-do"), required=False)
    next_due_on = forms.DateField(label=_("Day"), widget=DayInput, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    next_time = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    next_contact = forms.TypedChoiceField(
        label=_("Whom"), coerce=int, empty_value=None, required=False,
        error_messages={"invalid_choice": _("This person is not here any more. Choose whom to call.")},
    )  # fmt: skip
    next_subject = forms.CharField(label=_("What to do"), max_length=MAX_SUBJECT, required=False)
    next_is_promised = forms.BooleanField(label=_("Promised with the customer"), required=False)
    no_next_reason = forms.CharField(label=_("Why nothing follows"), max_length=200, required=False)
    fs = PersonField(Role.FS, label=_("Field sales"), required=False)
    way = forms.ChoiceField(
        label=_("Way"), choices=MeetingWay.choices, initial=MeetingWay.VISIT, required=False, widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, panel: CallPanel, effects: Mapping[str, OutcomeEffect], as_of: date,
        calendar: BusinessCalendar, is_move: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.panel, self.todo, self.effects = panel, panel.todo, effects
        self.as_of, self.calendar, self.is_move = as_of, calendar, is_move
        self.fields["outcome"].required = not is_move
        self._offer(panel.person)

    def offer_everybody(self) -> None:
        """For the page: the person who is called, and everybody else at the company; one query."""
        self._offer_people(self.panel.contacts)

    def _offer_people(self, contacts: Sequence[Contact]) -> None:
        whom = self.fields["next_contact"]
        assert isinstance(whom, forms.ChoiceField)
        whom.choices = [("", NOBODY), *((contact.pk, str(contact)) for contact in contacts)]

    def _offer(self, person: Contact | None) -> None:
        todo = self.todo
        is_he_meant = person is not None and self.data.get("next_contact", "") in ("", str(person.pk))
        contacts = [person] if self.is_bound and person and is_he_meant else self.panel.contacts  # a save asks no more
        self._offer_people(contacts)
        self.ask_fate(todo.lead)
        if todo.deal is not None:
            self.ask_bantc(todo.deal)
        self.initial = {
            **self.initial,
            "version": todo.version,
            "next_contact": contacts[0].pk if contacts else None,
            "next_subject": _purpose(todo),
            "fs": todo.deal.fs_owner_id if todo.deal else None,
            "when": "",
            "way": MeetingWay.VISIT,
        }

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        answers["next_on"] = self._next_on()
        if self.is_move:
            return self._clean_move()
        effect = self.effects.get(answers.get("outcome", ""))
        if effect is None:
            return answers
        if answers["outcome"] == CallOutcome.APPOINTMENT:
            self._check_appointment()
        elif self._is_next_step_missing():
            self._object({"no_next_reason" if answers.get("when") == NONE else "when": str(NEXT_IS_MISSING)})
        self.check_reasons(effect)
        return answers

    def _is_next_step_missing(self) -> bool:
        answers = self.cleaned_data
        is_said = self.is_over or answers["next_on"] is not None or answers.get("no_next_reason", "").strip()
        return not is_said and not self.has_error("when")

    def _clean_move(self) -> dict[str, Any]:
        if self.cleaned_data["next_on"] is None and not self.errors:
            self.cleaned_data["next_on"] = self.calendar.add(self.as_of, 1)
        if len(self.cleaned_data.get("note", "")) > MAX_MOVE_NOTE:
            longest = {"max": MAX_MOVE_NOTE}
            self.add_error("note", _("With another day at most %(max)s characters are kept.") % longest)
        return self.cleaned_data

    def move(self, *, by: User) -> list[Todo]:
        """Only put the to-do on another day; the customer was busy."""
        answers = self.cleaned_data
        reason = answers["note"].strip() or str(_("Busy"))
        shift = TodoShift(
            self.todo.pk, answers["next_on"], answers["next_is_promised"], reason, answers["version"],
            answers["over_cap_reason"],
        )  # fmt: skip
        return move_todos([shift], by=by, as_of=self.as_of)

    def _next_on(self) -> date | None:
        """The day that was chosen; None for nothing next, and where the choice is no choice (with an error)."""
        answers = self.cleaned_data
        when, typed = answers.get("when", ""), answers.get("next_due_on")
        if when == NONE or "next_due_on" in self.errors:
            return None
        if not when and not typed:
            return None if self.is_over or answers.get("no_next_reason", "").strip() else self._usual_day()
        day: date | None = typed if when in (DATE, "") else _day_in(when)
        field = "next_due_on" if when == DATE else "when"
        if day is None:
            self.add_error(field, _("Choose the day."))
        elif day < self.as_of:
            self.add_error(field, _("This day has passed."))
        return day

    @property
    def due_on(self) -> date | None:
        """The day on which what comes next is done; a meeting stays on its day."""
        day: date | None = self.cleaned_data["next_on"]
        is_meeting = self.cleaned_data["outcome"] == CallOutcome.APPOINTMENT
        return day if day is None or is_meeting else self.calendar.on_or_after(day)

    def _usual_day(self) -> date | None:
        effect = self.effects.get(self.cleaned_data.get("outcome", ""))
        return suggested_day(effect, self.as_of, self.calendar) if effect else None

    def _check_appointment(self) -> None:
        if self.cleaned_data["next_on"] is None:
            self.add_error("when", _("Choose the day of the meeting."))
        if self.cleaned_data.get("fs") is None:
            self.add_error("fs", _("Choose who holds the meeting."))

    def save(
        self, *, by: User, now: datetime, held: Held | None = None, yardstick: Yardstick | None = None
    ) -> Recorded:
        """Record the call with what it starts, for the to-do it was about; all or nothing. See `record_outcome`."""
        answers = self.cleaned_data
        following = self._following(by)
        reason = "" if following or self._appointment() else answers["no_next_reason"].strip()
        recorded = record_outcome(
            self._call(now, reason),
            by=by,
            as_of=self.as_of,
            completing=(self.todo.pk,),
            next_todo=following,
            appointment=self._appointment(),
            learned=self.answers(),
            **self.fate(),
            end_follow_up=reason if self.todo.deal and self.todo.deal.is_followed else "",
            held=held,
            yardstick=yardstick,
        )
        if recorded.bare_cycle_ids and not self._appointment():
            refuse(str(NEXT_IS_MISSING), field="when")
        return recorded

    def _call(self, now: datetime, no_next_reason: str) -> Activity:
        todo, record = self.todo, self.todo.deal or self.todo.lead
        return Activity(
            outcome=self.cleaned_data["outcome"],
            note=self.cleaned_data["note"],
            no_appointment_reason=self.why_not(is_asked=self.effects[self.cleaned_data["outcome"]].asks_reason),
            no_next_reason=no_next_reason,
            occurred_at=now,
            deal=todo.deal,
            lead=todo.lead,
            contact_id=todo.contact_id or (record.contact_id if record else None),
            company_id=record.company_id if record else None,
        )

    def _following(self, by: User) -> Todo | None:
        answers, todo = self.cleaned_data, self.todo
        if answers["next_on"] is None or self._appointment():
            return None
        subject = answers["next_subject"].strip() or _purpose(todo)
        contact_id = answers["next_contact"] or todo.contact_id
        return Todo(
            deal=todo.deal,
            lead=todo.lead,
            contact_id=contact_id,
            contact_text="" if contact_id else todo.contact_text,
            assignee=by,
            project_id=todo.project_id,
            subject=subject,
            hook=todo.hook if subject in (_purpose(todo), todo.subject) else subject,
            over_cap_reason=answers["over_cap_reason"],
            no_promise_reason=answers["no_promise_reason"],
            original_due_on=answers["next_on"],
            due_time=answers["next_time"],
            is_promised=answers["next_is_promised"],
        )

    def _appointment(self) -> Appointment | None:
        answers = self.cleaned_data
        if answers["outcome"] != CallOutcome.APPOINTMENT:
            return None
        way = MeetingWay(answers["way"] or MeetingWay.VISIT)
        return Appointment(answers["fs"].pk, answers["next_on"], answers["next_time"], way, answers["note"][:400])


def _purpose(todo: Todo) -> str:
    """What the to-do is about, short enough to be the next one's subject."""
    return (todo.hook or todo.subject).strip()[:MAX_SUBJECT]


def _day_in(when: str) -> date | None:
    """The day at the end of a radio button's value; None for nonsense."""
    try:
        return date.fromisoformat(when[-ISO_LENGTH:])
    except ValueError:
        return None
