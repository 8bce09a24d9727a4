"""One day's work of everybody, written down through the verbs: many records at once, one batch per verb and person."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from itertools import cycle
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from activities.actions import (
    Completion,
    TodoShift,
    add_todos,
    cancel_todos,
    complete_todos,
    log_activities,
    move_todos,
    set_lead_status,
)
from activities.models import Activity, Todo
from activities.states import CallOutcome, CancelReason
from leads.actions import LeadMove
from leads.models import NoAppointmentReason
from people.models import User

Verb = Callable[..., Any]

OPENS_AT, MINUTES = 9, 9 * 60  # the office works from 9:00 to 18:00
ZONE = ZoneInfo(settings.TIME_ZONE)


class Diary:
    """What is to be written down as of one day: what happened on it and since the diary before, which ended on `since`.

    `close` writes it, in the order in which it happens at the office.
    """

    def __init__(self, as_of: date, rng: Random, since: date) -> None:
        self.as_of = as_of
        self.rng = rng
        self.since = since
        self.activities: list[Activity] = []
        self.done: list[tuple[User, Todo, Activity]] = []
        self.moves: defaultdict[tuple[Verb, User], list[Any]] = defaultdict(list)
        self.shifts: defaultdict[User, list[TodoShift]] = defaultdict(list)
        self.todos: list[Todo] = []
        self.dropped: defaultdict[User, list[int]] = defaultdict(list)
        self.ratings: defaultdict[User, list[LeadMove]] = defaultdict(list)

    def day_of(self, planned: date) -> date:
        """The day on which something planned was done: as planned, or today where it was left undone before."""
        return planned if planned > self.since else self.as_of

    def log(self, owner: User, day: date, **fields: Any) -> Activity:
        """Somebody did something on that day, at some minute of it."""
        minute = self.rng.randrange(MINUTES)
        moment = datetime.combine(day, time(OPENS_AT + minute // 60, minute % 60), ZONE)
        activity = Activity(owner=owner, occurred_at=moment, **fields)
        self.activities.append(activity)
        return activity

    def finish(self, owner: User, todo: Todo, activity: Activity) -> None:
        """The activity did the to-do."""
        self.done.append((owner, todo, activity))

    def do(self, verb: Verb, by: User, record: Any) -> None:
        """Put one more record into this person's batch of the verb."""
        self.moves[verb, by].append(record)

    def shift(self, owner: User, shift: TodoShift) -> None:
        """Put a to-do on another day."""
        self.shifts[owner].append(shift)

    def plan(self, owner: User, todo: Todo) -> Todo:
        """Make a to-do; it has its id once the diary is closed."""
        todo.created_by = owner
        self.todos.append(todo)
        return todo

    def drop(self, todos: Sequence[Todo]) -> None:
        """Cancel to-dos that somebody else sees to now."""
        for todo in todos:
            if todo.assignee:
                self.dropped[todo.assignee].append(todo.pk)

    def rate(self, owner: User, move: LeadMove) -> None:
        """Give a lead its status."""
        self.ratings[owner].append(move)

    def close(self, order: Sequence[Verb] = ()) -> None:
        """Write everything: contacts, to-dos done, the verbs in the order given, what comes next, statuses of leads."""
        self._say_why_not()
        log_activities(self.activities, by=None, as_of=self.as_of)
        completions = [Completion(todo.pk, act.occurred_on, act.pk, owner) for owner, todo, act in self.done]
        complete_todos(completions, by=None, as_of=self.as_of)
        for verb, by in sorted(self.moves, key=lambda key: (order.index(key[0]), key[1].pk)):
            verb(self.moves[verb, by], by=by, as_of=self.as_of)
        for owner, todo_ids in self.dropped.items():
            cancel_todos(todo_ids, CancelReason.DUPLICATE, by=owner, as_of=self.as_of)
        for owner, shifts in self.shifts.items():
            move_todos(shifts, by=owner, as_of=self.as_of, heeds_limits=False)
        add_todos(self.todos, by=None, as_of=self.as_of)
        for owner, ratings in self.ratings.items():
            set_lead_status(ratings, by=owner, as_of=self.as_of)

    def _say_why_not(self) -> None:
        """Talks without appointment name the reasons in turn."""
        reason_ids = list(NoAppointmentReason.objects.offered().values_list("pk", flat=True))
        talks = (activity for activity in self.activities if activity.outcome == CallOutcome.DECLINED)
        for talk, reason_id in zip(talks, cycle(reason_ids), strict=False):
            talk.no_appointment_reason_id = reason_id
