"""To-dos of another system, open and closed; one may stand without deal and lead (D27)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from activities.actions import (
    TODO_FIELDS,
    Completion,
    TodoShift,
    add_todos,
    cancel_todos,
    complete_todos,
    edit_todos,
    move_todos,
    reassign_todos,
    reopen_todos,
)
from activities.models import Todo
from activities.states import CancelReason, TodoOrigin, TodoStatus
from intake.drafts import Change, Draft, Said
from intake.on_sight import make_people
from intake.records.kind import Kind, drop, edits
from intake.rows import Values
from people.models import User
from people.rows import update_rows

_EDITED = {f"{name}_id" for name in TODO_FIELDS} | TODO_FIELDS
_CLOSING = {"status", "closed_on"}


class Todos(Kind):
    """The assignee gets no role by it (D1)."""

    model = Todo
    related = ("deal", "lead", "contact", "assignee")

    def prepare(self, rows: Sequence[Values], former: Sequence[Values]) -> None:
        """Assignees are made on sight; deals, leads and contacts never."""
        make_people(self.run, rows, "assignee")

    def draft(self, external_id: str, values: Values) -> Draft:
        """done without a day was done on the due day; created_on falls back to the earliest day known."""
        draft = Draft(external_id, values)
        references = self.run.references
        due_on, is_closed = values["due_on"], values["status"] != TodoStatus.OPEN
        closed_on = values.get("done_on", due_on) if is_closed else None
        draft.columns = {
            "external_id": values.get("external_id"),
            "subject": values["subject"],
            "due_on": due_on,
            "status": values["status"],
            "closed_on": closed_on,
            "assignee_id": draft.link("assignee", references.users),
            "deal_id": draft.link("deal", references.deals),
            "lead_id": draft.link("lead", references.leads),
            "contact_id": draft.link("contact", references.contacts),
        }
        draft.extras = {
            "original_due_on": due_on,
            "created_on": values.get("created_on") or min(due_on, closed_on or due_on, self.run.as_of),
            "origin": values.get("origin", TodoOrigin.MANUAL.value),
        }
        return draft

    def create(self, drafts: Sequence[Draft]) -> list[int]:
        """Add them; a past due day stays as the file has it."""
        todos = [Todo(**draft.columns, **draft.extras, is_imported=True) for draft in drafts]
        return [todo.pk for todo in add_todos(todos, by=None, as_of=self.run.as_of)]

    def object_to(self, change: Change) -> list[Said]:
        """Open work is not given to a leaver; a to-do of a cycle stays with its deal and its person."""
        todo = _todo(change)
        if todo.cycle_id is not None:
            drop(change, ("assignee_id", "deal_id"))
        if any(kept.field == "status" for kept in change.kept):
            drop(change, _CLOSING)
            change.kept[:] = [kept for kept in change.kept if kept.field != "done_on"]
        if change.columns.get("status", todo.status) != TodoStatus.OPEN:
            return []
        if change.columns.get("assignee_id") in self.run.references.leavers:
            return [Said("assignee", _("This person does not work here any more."), change.new.values["assignee"])]
        return []

    def change(self, changes: Sequence[Change]) -> None:
        """Each kind of change through its verb; links and closed to-dos, which no verb moves, directly."""
        run = self.run
        reopened = [change for change in changes if change.columns.keys() & _CLOSING and not _todo(change).is_open]
        reopen_todos([change.id for change in reopened])
        edit_todos(edits(changes, _EDITED))
        update_rows(Todo, ("id", "deal_id"), [(e.id, e.values["deal_id"]) for e in edits(changes, {"deal_id"})])
        self._reassign(changes)
        open_now = [change for change in changes if _todo(change).is_open or change in reopened]
        shifts = [TodoShift(edit.id, edit.values["due_on"]) for edit in edits(open_now, {"due_on"})]
        move_todos(shifts, by=None, as_of=run.as_of)
        closing = [change for change in changes if change.columns.keys() & _CLOSING]
        done = [_completion(change) for change in closing if change.new.columns["status"] == TodoStatus.DONE]
        complete_todos(done, by=None, as_of=run.as_of, cause=run.cause)
        for day, ids in _cancelled(closing).items():
            cancel_todos(ids, CancelReason.IMPORTED, by=None, as_of=day, cause=run.cause)

    def _reassign(self, changes: Sequence[Change]) -> None:
        given: defaultdict[int | None, list[int]] = defaultdict(list)
        for change in changes:
            if "assignee_id" in change.columns and _todo(change).is_open:
                given[change.columns["assignee_id"]].append(change.id)
        users = User.objects.in_bulk([user_id for user_id in given if user_id])
        for user_id, ids in given.items():
            reassign_todos(ids, users.get(user_id or 0), by=None, as_of=self.run.as_of)
        closed = [change for change in changes if not _todo(change).is_open]
        rows = [(edit.id, edit.values["assignee_id"]) for edit in edits(closed, {"assignee_id"})]
        update_rows(Todo, ("id", "assignee_id"), rows)


def _todo(change: Change) -> Todo:
    assert isinstance(change.record, Todo)
    return change.record


def _completion(change: Change) -> Completion:
    return Completion(change.id, change.new.columns["closed_on"])


def _cancelled(changes: Sequence[Change]) -> dict[date, list[int]]:
    """The to-dos that the file now has as cancelled, by day."""
    days: defaultdict[date, list[int]] = defaultdict(list)
    for change in changes:
        if change.new.columns["status"] == TodoStatus.CANCELLED:
            days[change.new.columns["closed_on"]].append(change.id)
    return days
