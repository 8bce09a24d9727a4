"""完了: a to-do is done, and what comes next."""

from datetime import date

from django.db import transaction

from activities.actions import Completion, add_todos, complete_todos
from activities.models import Todo
from followups.forms.next_step import NextStepForm
from people.models import User


class TodoDoneForm(NextStepForm):
    """Nothing to fill in beside the next step."""

    @transaction.atomic
    def save(self, todo: Todo, *, by: User, as_of: date) -> None:
        """Complete the to-do, make the next one or end the follow-up; all or nothing."""
        following = self.next_todo(by, like=todo)
        closed = complete_todos([Completion(todo.pk)], by=by, as_of=as_of)
        if following is not None:
            add_todos([following], by=by, as_of=as_of)
        self.settle([] if following else closed.bare_cycle_ids, by=by, as_of=as_of)
