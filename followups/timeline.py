"""Everything that happened to a deal, newest first: activities, events, hand-overs, changes by the sweep."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from activities.models import Activity, Todo
from activities.states import ActivityKind, TodoStatus
from deals.models import Deal, DealEvent, HandOver
from deals.states import DealEventKind, DealStatus
from followups.actions import RESCOPING
from followups.clocks import what_happened
from followups.models import SweepChange
from followups.sentences import day, why_of
from followups.timeline_kinds import Shown, narrowed

LATEST = 100  # of each kind; older ones stay in the admin

ACTIVITY_ICONS = {
    ActivityKind.CALL: "phone",
    ActivityKind.EMAIL: "mail",
    ActivityKind.VISIT: "user",
    ActivityKind.WEB_MEETING: "video",
    ActivityKind.OTHER: "document",
    ActivityKind.IMPORTED: "down",
}
STATUS_ICONS = {
    DealStatus.WON: "check",
    DealStatus.LOST: "flag",
    DealStatus.RETURNED_TO_IS: "undo",
    DealStatus.OUT_OF_TARGET: "ban",
    DealStatus.QUOTED: "document",
}
# Told better by the hand-over itself, and by the follow-up panel.
SILENT_EVENTS = (DealEventKind.OWNER, DealEventKind.TODO_CREATED, DealEventKind.CYCLE_OPENED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline.

    on: the day it counts for. at: the moment, None where only the day is known. who may be ''. where: the record it
    belongs to, on the page of a company.
    """

    icon: str
    what: str
    on: date
    at: datetime | None
    written_at: datetime
    who: str
    text: str
    where: str = ""


def timeline(deal: Deal, events: Iterable[DealEvent], show: Shown = Shown.ALL) -> list[Entry]:
    """The lines of the deal, three queries beside the events. What was undone within ten seconds is left out (D25)."""
    if show == Shown.TODOS:
        return in_order(todo_lines(Q(deal=deal)))
    activities = narrowed(deal.activities.filter(is_void=False), show).select_related("owner", "contact")[:LATEST]
    if not show.has_changes:
        return in_order(map(entry_of, activities))
    hand_overs = deal.hand_overs.select_related("from_user", "to_user", "by").order_by("-id")[:LATEST]
    changes = deal.sweep_changes.select_related("run").order_by("-id")[:LATEST]
    entries = [
        *map(entry_of, activities),
        *_of_events(events),
        *map(_of_hand_over, hand_overs),
        *map(_of_change, changes),
    ]
    return in_order(entries)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Newest first; of one day the latest moment first."""
    return sorted(entries, key=lambda entry: (entry.on, entry.at or entry.written_at), reverse=True)


def todo_lines(condition: Q, where: Callable[[Todo], str] = lambda _todo: "") -> list[Entry]:
    """What was to be done, newest first: an open to-do on the day it was made, any other on the day it was closed."""
    todos = Todo.objects.filter(condition).select_related("assignee", "closed_by", "deal", "lead")
    newest = todos.order_by(Coalesce("closed_on", "created_on").desc(), "-id")[:LATEST]
    return [_of_todo(todo, where(todo)) for todo in newest]


def _of_todo(todo: Todo, where: str) -> Entry:
    icon = {TodoStatus.OPEN: "check-square", TodoStatus.DONE: "check"}.get(TodoStatus(todo.status), "x")
    person = todo.assignee if todo.is_open else todo.closed_by or todo.assignee
    what = _("To-do, %(status)s") % {"status": todo.get_status_display()}
    text = _("%(subject)s, due %(day)s") % {"subject": todo.subject, "day": day(todo.effective_due_on)}
    on = todo.closed_on or todo.created_on
    return Entry(icon, what, on, None, todo.created_at, str(person or ""), text, where)


@dataclass(frozen=True, slots=True)
class Belongings:
    """The ids whose records make up one merged timeline."""

    deals: Sequence[int] = ()
    leads: Sequence[int] = ()
    contacts: Sequence[int] = ()
    company: int | None = None


def merged_timeline(whose: Belongings, shown: int, show: Shown = Shown.ALL) -> list[Entry]:
    """What everybody did with a customer, whichever record it stands on, and what became of the deals; two queries.

    At most one line more than shown, which tells that there are more.
    """
    if show == Shown.TODOS:
        return in_order(todo_lines(_belonging(whose), lambda todo: str(todo.deal or todo.lead or "")))[: shown + 1]
    turns = _turns_of(whose)[: shown + 1] if show.has_changes else ()
    entries = [
        *map(of_anybody, narrowed(touches_of(whose), show)[: shown + 1]),
        *(replace(_of_event(event), where=event.deal.name) for event in turns),
    ]
    return in_order(entries)[: shown + 1]


def _belonging(whose: Belongings) -> Q:
    return Q(deal__among=whose.deals) | Q(lead__among=whose.leads) | Q(contact__among=whose.contacts)


def touches_of(whose: Belongings) -> "models.QuerySet[Activity]":
    """Activities of these records, newest first."""
    condition = _belonging(whose)
    if whose.company is not None:
        condition |= Q(company=whose.company)
    found = Activity.objects.filter(condition, is_void=False).select_related("owner", "contact", "deal", "lead")
    return found.order_by("-occurred_at", "-id")


def _turns_of(whose: Belongings) -> "models.QuerySet[DealEvent]":
    """Changes of status of the deals, newest first."""
    events = DealEvent.objects.filter(deal__among=whose.deals, kind=DealEventKind.STATUS)
    return events.select_related("by", "deal").order_by("-happened_on", "-id")


def of_anybody(activity: Activity) -> Entry:
    """The line of an activity on a page where those of several records stand together."""
    entry, record = entry_of(activity), activity.deal or activity.lead
    return replace(entry, where=str(record) if record else "")


def entry_of(activity: Activity) -> Entry:
    """One activity as a line: what it was, who with whom, and what was said. Load owner and contact with it."""
    names = [str(person) for person in (activity.owner, activity.contact) if person]
    text = activity.note or activity.subject
    icon = ACTIVITY_ICONS[ActivityKind(activity.kind)]
    at = None if activity.kind == ActivityKind.IMPORTED else activity.occurred_at
    return Entry(icon, what_happened(activity), activity.occurred_on, at, activity.created_at, _pair(names), text)


def _pair(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(person)s with %(contact)s") % {"person": names[0], "contact": names[1]}


def _of_events(events: Iterable[DealEvent]) -> Iterator[Entry]:
    """What a sweep did stands in its own change, with the evidence."""
    for event in events:
        is_of_sweep = event.cause.startswith("sweep:") and event.kind != DealEventKind.UNDONE
        is_silent = event.kind in SILENT_EVENTS and not event.cause.startswith(RESCOPING)
        if not (is_silent or is_of_sweep):
            yield _of_event(event)


def _of_event(event: DealEvent) -> Entry:
    who = str(event.by) if event.by else _source(event.cause)
    if event.kind == DealEventKind.STATUS:
        status = DealStatus(event.to_status)
        icon = STATUS_ICONS.get(status, "right")
        return Entry(icon, str(status.label), event.happened_on, None, event.created_at, who, event.detail)
    text = event.detail or (DealStatus(event.to_status).label if event.to_status else "")
    what = str(event.get_kind_display())
    return Entry("info", what, event.happened_on, None, event.created_at, who, str(text))


def _source(cause: str) -> str:
    return _("Import") if cause.startswith("import:") else ""


def _of_hand_over(hand_over: HandOver) -> Entry:
    nobody = _("nobody")
    passed = _("%(from)s to %(to)s") % {"from": hand_over.from_user or nobody, "to": hand_over.to_user or nobody}
    return Entry("return", _("Handed over"), hand_over.handed_on, None, hand_over.created_at, passed, hand_over.reason)


def _of_change(change: SweepChange) -> Entry:
    at = change.run.started_at
    what = _("Rule: %(what)s") % {"what": change.get_verb_display()}
    return Entry("clock", what, change.run.as_of, at, at, "", why_of(change))
