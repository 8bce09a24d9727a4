"""How far a call project has come: its members follow their to-dos."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from django.db.models import Q, QuerySet

from activities.models import CallProjectMember, Todo
from activities.states import CallOutcome, ProjectMemberStatus, TodoStatus
from people.rows import update_rows

Record = TypeVar("Record", Todo, CallProjectMember)


class Place(NamedTuple):
    """One deal or one lead in one call project."""

    project_id: int | None
    deal_id: int | None
    lead_id: int | None


def place_of(record: Todo | CallProjectMember) -> Place:
    """Where a to-do or a member stands; the deal speaks where a to-do has a lead as well."""
    return Place(record.project_id, record.deal_id, None if record.deal_id else record.lead_id)


def follow_todos(todos: Iterable[Todo]) -> None:
    """Bring the members whose to-dos these are in step with them: open, done, or an appointment won.

    Asks nothing where no to-do belongs to a project.
    """
    places = {place_of(todo) for todo in todos if todo.project_id is not None}
    if not places:
        return
    members = [member for member in _all_in(CallProjectMember.objects.all(), places) if place_of(member) in places]
    planned: defaultdict[Place, list[Todo]] = defaultdict(list)
    for todo in _all_in(Todo.objects.select_related("done_by_activity"), places):
        planned[place_of(todo)].append(todo)
    rows = [(member.pk, _stage(planned[place_of(member)]).value) for member in members]
    update_rows(CallProjectMember, ("id", "status"), rows)


def _all_in(records: QuerySet[Record], places: Iterable[Place]) -> QuerySet[Record]:
    deals, leads = {place.deal_id for place in places}, {place.lead_id for place in places}
    of_records = Q(deal__in=deals - {None}) | Q(lead__in=leads - {None})
    return records.filter(of_records, project__in={place.project_id for place in places})


def _stage(todos: Iterable[Todo]) -> ProjectMemberStatus:
    """What is still to be called is open again; a call that was made stays made, an appointment stays won."""
    done = [todo for todo in todos if todo.status == TodoStatus.DONE]
    if any(todo.status == TodoStatus.OPEN for todo in todos) or not done:
        return ProjectMemberStatus.OPEN
    calls = [todo.done_by_activity for todo in done if todo.done_by_activity is not None]
    is_won = any(call.outcome == CallOutcome.APPOINTMENT for call in calls)
    return ProjectMemberStatus.APPOINTMENT if is_won else ProjectMemberStatus.DONE
