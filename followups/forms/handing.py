"""What losing and returning have in common: the deal as it was when the form was opened, and its open to-dos (D8)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.actions import Completion, cancel_todos, complete_todos
from activities.models import Todo
from activities.states import CancelReason
from deals.models import Deal
from deals.states import DealStatus
from people.forms import Clash, Difference, VerbForm
from people.models import User
from people.records import lock
from people.refusal import Conflict

KEEP, DONE = "", "done"
CANCEL_REASONS = [(one.value, one.label) for one in CancelReason if one != CancelReason.IMPORTED]
DECISIONS = [
    (KEEP, gettext_lazy("Goes to inside sales")),
    (DONE, gettext_lazy("Is done")),
    (gettext_lazy("Cancel it because"), CANCEL_REASONS),
]


class HandingForm(VerbForm):
    """A deal leaves the hands of field sales; a field per open to-do in the reader's reach decides what becomes of it.

    statuses: those in which the verb is possible; a deal that has left them is refused by the verb itself.
    """

    statuses: Collection[str] = ()

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_status = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, deal: Deal, as_of: date, todos: Sequence[Todo] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal, self.as_of, self.todos = deal, as_of, todos
        self.initial = {**self.initial, "version": deal.version, "seen_status": deal.status}
        for todo in todos:
            beside = forms.Select(attrs={"form": "verb"})  # it stands beside the form, not in it
            field = forms.ChoiceField(label=todo.subject, choices=DECISIONS, required=False, widget=beside)
            self.fields[_name(todo)] = field

    def decisions(self) -> Iterator[tuple[Todo, forms.BoundField]]:
        """Each open to-do with the field that decides it."""
        for todo in self.todos:
            yield todo, self[_name(todo)]

    def claim_as_seen(self) -> None:
        """Lock the deal. Conflict when somebody has changed it since the form was opened."""
        seen = self.cleaned_data.get("version")
        record = lock(Deal.objects.all(), [self.deal.pk]).get(self.deal.pk)
        if record is not None and seen not in (None, record.version) and record.status in self.statuses:
            raise Conflict(record)

    def settle_todos(self, *, by: User, as_of: date) -> None:
        """Close the to-dos that were decided so; the verb takes the others along."""
        answers = {todo.pk: self.cleaned_data.get(_name(todo), KEEP) for todo in self.todos}
        complete_todos([Completion(pk) for pk, answer in answers.items() if answer == DONE], by=by, as_of=as_of)
        for reason in CancelReason:
            chosen = [pk for pk, answer in answers.items() if answer == reason]
            if chosen:
                cancel_todos(chosen, reason, by=by, as_of=as_of)

    def stand_against(self, record: models.Model) -> None:
        assert isinstance(record, Deal)
        seen = self.cleaned_data.get("seen_status", "")
        labels = dict(DealStatus.choices)
        rows = [Difference(_("Status"), labels[record.status], str(labels.get(seen, "")))]
        typed = str(self.cleaned_data.get("competitor", ""))
        if typed != record.competitor:
            rows.append(Difference(_("Competitor"), record.competitor, typed))
        super().stand_against(record)
        self._retype(seen_status=record.status)
        self.conflict = Clash(rows)


def _name(todo: Todo) -> str:
    return f"todo_{todo.pk}"
