"""Forms of the other verbs of a deal: return, re-open, advance, win, exclude, exempt, close the follow-up."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from deals.actions import Advance, Exclusion, Win, edit_deals
from deals.models import Deal
from deals.states import OPEN_STATUSES, DealStatus
from deals.words import deal_status_words
from followups.actions import Closing, Exemption, Reopening, Return, exemption_errors, return_to_is
from followups.forms.fields import BANTC_LABELS, LoadedPersonField, OpenRadio, PersonField
from followups.forms.handing import HandingForm
from followups.room import Room
from people.forms import DayInput, TypedDayField, VerbForm
from people.models import Threshold, User
from people.records import Edit
from people.states import Role, ThresholdCode
from people.wordings import Words

OPEN_CHOICES = [(status.value, status.label) for status in OPEN_STATUSES]


# Why deals go back to inside sales (SC-07); what is kept is the label with what to ask next.
RETURN_REASONS = (
    ("no_progress", _("No progress")),
    ("no_response", _("No response")),
    ("too_early", _("The time is far off")),
    ("no_hands", _("No hands free")),
    ("other", _("Other")),
)


# Which reason a status suggests: that of the rule which would return the deal.
LIKELY_REASONS = {DealStatus.CONTACTING: "no_response", DealStatus.FIRST_VISIT: "no_progress"}


class ReturnForm(HandingForm):
    """ISへ戻す: why, what to ask next, from when on and by whom; what is known of BANTC goes along.

    Everything has an answer when the form opens, so that Enter alone returns the deal (domain.md D.4).
    """

    statuses = OPEN_STATUSES

    reason = forms.ChoiceField(label=_("Reason for the return"), choices=RETURN_REASONS, widget=OpenRadio)
    next_action = forms.CharField(label=_("What to ask next"), max_length=350, widget=forms.Textarea(attrs={"rows": 2}))
    next_approach_on = TypedDayField(label=_("Planned call date"))
    assignee = LoadedPersonField(
        Role.IS, label=_("Who follows up"), required=False, empty_label=_("Whoever has the lowest load")
    )
    budget = forms.CharField(label=BANTC_LABELS["budget"], max_length=400, required=False)
    authority = forms.CharField(label=BANTC_LABELS["authority"], max_length=400, required=False)
    needs = forms.CharField(label=BANTC_LABELS["needs"], max_length=400, required=False)
    timeframe = forms.CharField(label=BANTC_LABELS["timeframe"], max_length=400, required=False)
    competitor = forms.CharField(label=BANTC_LABELS["competitor"], max_length=200, required=False)

    def __init__(self, *args: Any, deal: Deal, as_of: date, default_day: date, **kwargs: Any) -> None:
        super().__init__(*args, deal=deal, as_of=as_of, **kwargs)
        self.default_day = default_day
        self.typed_day.as_of = as_of
        self.initial = {
            **self.initial,
            **{name: getattr(deal, name) for name in BANTC_LABELS},
            "reason": LIKELY_REASONS.get(DealStatus(deal.status), "no_progress"),
            "next_action": still_to_ask(deal),
            "next_approach_on": default_day,
            "assignee": deal.is_owner_id,
        }

    def bantc(self) -> list[forms.BoundField]:
        """What is known of the customer's decision (S2-30)."""
        return [self[name] for name in BANTC_LABELS]

    @property
    def typed_day(self) -> TypedDayField:
        """The field of the call date, which must know from which day spans count."""
        field = self.fields["next_approach_on"]
        assert isinstance(field, TypedDayField)
        return field

    def show_loads(self, rooms: Mapping[int, Room]) -> None:
        """Name beside each person how many to-dos he has on the day of the call."""
        field = self.fields["assignee"]
        assert isinstance(field, LoadedPersonField)
        field.rooms = rooms

    @transaction.atomic
    def save(self, *, by: User, as_of: date) -> None:
        """Write down what is known, settle the to-dos that do not go along, and hand the deal back."""
        self.claim_as_seen()
        self.settle_todos(by=by, as_of=as_of)
        edit_deals([Edit(self.deal.pk, {name: self.cleaned_data[name] for name in BANTC_LABELS})])
        return_to_is([self._return()], by=by, as_of=as_of)

    def _return(self) -> Return:
        answers = self.cleaned_data
        chosen, assignee = answers["next_approach_on"], answers["assignee"]
        label = dict(RETURN_REASONS)[answers["reason"]]
        return Return(
            deal_id=self.deal.pk,
            reason=f"{label}: {answers['next_action'].strip()}",
            next_approach_on=None if chosen == self.default_day else chosen,
            assignee_id=assignee.pk if assignee else None,
        )


def still_to_ask(deal: Deal) -> str:
    """What inside sales may ask in the next call: what nobody knows yet of BANTC (S2-30)."""
    unknown = [str(label) for name, label in BANTC_LABELS.items() if not getattr(deal, name)]
    if not unknown:
        return gettext("Ask what has changed about: %(needs)s") % {"needs": deal.needs}
    return gettext("Ask about: %(topics)s") % {"topics": pgettext("between statuses", ", ").join(unknown)}


class ReopenForm(VerbForm):
    """再商談化: the status in which the deal is live again, and who takes it."""

    aliases = {"fs_owner_id": "fs_owner"}

    status = forms.ChoiceField(label=_("Status"), choices=OPEN_CHOICES, widget=forms.RadioSelect)
    fs_owner = PersonField(Role.FS, label=_("FS owner"), required=False, empty_label=_("Nobody yet"))
    note = forms.CharField(label=_("Note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, deal: Deal, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal
        owner = deal.fs_owner_id or (by.pk if by.has_role(Role.FS) else None)
        status = deal.status if deal.status in OPEN_STATUSES else DealStatus.APPOINTMENT
        self.initial = {"status": status, "fs_owner": owner}

    def reopening(self) -> Reopening:
        """What the verb is told."""
        owner = self.cleaned_data["fs_owner"]
        return Reopening(
            deal_id=self.deal.pk,
            status=DealStatus(self.cleaned_data["status"]),
            fs_owner_id=owner.pk if owner else None,
            note=self.cleaned_data["note"],
        )


class AdvanceForm(VerbForm):
    """ステータスを進める: forwards or backwards among the open statuses."""

    status = forms.ChoiceField(label=_("Status"), choices=OPEN_CHOICES, widget=forms.RadioSelect)
    on = forms.DateField(label=_("Since when"), widget=DayInput)

    def __init__(self, *args: Any, deal: Deal, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal, self.as_of, self.words = deal, as_of, deal_status_words()
        self.initial = {"status": _usual_next(DealStatus(deal.status)), "on": as_of}

    @property
    def choices(self) -> list[tuple[forms.boundfield.BoundWidget, Words]]:
        """The statuses to choose from, each with the words that say when it changes."""
        return [(option, self.words[str(option.data["value"])]) for option in self["status"]]

    def clean_on(self) -> date:
        return _not_ahead(self.cleaned_data["on"], self.as_of)

    def move(self) -> Advance:
        """What the verb is told."""
        return Advance(self.deal.pk, DealStatus(self.cleaned_data["status"]), self.cleaned_data["on"])


def _usual_next(status: DealStatus) -> DealStatus:
    """The open status after this one; the last stays, and a deal that was closed meanwhile is offered the first."""
    place = OPEN_STATUSES.index(status) + 1 if status in OPEN_STATUSES else 0
    return (*OPEN_STATUSES, status)[place]


class WinForm(VerbForm):
    """受注: the day of the order."""

    on = forms.DateField(label=_("Day of the order"), widget=DayInput)

    def __init__(self, *args: Any, deal: Deal, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal, self.as_of = deal, as_of
        self.initial = {"on": as_of}

    def clean_on(self) -> date:
        return _not_ahead(self.cleaned_data["on"], self.as_of)

    def won(self) -> Win:
        """What the verb is told."""
        return Win(self.deal.pk, self.cleaned_data["on"])


class ReasonForm(VerbForm):
    """A verb that asks for nothing but a reason: exclude a deal (対象外), or end its follow-up."""

    aliases = {"out_of_target_reason": "reason"}

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal

    def exclusion(self) -> Exclusion:
        """What excluding is told."""
        return Exclusion(self.deal.pk, self.cleaned_data["reason"])

    def closing(self) -> Closing:
        """What ending the follow-up is told."""
        return Closing(self.deal.pk, self.cleaned_data["reason"])


class ExemptForm(ReasonForm):
    """対象から外す: until when, at most the days of the threshold."""

    expires_on = forms.DateField(label=_("Until"), widget=DayInput)

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = Threshold.objects.in_force()[ThresholdCode.EXEMPTION_MAX_DAYS]
        self.fields["expires_on"].help_text = _("At most %(days)s days from today.") % {"days": longest}
        self.initial = {"expires_on": as_of + timedelta(days=longest)}

    def exemption(self) -> Exemption:
        """What the verb is told."""
        return Exemption(self.deal.pk, self.cleaned_data["reason"], self.cleaned_data["expires_on"])


class ExemptManyForm(ExemptForm):
    """対象から外す, for several deals at once."""

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, deal=Deal(), as_of=as_of, **kwargs)
        self.as_of = as_of

    def clean(self) -> dict[str, Any]:
        """Reason and day are the same for all, so they are refused here and not deal by deal."""
        answers = self.cleaned_data
        if {"reason", "expires_on"} <= answers.keys():
            longest = Threshold.objects.in_force()[ThresholdCode.EXEMPTION_MAX_DAYS]
            self._object(exemption_errors(self.exemptions([Deal()])[0], as_of=self.as_of, longest=longest))
        return answers

    def exemptions(self, deals: Sequence[Deal]) -> list[Exemption]:
        """What the verb is told, deal by deal."""
        answers = self.cleaned_data
        return [Exemption(deal.pk, answers["reason"], answers["expires_on"]) for deal in deals]


def _not_ahead(day: date, as_of: date) -> date:
    if day > as_of:
        raise forms.ValidationError(_("This day is still to come."))
    return day
