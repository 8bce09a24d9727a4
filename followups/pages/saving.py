"""A call as it is saved: what was read and locked for it, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.datastructures import MultiValueDict

from activities.models import Todo
from followups.actions import Recorded
from followups.call_panel import call_panel, held_call
from followups.caller import Caller, caller
from followups.forms.call import CallForm
from followups.pages.day_loads import DayLoad, strip_of
from followups.pages.today import taken_by
from people.models import User
from people.verbs import within_a_mark


class Unsaved(Exception):
    """Nothing was written: the to-do is gone or taken, or the form says what is missing."""


@dataclass
class Saving:
    """todo: as it was locked, None where it is gone. form: what was sent, with what it lacks.

    recorded: what the call brought about; None where it was not saved, and where it had been saved before.
    """

    by: User
    now: datetime
    todo: Todo | None = None
    form: CallForm | None = None
    caller: Caller | None = None
    recorded: Recorded | None = None

    def save(self, todo_id: int, data: "MultiValueDict[str, Any] | None") -> None:
        """Within a transaction of its own: what is raised, Unsaved or what the verb refuses, has to take it back."""
        found = held_call(todo_id)
        if found is None:
            raise Unsaved
        self.todo, held = found
        if self._is_recorded(self.todo):
            return
        as_of = self.now.date()
        self.caller = known = caller(self.by, as_of)
        self.form = form = CallForm(
            data, panel=call_panel(self.todo, as_of), effects=known.effects, as_of=as_of,
            calendar=known.yardstick.calendar,
        )  # fmt: skip
        if taken_by(self.todo, self.by) or not form.is_valid():
            raise Unsaved
        save = within_a_mark(lambda: form.save(by=self.by, now=self.now, held=held, yardstick=known.yardstick))
        self.recorded = save()

    @property
    def strip(self) -> list[DayLoad] | None:
        """The coming days with the to-do that the call has made; None where they have to be asked for."""
        made = self.recorded.next_todo if self.recorded else None
        if made is None or self.caller is None or made.project_id or made.assignee_id != self.by.pk:
            return None
        return strip_of(self.by.pk, self.caller.yardstick.loads)

    def _is_recorded(self, todo: Todo) -> bool:
        """Whether this very form has been sent before: the reader himself has closed the to-do by a call."""
        return not todo.is_open and todo.closed_by_id == self.by.pk and todo.done_by_activity_id is not None
